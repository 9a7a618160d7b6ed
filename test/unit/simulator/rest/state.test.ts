/** What becomes of changes: pending, applied, thrown away; projects and modes. */

import assert from 'node:assert/strict';
import type { Simulator } from '../../../../simulator/server';
import { endAll, start } from '../helpers/clients';
import { DONE, type Rest, restOf } from '../helpers/rest';

let simulator: Simulator;
let rest: Rest;
const begin = async (options = {}): Promise<void> => {
  simulator = await start(options);
  rest = restOf(simulator);
};
const zoneIds = async (): Promise<unknown> => (await rest('GET', '/3.5/settings/zone')).json;
const command = (name: string) => rest('POST', `/3.5/commands/${name}`);
const liveZoneIds = async (): Promise<number[]> => {
  const { json } = await rest('GET', '/results/zone?id=0');
  return (json as { zones: { id: number }[] }).zones.map(({ id }) => id);
};
/** Every object of a busy site is somewhere in it. */
const EVERYWHERE = {
  name: 'everywhere',
  min_z: -10,
  max_z: 10,
  vertices: [
    [-100, -100],
    [100, -100],
    [100, 100],
    [-100, 100],
  ],
};

describe('simulator REST changes', () => {
  afterEach(endAll);

  it('are shown at once, but change the stream only when they are applied', async () => {
    await begin({ busy: true, zones: 2 });
    await rest('PUT', '/3.5/settings/zone', EVERYWHERE);
    assert.deepEqual(await zoneIds(), [1001, 1002, 1003]);
    assert.deepEqual(await liveZoneIds(), [1001, 1002]);
    assert.equal(simulator.site().hasPendingChanges, true);
    const zoneIdsOfAll = () =>
      (simulator.publishOutput().stream?.objects ?? []).flatMap((one) => one.zoneIds);
    assert.ok(!zoneIdsOfAll().includes(1003));
    assert.deepEqual(await command('apply-change'), DONE);
    assert.equal(simulator.site().hasPendingChanges, false);
    assert.deepEqual(await liveZoneIds(), [1001, 1002, 1003]);
    const message = simulator.publishOutput();
    const entries = message.event?.zone?.filter(({ id, type }) => id === 1003 && type === 1) ?? [];
    assert.ok(entries.length >= 50, `${entries.length} entries`);
    await rest('DELETE', '/3.5/settings/zone-all');
    await command('apply-change');
    const exits = simulator.publishOutput().event?.zone?.filter(({ id, type }) => id === 1003 && type === 2);
    assert.ok((exits?.length ?? 0) >= 50);
    assert.deepEqual(zoneIdsOfAll(), []);
  });

  it('of everybody are thrown away by reload', async () => {
    await begin();
    await rest('PUT', '/3.5/settings/zone', EVERYWHERE);
    await rest('POST', '/3.5/settings/parameters/common?config-key=publish_level_point_cloud', '3');
    assert.deepEqual(await command('reload'), DONE);
    assert.deepEqual(await zoneIds(), [1001, 1002]);
    const level = await rest('GET', '/3.5/settings/parameters/common?config-key=publish_level_point_cloud');
    assert.equal(level.text, '1');
    assert.equal((await rest('PUT', '/3.5/settings/zone', EVERYWHERE)).json, '1004', 'a new id all the same');
  });

  it('of sensors, nodes and edge nodes appear in health when applied, of REST and of the stream', async () => {
    await begin();
    simulator.setHealth({
      master: 3,
      nodes: { algo_0000: { status: 5, sensors: { '/lidar_0': 3, '/gone': 1 } } },
    });
    await rest('PUT', '/3.5/settings/node', { ip: '10.0.1.1' });
    await rest('PUT', '/3.5/settings/edge-node', { algo_uid: 'algo_0001', ip: '10.0.1.2' });
    await rest('PUT', '/3.5/settings/sensor-ext?node-uri=algo_0001&sensor-type=lidar', {
      topic: '/far',
      connected_to_edge_node: true,
      edge_uid: 'edge_0001',
    });
    await rest('POST', '/3.5/settings/sensor-ext', { uid: 'lidar_0001', disabled: true });
    const before = (await rest('GET', '/results/health')).json as { nodes: object };
    assert.deepEqual(Object.keys(before.nodes), ['algo_0000']);
    await command('apply-change');
    assert.deepEqual((await rest('GET', '/results/health')).json, {
      master: 'SLOWDOWN',
      nodes: {
        algo_0000: {
          status: 'NETWORK_LATENCY',
          sensors: { '/lidar_0': 'SENSOR_TILTED' },
          edges: { edge_0000: { status: 'OK', sensors: {} } },
        },
        algo_0001: {
          status: 'OK',
          sensors: {},
          edges: { edge_0001: { status: 'OK', sensors: { '/far': 'SENSOR_ALIVE' } } },
        },
      },
    });
    const { nodes } = simulator.publishOutput().stream?.health ?? {};
    assert.deepEqual(nodes?.['algo_0001']?.edges, { edge_0001: { status: 1, sensors: { '/far': 1 } } });
  });

  it('of zones alone leave a health alone that was set by hand', async () => {
    await begin();
    simulator.setHealth({ master: 2 });
    await rest('PUT', '/3.5/settings/zone', EVERYWHERE);
    await command('apply-change');
    assert.deepEqual(simulator.scene.health, { master: 2 });
  });

  it('take as long to apply as they are told to', async () => {
    await begin({ saveMs: 60 });
    const startMs = performance.now();
    await command('apply-change');
    assert.ok(performance.now() - startMs >= 55);
  });
});

