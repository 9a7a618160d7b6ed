import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAnswer } from '../../../lib/api/parse-answer';
import { OPERATIONS } from '../../../lib/api/operations';
import { SensrError } from '../../../lib/errors';

const parse = (name: string, text: string): unknown =>
  parseAnswer(
    OPERATIONS.find((one) => one.name === name)!,
    text,
  );
const refused = (name: string, text: string, message: string | RegExp): void => {
  assert.throws(() => parse(name, text), { code: 'SENSR_BAD_RESPONSE', message });
};
const PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head></html>';
const TIME_MS = Date.UTC(2024, 4, 6, 7, 8, 9, 250);

describe('parseAnswer', () => {
  it('reads ids of zones as numbers, all others as text', () => {
    assert.deepEqual(parse('zones.list', '[1203, "1204"]'), [1203, 1204]);
    assert.deepEqual(parse('sensors.list', '["lidar_0004","lidar_0005"]'), ['lidar_0004', 'lidar_0005']);
    assert.deepEqual(parse('project.list', '["yard-a", 7]'), ['yard-a', '7']);
  });

  it('takes a sentence that there is none for an empty list', () => {
    for (const text of [
      'No projects found under "/srv/x".',
      '"No projects found"',
      'There are no projects',
      '',
      ' \n',
      '[]',
    ])
      assert.deepEqual(parse('project.list', text), [], text);
    assert.deepEqual(parse('zones.list', 'No zones.'), []);
    refused('zones.list', 'Nothing here', "zones.list: expected a list of ids, got 'Nothing here'");
  });

  it('reads the id of what was created, with its quotes, without, or with half of them', () => {
    for (const text of ['"1205"', '1205', '"1205', ' "1205"\n'])
      assert.equal(parse('zones.create', text), 1205, text);
    for (const text of ['"lidar_0006"', 'lidar_0006', '"lidar_0006', ' lidar_0006\r\n'])
      assert.equal(parse('sensors.create', text), 'lidar_0006', text);
    assert.equal(parse('edges.create', '"edge\\u005f4"'), 'edge_4');
    refused('zones.create', '"abc"', `zones.create: expected the id of the new one, got '"abc"'`);
    for (const text of ['', '""', '{"id":5}', 'could not do it'])
      refused('sensors.create', text, /^sensors\.create: expected the id of the new one, got /);
  });

  it('says true for whatever SENSR says when it is done', () => {
    for (const text of ['', '200 OK', '{"broken', '"ok"'])
      for (const name of [
        'zones.update',
        'zones.delete',
        'zones.deleteAll',
        'commands.apply',
        'parameters.set',
      ])
        assert.equal(parse(name, text), true);
  });

  it('keeps the sentence about a project, without quotes', () => {
    assert.equal(
      parse('project.create', 'Successfully created project "yard-c".'),
      'Successfully created project "yard-c".',
    );
    assert.equal(parse('project.load', '"Successfully opened"'), 'Successfully opened');
    refused('project.load', 'Failed to open "x"', `project.load: expected success, got 'Failed to open "x"'`);
  });

  it('reads a bare value as what it looks like', () => {
    const values: [string, unknown][] = [
      ['1', 1],
      [' 0.75\n', 0.75],
      ['-2e3', -2000],
      ['true', true],
      ['false', false],
      ['outdoor', 'outdoor'],
      ['"outdoor"', 'outdoor'],
      ['"1"', '1'],
      ['007', '007'],
      ['12345678901234567890', '12345678901234567890'],
      ['[1,2]', [1, 2]],
      ['', ''],
      ['True', 'True'],
      ['1e999', '1e999'],
    ];
    for (const [text, value] of values) {
      assert.deepEqual(parse('parameters.get', text), value, text);
      assert.deepEqual(parse('algorithm.get', text), value, text);
    }
    refused('parameters.get', '[1,', /^parameters\.get: expected a value \(.*\), got '\[1,'$/);
  });

  it('takes fields out of their list', () => {
    assert.deepEqual(parse('zones.fields', '[{"id":"Int","vertices":"Array[Vector2]"}]'), {
      id: 'Int',
      vertices: 'Array[Vector2]',
    });
    assert.deepEqual(parse('zones.fields', '{"id":"Int"}'), { id: 'Int' });
    refused('zones.fields', '[]', "zones.fields: expected a list of fields, got '[]'");
  });

  it('takes JSON or text where nothing is documented', () => {
    const values: [string, unknown][] = [
      ['{"a":1}', { a: 1 }],
      ['hello', 'hello'],
      ['5', 5],
      ['"x"', 'x'],
      ['', ''],
      ['-', '-'],
    ];
    for (const [text, value] of values) assert.deepEqual(parse('commands.list', text), value, text);
  });

  it('refuses a web page from each operation, also where the answer does not matter', () => {
    for (const { name, answer } of OPERATIONS)
      if (answer !== 'report')
        for (const text of [PAGE, '\n<html>', '<?xml version="1.0"?>', '<div>'])
          refused(name, text, /^[a-zA-Z.]+: expected .*, got '\s*</);
  });

  it('names the operation, what was expected, and the first 100 characters', () => {
    const text = `{"id": 1203, "name": "${'x'.repeat(300)}`;
    refused(
      'zones.get',
      text,
      /^zones\.get: expected an object \(.*JSON.*\), got '\{"id": 1203, "name": "x{78}…'$/,
    );
    refused('zones.get', '5', "zones.get: expected an object, got '5'");
    refused('zones.get', '[]', "zones.get: expected an object, got '[]'");
    refused('zones.get', '', 'zones.get: expected an object, got an empty answer');
    refused('zones.list', '5', "zones.list: expected a list of ids, got '5'");
    refused('zones.list', '{"a":1}', `zones.list: expected a list of ids, got '{"a":1}'`);
    refused('zones.list', '[1,null]', "zones.list: expected a list of ids, got '[1,null]'");
  });

  describe('of settings', () => {
    it('leaves a zone as it came, once its numbers are some', () => {
      const text =
        '{"id":1203,"zone_type":"Event","min_z":-0.25,"extra":{"a":null},"vertices":[[0.5,0.5],[6.0,0.5]]}';
      assert.deepEqual(parse('zones.get', text), JSON.parse(text));
      refused(
        'zones.get',
        '{"vertices":[[1,2],[3,null]]}',
        /^zones\.get: expected vertices\[1\] to be a pair of numbers, got /,
      );
      refused('zones.get', '{"vertices":[[1,2,3]]}', /vertices\[0\] to be a pair of numbers/);
      refused('zones.get', '{"vertices":[[1,1e999]]}', /vertices\[0\] to be a pair of numbers/);
      refused('zones.get', '{"vertices":7}', /vertices to be a list of pairs/);
      refused('zones.get', '{"min_z":"low"}', /min_z to be a number/);
    });

    it('leaves a sensor as it came, once its poses are numbers', () => {
      const text = '{"uid":"l","pose_correction":{"tx":0,"qw":0},"base_to_origin":{"tx":3.5,"ty":-2}}';
      assert.deepEqual(parse('sensors.get', text), JSON.parse(text));
      refused('sensors.get', '{"base_to_origin":{"tx":"1"}}', /base_to_origin\.tx to be a number/);
      refused('sensors.get', '{"sensor_to_base":[1]}', /sensor_to_base to be an object/);
    });
  });

  describe('of results', () => {
    const points = Buffer.from(new Float32Array([1, 2, 3]).buffer);
    const shape = (text: string) => parse('objects.shape', text) as { points: Buffer; timestamp: unknown };

    it('gives the points as bytes that a Float32Array can view', () => {
      // Small Buffers come out of a pool at any place: several, so that not all of them are aligned by chance.
      for (let length = 1; length <= 5; length += 1) {
        const floats = Float32Array.from({ length: 3 * length }, (_, index) => index);
        const base64 = Buffer.from(floats.buffer).toString('base64');
        const { points: bytes } = shape(`{"id":17,"points":"${base64}"}`);
        assert.equal(bytes.byteOffset % 4, 0);
        assert.deepEqual(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), floats);
        assert.equal(bytes.buffer.byteLength, bytes.length, 'memory of its own');
      }
      assert.deepEqual(shape('{"id":17}').points, Buffer.alloc(0));
      refused('objects.shape', '{"points":"AAAA"}', /points to be x, y, z of 4 bytes each, not 3 bytes/);
      refused('objects.shape', '{"points":"..."}', /points to be base64/);
      refused('objects.shape', '{"points":[1]}', /points to be base64/);
    });

    it('gives times in epoch milliseconds, and what is no time as it came', () => {
      const time = (timestamp: string) => shape(JSON.stringify({ timestamp })).timestamp;
      assert.equal(time('2024-05-06T07:08:09.250Z'), TIME_MS);
      assert.equal(time('2024-05-06T07:08:09.25Z'), TIME_MS);
      assert.equal(time('2024-05-06T07:08:09Z'), TIME_MS - 250);
      assert.equal(time('2024-05-06T09:08:09.250+02:00'), TIME_MS);
      assert.ok(Math.abs(Number(time('2024-05-06T07:08:09.250500000Z')) - TIME_MS - 0.5) < 0.001);
      for (const text of ['2024-05-06T07:08.250000000Z', '07:08.250', '', '2024-13-45T07:08:09Z'])
        assert.equal(time(text), text);
    });

    it('gives the names of 3.x to what has those of the 2.4.6 manual', () => {
      const old = { id: 17, time: '2024-05-06T07:08:09.250Z', point: points.toString('base64') };
      assert.deepEqual(parse('objects.shape', JSON.stringify(old)), { id: 17, timestamp: TIME_MS, points });
      assert.deepEqual(
        parse('objects.history', '{"id":17,"time":"2024-05-06T07:08:09.250Z","locations":[[1,2,3],[4,5]]}'),
        {
          id: 17,
          timestamp: TIME_MS,
          states: [{ position: { x: 1, y: 2, z: 3 } }, { position: { x: 4, y: 5, z: 0 } }],
        },
      );
      assert.deepEqual(
        parse(
          'zones.status',
          '{"zones":[{"id":1,"time":"2024-05-06T07:08:09.250Z","name":"n","type":1,"shape":[{"x":0,"y":1},[2,3]],"objects":[17]}]}',
        ),
        {
          zones: [
            {
              id: 1,
              timestamp: TIME_MS,
              name: 'n',
              type: 'event',
              pbox: {
                points: [
                  { x: 0, y: 1 },
                  { x: 2, y: 3 },
                ],
              },
              objectIds: [17],
            },
          ],
        },
      );
    });

    it('leaves those of 3.x alone', () => {
      const zone = {
        id: 1203,
        name: 'dock-3',
        pbox: { points: [{ x: 0.5, y: 0.5 }], minZ: -0.25, maxZ: 3 },
        type: 'event',
        objectIds: [17, 21],
      };
      assert.deepEqual(parse('zones.status', JSON.stringify({ zones: [zone] })), { zones: [zone] });
      assert.deepEqual(
        parse(
          'objects.history',
          '{"id":17,"states":[{"position":{"x":4.5},"timestamp":"2024-05-06T07:08:09.250Z"}]}',
        ),
        { id: 17, states: [{ position: { x: 4.5 }, timestamp: TIME_MS }] },
      );
    });

    it('fills in lists that protobuf leaves out when they are empty', () => {
      assert.deepEqual(parse('zones.status', '{}'), { zones: [] });
      assert.deepEqual(parse('zones.status', '{"zones":[{"id":1}]}'), { zones: [{ id: 1, objectIds: [] }] });
      assert.deepEqual(parse('objects.history', '{"id":17}'), { id: 17, states: [] });
      refused('zones.status', '{"zones":{}}', /zones to be a list/);
    });

    it('reads the names of nodes and edges out of the health', () => {
      const health =
        '{"master":"OK","nodes":{"algo_0000":{"edges":{"edge_0001":{},"edge_0002":{}}},"algo_0001":{"status":"OK"}}}';
      assert.deepEqual(parse('health.get', health), JSON.parse(health));
      assert.deepEqual(parse('nodes.list', health), ['algo_0000', 'algo_0001']);
      assert.deepEqual(parse('edges.list', health), ['edge_0001', 'edge_0002']);
      assert.deepEqual(parse('nodes.list', '{"master":"OK"}'), []);
      refused('health.get', '{"nodes":[]}', /nodes to be an object/);
    });
  });

  it('throws nothing but SENSR_BAD_RESPONSE, whatever comes', () => {
    const readable = OPERATIONS.filter(({ answer }) => answer !== 'report');
    const member = fc.constantFrom(
      'id',
      'points',
      'point',
      'states',
      'locations',
      'zones',
      'nodes',
      'edges',
      'vertices',
      'shape',
      'objects',
      'time',
      'timestamp',
      'base_to_origin',
      '__proto__',
      'constructor',
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.array(tie('node')),
        fc.dictionary(member, tie('node')),
      ),
    })).node;
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      value.map((one) => JSON.stringify(one)),
      value.chain((one) => fc.nat(200).map((length) => JSON.stringify(one).slice(0, length))),
    );
    fc.assert(
      fc.property(fc.constantFrom(...readable), text, (one, given) => {
        try {
          parseAnswer(one, given);
        } catch (error) {
          assert.ok(error instanceof SensrError && error.code === 'SENSR_BAD_RESPONSE', String(error));
          assert.ok(error.message.startsWith(`${one.name}: expected `), error.message);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
