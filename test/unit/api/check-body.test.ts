import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkBody } from '../../../lib/api/check-body';
import { prepareRequest } from '../../../lib/api/build-request';
import { OPERATIONS } from '../../../lib/api/operations';
import { SensrError } from '../../../lib/errors';

const check = (name: string, payload: unknown) =>
  checkBody(
    OPERATIONS.find((one) => one.name === name)!,
    payload,
  );
const sent = (name: string, payload: unknown): unknown => JSON.parse(check(name, payload)!.text);
const refused = (name: string, payload: unknown, message: string | RegExp): void => {
  assert.throws(() => check(name, payload), { code: 'SENSR_BAD_REQUEST', message });
};

const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
];
const ZONE = {
  name: 'dock',
  zone_type: 'Event',
  speed_limit: 4.5,
  loitering_threshold: 0,
  min_z: 0,
  max_z: 3,
  vertices: SQUARE,
};
const POSE = { tz: 0, qw: 1, qx: 0, qy: 0, qz: 0 };
const TRANSFORM = { base_to_origin: { tx: 1.5, ty: 0.5 }, sensor_to_base: POSE };
const RANGE = { x_range: [-30, 40], y_range: [-15, 15], z_range: [-1, 4] };

describe('checkBody', () => {
  it('takes an object, or its JSON', () => {
    assert.deepEqual(sent('zones.create', ZONE), ZONE);
    assert.deepEqual(sent('zones.create', JSON.stringify(ZONE)), ZONE);
    refused('zones.create', undefined, 'zones.create: payload: expected an object, or its JSON, got nothing');
    refused(
      'zones.create',
      [ZONE],
      'zones.create: payload: expected an object, or its JSON, got a list of 1',
    );
    refused('zones.create', Buffer.from('{}'), /expected an object/);
    refused('zones.create', '{"name":', /^zones\.create: payload: expected an object, or its JSON: .*JSON/);
  });

  it('changes nothing in the message', () => {
    const payload = Object.freeze({ id: 7, ...ZONE, vertices: Object.freeze([...SQUARE]) });
    check('zones.create', payload);
    assert.equal(payload.id, 7);
  });

  it('drops the id of what is created, and needs it for what is changed', () => {
    assert.deepEqual(sent('zones.create', { id: 'whatever', ...ZONE }), ZONE);
    assert.deepEqual(sent('zones.update', { ...ZONE, id: '1203' }), { ...ZONE, id: 1203 });
    refused(
      'zones.update',
      ZONE,
      'zones.update: payload.id: expected the id of the one to change, got nothing',
    );
    for (const name of ['sensors.update', 'nodes.update', 'edges.update'])
      refused(
        name,
        { ip: '10.0.0.1' },
        `${name}: payload.uid: expected the id of the one to change, got nothing`,
      );
    assert.deepEqual(sent('edges.create', { uid: 'x', algo_uid: 'a', ip: 'b' }), { algo_uid: 'a', ip: 'b' });
  });

  it('passes on fields that it does not know', () => {
    const extra = { color: 'red', nested: { deep: [1, null] }, text: '1' };
    assert.deepEqual(sent('zones.create', { ...ZONE, ...extra }), { ...ZONE, ...extra });
  });

  it('converts numbers and switches that come as text', () => {
    assert.deepEqual(
      sent('zones.create', {
        ...ZONE,
        speed_limit: '4.5',
        min_z: '-1',
        vertices: [
          ['0', '0'],
          ['1', 0],
          [1, 1],
        ],
      }),
      { ...ZONE, min_z: -1 },
    );
    assert.deepEqual(sent('sensors.update', { uid: 'l', disabled: 'true' }), { uid: 'l', disabled: true });
  });

  describe('of a zone', () => {
    it('makes it an event zone unless it says otherwise', () => {
      const { zone_type: _, ...plain } = ZONE;
      assert.deepEqual(sent('zones.create', plain), ZONE);
      for (const zone_type of ['event', 'EVENT', 1, '1', null, undefined])
        assert.deepEqual(sent('zones.create', { ...plain, zone_type }), ZONE, String(zone_type));
      assert.deepEqual(sent('zones.create', { ...plain, zone_type: 'Exclusion' }), {
        ...ZONE,
        zone_type: 'Exclusion',
      });
      assert.deepEqual(
        sent('zones.update', { id: 1, name: 'x' }),
        { id: 1, name: 'x' },
        'left alone when changing',
      );
    });

    it('takes points as SENSR itself gives them in results', () => {
      assert.deepEqual(sent('zones.create', { ...ZONE, vertices: SQUARE.map(([x, y]) => ({ x, y })) }), ZONE);
    });

    it('refuses what no zone can be, naming the field', () => {
      const bad = (change: object, message: string): void => {
        refused('zones.create', { ...ZONE, ...change }, `zones.create: payload${message}`);
      };
      bad({ min_z: 4 }, ": expected min_z not above max_z, got '4 and 3'");
      bad({ speed_limit: -1 }, '.speed_limit: expected a number from 0, got -1');
      bad({ loitering_threshold: 'x' }, ".loitering_threshold: expected a number from 0, got 'x'");
      bad(
        { vertices: SQUARE.slice(1) },
        '.vertices: expected a list of at least 3 pairs [x, y], got a list of 2',
      );
      bad({ vertices: 'none' }, ".vertices: expected a list of at least 3 pairs [x, y], got 'none'");
      bad({ vertices: [...SQUARE, [1]] }, '.vertices[3]: expected a pair [x, y], got a list of 1');
      bad({ vertices: [...SQUARE, [1, NaN]] }, '.vertices[3][1]: expected a number, got NaN');
      bad({ vertices: [...SQUARE, { x: 1 }] }, '.vertices[3][1]: expected a number, got nothing');
      bad({ name: undefined }, '.name: expected it to be there to create one, got nothing');
      // What a flow may well make.
      bad({ vertices: [[0, 0], , [1, 1], [2, 2]] }, '.vertices[1]: expected a pair [x, y], got nothing');
    });
  });

  describe('of a sensor', () => {
    const turned = (change: object) => ({ uid: 'lidar_0004', sensor_to_base: { ...POSE, ...change } });

    it('wants rotations of length 1, or none', () => {
      sent('sensors.update', turned({ qw: Math.SQRT1_2, qz: Math.SQRT1_2 }));
      sent('sensors.update', turned({ qw: 0.9995 }));
      sent('sensors.update', turned({ qw: 0 }));
      refused(
        'sensors.update',
        turned({ qw: 0.99 }),
        "sensors.update: payload.sensor_to_base: expected qw, qx, qy, qz of length 1, got 'a length of 0.99'",
      );
      refused(
        'sensors.update',
        turned({ qw: 'x' }),
        "sensors.update: payload.sensor_to_base.qw: expected a number, got 'x'",
      );
    });

    it('lets the correction be any, as SENSR writes zeros there', () => {
      const pose_correction = { tx: 0, ty: 0, tz: 0, qw: 3, qx: 0, qy: 0, qz: 0 };
      assert.deepEqual(sent('sensors.update', { uid: 'l', pose_correction }), { uid: 'l', pose_correction });
    });
  });

  describe('of a node', () => {
    it('takes the port as number and as text', () => {
      for (const port of [5055, '5055'])
        assert.deepEqual(sent('nodes.create', { ip: 'a', port }), { ip: 'a', port: '5055' });
      refused(
        'nodes.create',
        { ip: 'a', port: 0 },
        'nodes.create: payload.port: expected a port from 1 to 65535, got 0',
      );
    });

    it('turns about Z only, and stays on the ground', () => {
      assert.deepEqual(sent('nodes.setTransform', TRANSFORM), TRANSFORM);
      const bad = (change: object, message: RegExp): void => {
        refused('nodes.setTransform', { ...TRANSFORM, sensor_to_base: { ...POSE, ...change } }, message);
      };
      bad({ tz: 0.5 }, /payload\.sensor_to_base\.tz: expected 0: .*, got 0\.5$/);
      bad({ qx: 0.1 }, /payload\.sensor_to_base\.qx: expected 0/);
      bad({ qw: 0 }, /of length 1, got 'a length of 0'/);
      bad({ qz: undefined }, /sensor_to_base\.qz: expected a number, got nothing/);
      refused(
        'nodes.setTransform',
        { sensor_to_base: POSE },
        /payload\.base_to_origin: expected it to be there/,
      );
      refused(
        'nodes.setTransform',
        { ...TRANSFORM, sensor_to_base: 1 },
        /payload\.sensor_to_base: expected an object, got 1/,
      );
    });

    it('has three ranges from below to above', () => {
      assert.deepEqual(sent('nodes.setRange', RANGE), RANGE);
      refused(
        'nodes.setRange',
        { ...RANGE, y_range: [15, -15] },
        "nodes.setRange: payload.y_range: expected [min, max] with min not above max, got '15, -15'",
      );
      refused(
        'nodes.setRange',
        { ...RANGE, z_range: null },
        /payload\.z_range: expected it to be there, got null/,
      );
    });
  });

  it('sends a value on its own as text', () => {
    const values: [unknown, string][] = [
      [2, '2'],
      [false, 'false'],
      ['outdoor', 'outdoor'],
      [[1, 2], '[1,2]'],
      [-0.5, '-0.5'],
    ];
    for (const [value, text] of values)
      assert.deepEqual(check('parameters.set', value), { text, contentType: 'text/plain' });
    for (const value of [undefined, null, '', NaN, 10n, Buffer.from('1'), Symbol('x'), () => 1])
      refused('parameters.set', value, /^parameters\.set: payload: expected /);
  });

  it('sends nothing, text or JSON where nothing is documented', () => {
    assert.equal(check('app.set', undefined), undefined);
    assert.deepEqual(check('app.set', { a: [1] }), { text: '{"a":[1]}', contentType: 'application/json' });
    assert.deepEqual(check('app.set', 5), { text: '5', contentType: 'text/plain' });
  });

  it('refuses what JSON would change or cannot say', () => {
    const circle: Record<string, unknown> = { ...ZONE };
    circle['self'] = circle;
    refused('zones.create', circle, /^zones\.create: payload: expected what JSON can say: /);
    refused('zones.create', { ...ZONE, big: 10n }, /expected what JSON can say/);
    refused(
      'zones.create',
      { ...ZONE, deep: { far: [Infinity] } },
      'zones.create: payload, 0: expected a finite number, got Infinity',
    );
  });

  it('throws nothing but SENSR_BAD_REQUEST, and else JSON, whatever comes', () => {
    const value = fc.anything({
      withBigInt: true,
      withDate: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
    });
    const fields = [
      'id',
      'uid',
      'name',
      'zone_type',
      'vertices',
      'min_z',
      'max_z',
      'ip',
      'algo_uid',
      'port',
      'x_range',
      'sensor_to_base',
      'base_to_origin',
      '__proto__',
    ];
    const payload = fc.oneof(value, fc.dictionary(fc.constantFrom(...fields), value), fc.json());
    const withBody = OPERATIONS.filter(({ body }) => body !== 'none');
    fc.assert(
      fc.property(fc.constantFrom(...withBody), payload, (one, given) => {
        try {
          const body = checkBody(one, given);
          if (body?.contentType === 'application/json') JSON.parse(body.text);
        } catch (error) {
          assert.ok(error instanceof SensrError && error.code === 'SENSR_BAD_REQUEST', String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('builds a path that HTTP can carry, whatever the parameters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, value) => {
        try {
          const prepared = prepareRequest('request', { path: `/${path}`, query: { [value]: value } }, value);
          assert.match(prepared.path, /^\/[\x21-\x7e]*$/);
        } catch (error) {
          assert.ok(error instanceof SensrError && error.code === 'SENSR_BAD_REQUEST', String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
