/** The REST answers and the admin port: what is served, and how mistakes are answered. */

import assert from 'node:assert/strict';
import type { Simulator } from '../../../simulator/server';
import { endAll, openOutput, start } from './helpers/clients';
import { call as send } from './helpers/rest';

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

const call = async (port: number, path: string, method = 'GET', body?: unknown): Promise<Answer> =>
  send(port, method, path, body);

describe('simulator REST', () => {
  let simulator: Simulator;
  const get = (path: string): Promise<Answer> => call(simulator.restPort, path);
  beforeEach(async () => {
    simulator = await start({ busy: true, details: false, versionPrefix: '*' });
  });
  afterEach(endAll);

  it('answers results/health with names, from the health the stream sends', async () => {
    assert.deepEqual((await get('/results/health')).json, {
      master: 'OK',
      nodes: {
        algo_0000: {
          status: 'OK',
          sensors: { '/lidar_0': 'SENSOR_ALIVE' },
          edges: { edge_0000: { status: 'OK', sensors: { '/lidar_1': 'SENSOR_ALIVE' } } },
        },
      },
    });
    simulator.setHealth({ master: 3, nodes: { algo_0000: { status: 77, sensors: { '/lidar_0': 3 } } } });
    assert.deepEqual((await get('/results/health')).json, {
      master: 'SLOWDOWN',
      nodes: { algo_0000: { status: 77, sensors: { '/lidar_0': 'SENSOR_TILTED' }, edges: {} } },
    });
  });

  it('answers results/zone with the event zones and who is inside, as the stream says it', async () => {
    const message = simulator.publishOutput();
    const inside = (zoneId: number) =>
      (message.stream?.objects ?? []).filter(({ zoneIds }) => zoneIds?.includes(zoneId)).map(({ id }) => id);
    const { zones } = (await get('/results/zone?id=0')).json as { zones: Record<string, unknown>[] };
    assert.deepEqual(
      zones.map(({ id, type, objectIds }) => [id, type, objectIds]),
      [
        [1001, 'event', inside(1001)],
        [1002, 'event', inside(1002)],
      ],
    );
    assert.ok(inside(1001).length > 0);
    assert.deepEqual((await get('/results/zone?id=1002')).json, { zones: [zones[1]] });
    assert.equal((await get('/results/zone?id=x')).status, 400);
  });

  it('answers settings/zone in snake case, below any version where any is accepted', async () => {
    assert.deepEqual((await get('/3.5/settings/zone')).json, [1001, 1002, 1003, 1004]);
    assert.deepEqual((await get('/v3.5.0/settings/zone?zone-id=1002')).json, {
      id: 1002,
      name: 'approach-west',
      zone_type: 'Event',
      speed_limit: 12,
      loitering_threshold: 0,
      min_z: -1,
      max_z: 4,
      vertices: [
        [-42, -4.5],
        [-14, -4.5],
        [-14, 4.5],
        [-42, 4.5],
      ],
    });
    assert.equal((await get('/3.5/settings/zone?zone-id=7')).status, 400);
    const { json } = await get('/3.5/settings/zone/list');
    assert.deepEqual(
      Object.keys((json as object[])[0] ?? {}),
      Object.keys((await get('/3.5/settings/zone?zone-id=1001')).json as object),
    );
  });

  it('says 404 for what is not there and 405 for a wrong method', async () => {
    assert.equal((await get('/settings/zone')).status, 404);
    assert.equal((await get('/a/b/settings/zone')).status, 404);
    assert.equal((await call(simulator.restPort, '/results/health', 'DELETE')).status, 405);
  });

  it('freezes, refuses and answers errors like the streams', async () => {
    await simulator.setFault({ name: 'upgradeStatus', status: 503, port: 'rest' });
    assert.equal((await fetch(`http://127.0.0.1:${simulator.restPort}/results/health`)).status, 503);
    await simulator.clearFaults('rest');
    await get('/results/health');
    await simulator.setFault({ name: 'freeze', port: 'rest' });
    // One on the connection that is open already, one on a new one.
    let answered = 0;
    const frozen = ['/results/health', '/results/zone'].map(async (path) => {
      const { status } = await get(path);
      answered += 1;
      return status;
    });
    for (let count = 0; count < 10; count += 1) await call(simulator.adminPort, '/stats');
    assert.equal(answered, 0);
    await simulator.clearFaults('rest');
    assert.deepEqual(await Promise.all(frozen), [200, 200]);
  });
});

describe('simulator admin port', () => {
  let simulator: Simulator;
  const call_ = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(simulator.adminPort, path, method, body);
  beforeEach(async () => {
    simulator = await start({ username: 'ada', password: 'pw' });
  });
  afterEach(endAll);

  it('sets and clears faults, one or many, all checked before the first is set', async () => {
    const link = { name: 'link', bytesPerSecond: 5_000_000, port: 'points' };
    assert.deepEqual((await call_('POST', '/faults', link)).json, { output: [], points: [link], rest: [] });
    const two = [{ name: 'noPong' }, { name: 'refuse', port: 'all' }];
    assert.deepEqual((await call_('POST', '/faults', two)).json, {
      output: two,
      points: [link, ...two],
      rest: [two[1]],
    });
    const { status, json } = await call_('POST', '/faults', [{ name: 'freeze' }, { name: 'fire' }]);
    assert.equal(status, 400);
    assert.match((json as { error: string }).error, /unknown fault "fire"/);
    assert.deepEqual(((await call_('GET', '/faults')).json as { output: object[] }).output, two);
    assert.deepEqual(
      ((await call_('DELETE', '/faults?port=output')).json as { output: object[] }).output,
      [],
    );
    assert.deepEqual((await call_('DELETE', '/faults')).json, { output: [], points: [], rest: [] });
    assert.equal((await call_('POST', '/faults', '{')).status, 400);
  });

  it('shows statistics and events', async () => {
    const headers = { authorization: `Basic ${Buffer.from('ada:pw').toString('base64')}` };
    const client = await openOutput(simulator, { headers });
    simulator.publishMessage({ event: { losing: [{ id: 4 }, { id: 5 }] } });
    await client.waitForMessages(1);
    const { json } = await call_('GET', '/stats');
    const stats = json as ReturnType<Simulator['stats']>;
    assert.deepEqual(stats.frames, { output: 1, points: 0, events: 2 });
    assert.deepEqual([stats.ports.output.connectionsNow, stats.ports.output.port], [1, simulator.outputPort]);
    assert.deepEqual([stats.connections[0]?.framesQueued, stats.connections[0]?.port], [1, 'output']);
    const events = (await call_('GET', '/events?after=1')).json;
    assert.deepEqual(events, [{ sequence: 2, frame: 1, type: 'LOSING', timestamp: 0, objectId: 5 }]);
  });

  it('changes the rates', async () => {
    const headers = { authorization: `Basic ${Buffer.from('ada:pw').toString('base64')}` };
    const client = await openOutput(simulator, { headers });
    assert.equal((await call_('POST', '/rates', { outputHz: -1 })).status, 400);
    assert.equal((await call_('POST', '/rates', { speed: 1 })).status, 400);
    assert.deepEqual((await call_('POST', '/rates', { outputHz: 200 })).json, { outputHz: 200 });
    await client.waitForMessages(20);
    await call_('POST', '/rates', { outputHz: 0 });
    const published = simulator.stats().frames.output;
    await call_('GET', '/stats');
    assert.equal(simulator.stats().frames.output, published);
  });
});
