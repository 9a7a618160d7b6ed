/** `results/*`: the same world as the stream, in the names of each edition. */

import assert from 'node:assert/strict';
import { float32 } from '../../../../simulator/rest/results-json';
import type { Simulator } from '../../../../simulator/server';
import { toTimeText } from '../../../../simulator/time';
import type { OutputMessage, TrackedObject } from '../../../../simulator/types';
import { endAll, QUIET, start } from '../helpers/clients';
import { type Rest, restOf } from '../helpers/rest';

const START_MS = QUIET.startTimeMs ?? 0;

const oneOf = (message: OutputMessage): TrackedObject & { id: number } => {
  const [object] = message.stream?.objects ?? [];
  assert.ok(object?.id !== undefined);
  return { ...object, id: object.id };
};

describe('simulator REST results', () => {
  let simulator: Simulator;
  let rest: Rest;
  const begin = async (options = {}): Promise<void> => {
    simulator = await start({ busy: true, ...options });
    rest = restOf(simulator);
  };
  afterEach(endAll);

  it('object/shape: the points of now as the stream has them, in base64', async () => {
    await begin();
    const object = oneOf(simulator.publishOutput());
    const { status, json } = await rest('GET', `/results/object/shape?id=${object.id}`);
    assert.equal(status, 200);
    assert.deepEqual(json, {
      id: object.id,
      timestamp: toTimeText(START_MS),
      points: Buffer.from(object.points ?? []).toString('base64'),
    });
    assert.ok((object.points?.length ?? 0) >= 60);
  });

  it('object/shape: with a time, the nearest of ten frames; further away the oldest', async () => {
    await begin();
    const first = oneOf(simulator.publishOutput());
    for (let index = 1; index < 12; index += 1) simulator.publishOutput();
    const timeOf = async (time: string): Promise<unknown> => {
      const { json } = await rest(
        'GET',
        `/results/object/shape?id=${first.id}&time=${encodeURIComponent(time)}`,
      );
      return (json as { timestamp: string }).timestamp;
    };
    assert.equal(await timeOf(toTimeText(START_MS + 740)), toTimeText(START_MS + 700));
    assert.equal(await timeOf('2000-01-01T00:00:00Z'), toTimeText(START_MS + 200));
    assert.equal(await timeOf('2100-01-01T01:00:00.123456789+01:00'), toTimeText(START_MS + 1100));
  });

  it('object/shape works where the stream carries no points', async () => {
    await begin({ details: false });
    const { id } = oneOf(simulator.publishOutput());
    const { json } = await rest('GET', `/results/object/shape?id=${id}`);
    assert.ok((json as { points: string }).points.length > 0);
  });

  it('object/history: all states or the last so many, oldest first', async () => {
    await begin();
    const places = [0, 1, 2].map(() => oneOf(simulator.publishOutput()));
    const id = places[0]?.id;
    const states = places.map(({ bbox }, index) => ({
      position: Object.fromEntries(
        Object.entries(bbox?.position ?? {}).map(([axis, value]) => [axis, float32(value as number)]),
      ),
      timestamp: toTimeText(START_MS + index * 100),
    }));
    const ask = async (query: string) => (await rest('GET', `/results/object/history?id=${id}${query}`)).json;
    assert.deepEqual(await ask(''), { id, states });
    assert.deepEqual(await ask('&length=-1'), { id, states });
    assert.deepEqual(await ask('&length=2'), { id, states: states.slice(1) });
    assert.deepEqual(await ask('&length=99'), { id, states });
  });

  it('object/history keeps at most a hundred states', async () => {
    await begin({ details: false });
    const ids = new Set<number>();
    for (let index = 0; index < 130; index += 1) ids.add(oneOf(simulator.publishOutput()).id);
    const lengths: number[] = [];
    for (const { id } of simulator.publishOutput().stream?.objects ?? []) {
      const { json } = await rest('GET', `/results/object/history?id=${id}`);
      lengths.push((json as { states: object[] }).states.length);
    }
    assert.equal(Math.max(...lengths), 100);
  });

  for (const path of [
    'shape',
    'shape?id=x',
    'shape?id=77777',
    'shape?id=1&time=2026-01-05T07:08',
    'shape?id=1&time=2026-13-05T07:08:09Z',
    'history?id=77777',
    'history?id=1&length=0',
    'history?id=1&length=-2',
  ])
    it(`answers 400 with the reason as text to object/${path}`, async () => {
      await begin();
      simulator.publishOutput();
      const { status, text, type } = await rest('GET', `/results/object/${path}`);
      assert.deepEqual([status, type], [400, 'text/plain; charset=utf-8']);
      assert.match(text, /must be|is required|there is no object 77777/);
    });

  it('says 400 before there was any frame', async () => {
    await begin();
    assert.equal((await rest('GET', '/results/object/shape?id=1')).status, 400);
  });

  it('has the names of the 2.4.6 manual in 2.4, below the version', async () => {
    await begin({ api: '2.4' });
    const object = oneOf(simulator.publishOutput());
    const get = async (path: string) => (await rest('GET', `/2.4/results/${path}`)).json as object;
    const time = toTimeText(START_MS);
    const shape = await get(`object/shape?id=${object.id}`);
    assert.deepEqual(Object.keys(shape), ['id', 'time', 'point']);
    const { x = 0, y = 0, z = 0 } = object.bbox?.position ?? {};
    assert.deepEqual(await get(`object/history?id=${object.id}`), {
      id: object.id,
      time,
      locations: [[float32(x), float32(y), float32(z)]],
    });
    const { zones } = (await get('zone?id=1002')) as { zones: object[] };
    assert.deepEqual(zones, [
      {
        id: 1002,
        time,
        name: 'approach-west',
        type: 1,
        shape: [
          { x: -42, y: -4.5 },
          { x: -14, y: -4.5 },
          { x: -14, y: 4.5 },
          { x: -42, y: 4.5 },
        ],
        objects: simulator.scene.objectIdsIn(1002),
      },
    ]);
    assert.deepEqual(await get('health'), {
      master: 'OK',
      nodes: {
        algo_0000: { status: 'OK', sensors: { '/lidar_0': 'SENSOR_ALIVE', '/lidar_1': 'SENSOR_ALIVE' } },
      },
    });
    assert.equal((await rest('GET', '/results/health')).status, 404);
  });
});

describe('simulator JSON numbers and times', () => {
  it('prints 32-bit floats with as few digits as they need', () => {
    for (const [value, printed] of [
      [0.1, 0.1],
      [Math.fround(0.1), 0.1],
      [1 / 3, 0.33333334],
      [-4.5, -4.5],
      [0, 0],
      [16_777_216, 16_777_216],
    ] as const) {
      assert.equal(float32(value), printed);
      assert.equal(Math.fround(float32(value)), Math.fround(value));
    }
  });

  it('prints 0, 3, 6 or 9 digits of a second', () => {
    const second = Date.UTC(2026, 0, 5, 7, 8, 9);
    for (const [ms, text] of [
      [0, '2026-01-05T07:08:09Z'],
      [250, '2026-01-05T07:08:09.250Z'],
      [0.5, '2026-01-05T07:08:09.000500Z'],
      [5, '2026-01-05T07:08:09.005Z'],
    ] as const)
      assert.equal(toTimeText(second + ms), text);
    assert.match(toTimeText(second + 1 / 3), /09\.000333\d{0,3}Z$/);
  });
});