describe('simulator REST projects', () => {
  beforeEach(() => begin());
  afterEach(endAll);
  const at = '/3.5/commands/project';

  it('are listed by name, or said to be none in a sentence', async () => {
    const list = await rest('GET', `${at}/list`);
    assert.deepEqual([list.type, list.json], ['application/json', ['crossing', 'yard']]);
    const none = await rest('GET', `${at}/list?path=${encodeURIComponent('/srv/x/')}`);
    assert.deepEqual(
      [none.status, none.type, none.text],
      [200, 'text/plain; charset=utf-8', 'No projects found under "/srv/x".'],
    );
    assert.equal((await rest('GET', `${at}/list?path=srv`)).status, 400);
  });

  it('are created empty and opened at once; what was not applied is lost', async () => {
    await rest('PUT', '/3.5/settings/zone', EVERYWHERE);
    const created = await rest('PUT', `${at}?name=yard%20c`);
    assert.deepEqual([created.status, created.text], [200, 'Successfully created project "yard c".']);
    assert.equal(created.type, 'text/plain; charset=utf-8');
    assert.deepEqual((await rest('GET', at)).json, { project_name: 'yard c' });
    assert.deepEqual(await zoneIds(), []);
    assert.deepEqual(await liveZoneIds(), []);
    assert.deepEqual(simulator.scene.health.nodes, { algo_0000: { status: 1, sensors: {}, edges: {} } });
    const opened = await rest('POST', `${at}?name=crossing`);
    assert.deepEqual([opened.status, opened.text], [200, 'Successfully opened "crossing".']);
    assert.deepEqual(await zoneIds(), [1001, 1002]);
    assert.deepEqual((await rest('GET', `${at}/list`)).json, ['crossing', 'yard', 'yard c']);
  });

  it('keep what was applied in them', async () => {
    await rest('PUT', '/3.5/settings/zone', EVERYWHERE);
    await command('apply-change');
    await rest('POST', `${at}?name=yard`);
    assert.deepEqual(await zoneIds(), [1001]);
    await rest('POST', `${at}?name=crossing`);
    assert.deepEqual(await zoneIds(), [1001, 1002, 1003]);
    assert.deepEqual(await liveZoneIds(), [1001, 1002, 1003]);
  });

  it('lie in folders', async () => {
    const path = encodeURIComponent('/srv/x');
    assert.equal((await rest('PUT', `${at}?name=yard&path=${path}`)).status, 200);
    assert.deepEqual((await rest('GET', `${at}/list?path=${path}`)).json, ['yard']);
    assert.equal((await rest('POST', `${at}?name=crossing&path=${path}`)).status, 400);
  });

  for (const [method, query, reason] of [
    ['PUT', '', /name is required/],
    ['PUT', '?name=yard', /There is a project "yard" already/],
    ['PUT', '?name=a%2Fb', /must be a folder's name/],
    ['POST', '', /name is required/],
    ['POST', '?name=moon', /^Failed to open "moon"\.$/],
  ] as const)
    it(`refuse ${method} ${query}`, async () => {
      const answer = await rest(method, `${at}${query}`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, reason);
      assert.equal(simulator.site().project, 'crossing');
    });
});

describe('simulator REST modes', () => {
  afterEach(endAll);

  it('change after their time; the answer comes then', async () => {
    await begin({ modeChangeMs: 60 });
    const startMs = performance.now();
    const change = command('start?mode=calibration');
    await simulator.waitForRequests(1);
    assert.equal(simulator.site().mode, 'runtime');
    assert.deepEqual(await change, DONE);
    assert.ok(performance.now() - startMs >= 55);
    assert.deepEqual([simulator.site().mode, simulator.site().isChanging], ['calibration', false]);
    await command('start?mode=runtime');
    assert.equal(simulator.site().mode, 'runtime');
  });

  it('change one at a time, and not at all when cancelled', async () => {
    await begin({ modeChangeMs: 3_600_000 });
    const change = command('start?mode=calibration');
    await simulator.waitForRequests(1);
    while (!simulator.site().isChanging) await new Promise(setImmediate);
    const second = await command('start?mode=runtime');
    assert.deepEqual([second.status, second.text], [400, 'the mode is being changed already']);
    assert.deepEqual(await command('cancel'), DONE);
    const { status, text } = await change;
    assert.deepEqual([status, text], [400, 'the change of the mode was cancelled']);
    assert.deepEqual([simulator.site().mode, simulator.site().isChanging], ['runtime', false]);
    assert.deepEqual(await command('cancel'), DONE, 'also when there is nothing to cancel');
  });

  it('are two', async () => {
    await begin();
    assert.equal((await command('start')).text, 'mode is required');
    const answer = await command('start?mode=record');
    assert.deepEqual(
      [answer.status, answer.text],
      [400, 'mode must be calibration or runtime, not "record"'],
    );
  });
});
