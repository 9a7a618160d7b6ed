/** The client over a real session against the simulator: each edition's paths, names and ways to answer. */
import assert from 'node:assert/strict';
import { ApiClient, type ApiAnswer } from '../../../lib/api/api-client';
import { ApiVersion } from '../../../lib/http/api-version';
import { HttpSession } from '../../../lib/http/session';
import { startSimulator, type ApiVersion as Edition, type Simulator } from '../../../simulator/server';

const ZONE = { name: 'dock', speed_limit: 3, loitering_threshold: 0, min_z: 0, max_z: 2 };
const VERTICES = [
  [0, 0],
  [1, 0],
  [1, 1],
];

describe('the client and the simulator', () => {
  let simulator: Simulator;
  let session: HttpSession;
  let client: ApiClient;

  const open = async (api: Edition): Promise<void> => {
    simulator = await startSimulator({ api, pointsHz: 0, saveMs: 0, modeChangeMs: 0 });
    session = new HttpSession({
      host: '127.0.0.1',
      port: simulator.restPort,
      headers: {},
      connections: 8,
      connectTimeoutMs: 2000,
      responseTimeoutMs: 5000,
      longResponseTimeoutMs: 10_000,
      retries: 0,
      retryDelayMs: 100,
    });
    client = new ApiClient(session, new ApiVersion(session, ''));
  };
  const run = async (operation: string, params: object = {}, payload?: unknown): Promise<unknown> => {
    const answer: ApiAnswer = await client.run(operation, { params, payload });
    return answer.payload;
  };

  afterEach(async () => {
    client.close();
    await session.close();
    await simulator.close();
  });

  for (const edition of ['3.5', '3.0', '2.4'] as const)
    it(`${edition}: creates, reads, changes and deletes a zone`, async () => {
      await open(edition);
      const before = (await run('zones.list')) as number[];
      const zoneId = await run(
        'zones.create',
        {},
        { ...ZONE, vertices: VERTICES.map(([x, y]) => ({ x, y })) },
      );
      assert.equal(typeof zoneId, 'number');
      const zone = (await run('zones.get', { zoneId })) as object;
      assert.deepEqual(zone, { ...ZONE, id: zoneId, zone_type: 'Event', vertices: VERTICES });
      assert.equal(await run('zones.update', {}, { ...zone, name: 'changed' }), true);
      const zones = (await run('zones.list', { details: true })) as { id: number; name: string }[];
      assert.deepEqual(zones.find(({ id }) => id === zoneId)?.name, 'changed');
      assert.equal(await run('commands.apply'), true);
      assert.equal(await run('zones.delete', { zoneId }), true);
      assert.deepEqual(await run('zones.list'), before);
      await assert.rejects(run('zones.get', { zoneId }), { code: 'SENSR_HTTP_400' });
    });

  for (const edition of ['3.5', '2.4', '2.0'] as const)
    it(`${edition}: gives health, zones and names of nodes under the same names`, async () => {
      await open(edition);
      const [nodeUri] = (await run('nodes.list')) as string[];
      assert.match(String(nodeUri), /^algo_/);
      const { zones } = (await run('zones.status')) as { zones: Record<string, unknown>[] };
      for (const { pbox, type, objectIds } of zones) {
        assert.ok((pbox as { points: unknown[] }).points.length >= 3);
        assert.deepEqual([type, Array.isArray(objectIds)], ['event', true]);
      }
    });

  it('3.5: sends back whole sensors, nodes, transforms and ranges as they came', async () => {
    await open('3.5');
    const [nodeUri] = (await run('nodes.list')) as string[];
    for (const sensor of (await run('sensors.list', { nodeUri, details: true })) as object[])
      assert.equal(await run('sensors.update', {}, sensor), true);
    assert.equal(await run('nodes.update', {}, await run('nodes.get', { nodeUri })), true);
    assert.equal(
      await run('nodes.setTransform', { nodeUri }, await run('nodes.getTransform', { nodeUri })),
      true,
    );
    assert.equal(await run('nodes.setRange', { nodeUri }, await run('nodes.getRange', { nodeUri })), true);
    const edgeNodeUri = await run(
      'edges.create',
      {},
      { algo_uid: nodeUri, ip: '10.1.1.1', name: 'e', disabled: false },
    );
    assert.equal(((await run('edges.get', { edgeNodeUri })) as { uid: string }).uid, edgeNodeUri);
    assert.equal(await run('parameters.set', { configKey: 'publish_level_point_cloud' }, 2), true);
    assert.equal(await run('parameters.get', { configKey: 'publish_level_point_cloud' }), 2);
  });

  it('3.5: reports the whole site', async () => {
    await open('3.5');
    const report = (await run('report.get')) as Record<string, unknown>;
    assert.deepEqual(Object.keys(report), ['project', 'sensors', 'zones', 'health', 'errors']);
    assert.deepEqual(report['errors'], []);
    assert.deepEqual(report['health'], await run('health.get'));
    assert.deepEqual(report['zones'], await run('zones.list', { details: true }));
  });

  it('3.5: gives the points of an object as floats, and where it was', async () => {
    await open('3.5');
    const id = await anObject();
    const { points } = (await run('objects.shape', { id })) as { points: Buffer };
    assert.ok(points.length > 0 && points.length % 12 === 0 && points.byteOffset % 4 === 0);
    const { states } = (await run('objects.history', { id, length: 2 })) as {
      states: { timestamp: number }[];
    };
    assert.ok(states.length > 0 && states.every(({ timestamp }) => Number.isFinite(timestamp)));
  });

  /** Of those that the zones hold at this moment; the scene moves, so a few moments may be needed. */
  const anObject = async (): Promise<number> => {
    for (let tries = 0; tries < 100; tries += 1) {
      const { zones } = (await run('zones.status')) as { zones: { objectIds: number[] }[] };
      const [id] = zones.flatMap(({ objectIds }) => objectIds);
      if (id !== undefined) return id;
      simulator.publishOutput();
    }
    throw new Error('no object ever entered a zone');
  };

  it('2.0: reads and sets values, whose paths have no version', async () => {
    await open('2.0');
    const node = { nodeType: 'master', nodeUri: 'common' };
    assert.equal(typeof (await run('algorithm.list', node)), 'object');
    const configId = 'merging.distance';
    await run('algorithm.set', { ...node, configId }, 0.8);
    assert.equal(await run('algorithm.get', { ...node, configId }), 0.8);
  });
});
