import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../../helpers/embedded-node-red';
import { CONFIG } from '../../helpers/flows';
import { apiNode, Asker, flowFor, type Ending } from './helpers';

const ZONE = {
  name: 'dock',
  vertices: [
    [0, 0],
    [4, 0],
    [4, 4],
  ],
};
const CONNECTIONS = 5;

describe('requests of a flow', function () {
  this.timeout(40_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  let asker: Asker;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    asker = new Asker(nodeRed);
  });
  after(() => nodeRed.stop());
  beforeEach(async () => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
    simulator = await startSimulator({ outputHz: 0, pointsHz: 0 });
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
  });

  const deploy = (api: Record<string, unknown> = {}, config: Record<string, unknown> = {}): Promise<void> =>
    asker.deploy(flowFor(simulator, { api, config: { apiVersion: '3.5', ...config } }));
  const many = (count: number, message: Record<string, unknown>): Promise<Ending[]> =>
    Promise.all(Array.from({ length: count }, () => asker.ask({ ...message })));
  const sent = (method: string): number =>
    simulator.requests().filter((request) => request.method === method).length;

  it('share a few connections, however many there are', async () => {
    await deploy({ queueSize: 2000, concurrency: 50 }, { connections: CONNECTIONS });
    const endings = await many(1000, { operation: 'zones.get', params: { zoneId: 1001 } });
    assert.equal(endings.filter(({ ok }) => ok).length, 1000);
    const { connectionsEver, connectionsMost, requests } = simulator.stats().ports.rest;
    assert.equal(requests, 1000);
    assert.ok(connectionsEver <= CONNECTIONS, `${connectionsEver} connections`);
    assert.ok(connectionsMost <= CONNECTIONS);
    // The kernel's own view: what is open, and what waits after the end.
    assert.ok(socketsOf(simulator.restPort, 'established') <= CONNECTIONS);
    await nodeRed.deploy([]);
    assert.equal(socketsOf(simulator.restPort, 'established'), 0);
    assert.ok(socketsOf(simulator.restPort, 'time-wait') <= CONNECTIONS);
  });

  it('are answered once with SENSR_CLOSED when a deploy comes, and leave no connection', async () => {
    await deploy({ queueSize: 200, concurrency: 10 });
    await simulator.setFault({ name: 'httpHang' });
    const finished = completions(nodeRed);
    const waiting = many(100, { operation: 'zones.list' });
    await simulator.waitForRequests(10);
    const startMs = performance.now();
    // Only this node is deployed anew: the catch node beside it stays and sees what becomes of the messages.
    const flows = flowFor(simulator, {
      api: { queueSize: 201, concurrency: 10 },
      config: { apiVersion: '3.5' },
    });
    await asker.deploy(flows, 'nodes');
    const endings = await waiting;
    const tookMs = performance.now() - startMs;
    const codes = endings.map((ending) => (ending.ok ? 'answered' : ending.error.code));
    assert.deepEqual(new Set(codes), new Set(['SENSR_CLOSED']));
    assert.equal(finished.stop(), 100, 'each message is finished once');
    assert.ok(tookMs < 5000, `took ${tookMs} ms`);
  });

  it('tell of a change under way at a deploy that it may have been made, of one that waits that it was not', async () => {
    const settings = { allowWrites: true, concurrency: 1 };
    await deploy({ ...settings, queueSize: 20 });
    await simulator.setFault({ name: 'httpHang' });
    const endings = ['first', 'second'].map((name) =>
      asker.ask({ operation: 'zones.create', payload: { ...ZONE, name } }),
    );
    await simulator.waitForRequests(1);
    await asker.deploy(
      flowFor(simulator, { api: { ...settings, queueSize: 21 }, config: { apiVersion: '3.5' } }),
      'nodes',
    );
    const told = (await Promise.all(endings)).map((ending) =>
      ending.ok ? ['answered'] : [ending.error.code, ending.error.outcome],
    );
    assert.deepEqual(told, [
      ['SENSR_CLOSED', 'unknown'],
      ['SENSR_CLOSED', 'notSent'],
    ]);
    assert.equal(sent('PUT'), 1);
  });

  it('end with their server: every connection within a second', async () => {
    await deploy({ queueSize: 200, concurrency: 20 });
    await simulator.setFault({ name: 'httpHang' });
    const finished = completions(nodeRed);
    void many(100, { operation: 'zones.list' }).catch(() => undefined);
    await simulator.waitForRequests(20);
    const startMs = performance.now();
    await nodeRed.deploy([]);
    const tookMs = performance.now() - startMs;
    assert.equal(finished.stop(), 100);
    assert.equal(socketsOf(simulator.restPort, 'established'), 0);
    assert.ok(tookMs < 1000, `closing took ${tookMs} ms`);
  });

  it('drop the oldest that waits, and say so', async () => {
    await deploy({ queueSize: 2, concurrency: 1 });
    await simulator.setFault({ name: 'httpDelay', ms: 200, count: 1 });
    const endings = await many(5, { operation: 'zones.list' });
    assert.deepEqual(
      endings.map((ending) => (ending.ok ? 'ok' : ending.error.code)),
      ['ok', 'SENSR_DROPPED', 'SENSR_DROPPED', 'ok', 'ok'],
    );
    await nodeRed.waitForStatus('api0000000000001', ({ text }) => /2 dropped/.test(text ?? ''));
  });

  it('replace one that waits with the same key', async () => {
    await deploy({ concurrency: 1, allowWrites: true });
    await simulator.setFault({ name: 'httpDelay', ms: 200, count: 1 });
    const first = asker.ask({ operation: 'zones.list' });
    const set = (payload: number): Promise<Ending> =>
      asker.ask({
        operation: 'parameters.set',
        params: { configKey: 'publish_level_point_cloud' },
        payload,
        key: 'level',
      });
    const [, older, newer] = await Promise.all([first, set(2), set(3)]);
    assert.ok(!older.ok && older.error.code === 'SENSR_DROPPED');
    assert.match(older.error.message, /replaced by a newer/);
    assert.ok(newer.ok);
    assert.deepEqual(
      simulator.requests().flatMap(({ method, body }) => (method === 'POST' ? [body] : [])),
      ['3'],
    );
  });

  it('are refused when they would change something and the node may not', async () => {
    await deploy();
    const { code, message } = await asker.error({ operation: 'zones.deleteAll' });
    assert.equal(code, 'SENSR_BAD_REQUEST');
    assert.match(message, /zones\.deleteAll.*Allow changes/);
    assert.equal(simulator.requests().length, 0);
  });

  it('are applied before a deploy closes their server', async () => {
    await deploy({ allowWrites: true, applyChanges: true });
    await asker.answer({ operation: 'zones.create', payload: ZONE });
    assert.equal(sent('POST'), 0);
    await nodeRed.deploy([]);
    assert.deepEqual(
      simulator.requests().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`),
      ['PUT zone', 'POST apply-change'],
    );
  });

  it('leave a warning where they could not be applied before that', async () => {
    const warnings: string[] = [];
    await deploy({ allowWrites: true, applyChanges: true }, { retries: 0 });
    await asker.answer({ operation: 'zones.create', payload: ZONE });
    await simulator.setFault({ name: 'httpStatus', status: 503 });
    nodeRed.node(CONFIG).warn = (text) => warnings.push(String(text));
    await nodeRed.deploy([]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^1 change was made, but not applied .*commands\.apply/);
  });

  it('are applied once for a batch of changes', async () => {
    await deploy({ allowWrites: true, applyChanges: true });
    for (let index = 0; index < 5; index += 1)
      await asker.answer({ operation: 'zones.create', payload: { ...ZONE, name: `z${index}` } });
    await nodeRed.waitForStatus('api0000000000001', ({ text }) => text === 'changes applied');
    const applies = simulator.requests().filter(({ path }) => path.endsWith('/apply-change'));
    assert.equal(applies.length, 1);
    assert.equal(simulator.site().hasPendingChanges, false);
  });

  it('say it at Catch when applying fails', async () => {
    await deploy({ allowWrites: true, applyChanges: true }, { retries: 0 });
    await simulator.setFault({ name: 'httpStatus', status: 500, match: { path: '/3.5/commands/' } });
    await asker.answer({ operation: 'zones.create', payload: ZONE });
    const [caught] = await nodeRed.sink.wait('errors');
    assert.equal((caught?.msg['error'] as { code: string }).code, 'SENSR_HTTP_500');
    assert.equal((caught?.msg['sensr'] as { operation: string }).operation, 'commands.apply');
  });

  it('are answered from what is kept, until a change', async () => {
    await deploy({ cacheSeconds: 60, allowWrites: true });
    const list = async (): Promise<[unknown, boolean]> => {
      const { payload, sensr } = await asker.answer({ operation: 'zones.list' });
      return [payload, (sensr as { cached: boolean }).cached];
    };
    const [before, fresh] = await list();
    const [, kept] = await list();
    assert.deepEqual([fresh, kept], [false, true]);
    const { payload: id } = await asker.answer({ operation: 'zones.create', payload: ZONE });
    const [after, again] = await list();
    assert.equal(again, false);
    assert.deepEqual(after, [...(before as number[]), id]);
  });

  it('use the parameters of the node, of the message, and what they refer to', async () => {
    await deploy({
      operation: 'zones.get',
      params: { zoneId: { value: 'wanted.zone', type: 'msg' } },
    });
    const { payload } = await asker.answer({ wanted: { zone: '1002' } });
    assert.equal((payload as { id: number }).id, 1002);
    const other = await asker.answer({ wanted: { zone: 1 }, params: { zoneId: 1001 } });
    assert.equal((other.payload as { id: number }).id, 1001);
    assert.match((await asker.error({})).message, /zones\.get: params\.zoneId: expected a whole number/);
  });

  for (const [what, message, pattern] of [
    ['an unknown operation', { operation: 'zones.paint' }, /zones\.paint/],
    ['an operation that is no text', { operation: { a: 1 } }, /msg\.operation: expected a name/],
    [
      'parameters that are no object',
      { operation: 'zones.get', params: 'x' },
      /msg\.params: expected an object/,
    ],
    ['an unknown parameter', { operation: 'zones.get', params: { zone: 1 } }, /zone/],
    ['a missing parameter', { operation: 'zones.get' }, /zoneId: expected a whole number.*nothing/],
    [
      'a zone with two corners',
      {
        operation: 'zones.create',
        payload: {
          vertices: [
            [0, 0],
            [1, 1],
          ],
        },
      },
      /vertices/,
    ],
    ['no zone at all', { operation: 'zones.create', payload: 7 }, /zones\.create.*payload/],
  ] as const)
    it(`name what is wrong with ${what}`, async () => {
      await deploy({ allowWrites: true });
      const { code, message: text, outcome } = await asker.error(structuredClone(message) as never);
      assert.equal(code, 'SENSR_BAD_REQUEST');
      assert.match(text, pattern);
      assert.equal(outcome, 'notSent');
      assert.equal(simulator.requests().length, 0);
    });

  it('find a new version when the old one is gone', async () => {
    await deploy({}, { apiVersion: '' });
    await asker.answer({ operation: 'zones.list' });
    const { restPort } = simulator;
    await simulator.close();
    simulator = await startSimulator({
      outputHz: 0,
      pointsHz: 0,
      restPort,
      api: '3.2',
      versionPrefix: 'v3.2',
    });
    const { payload } = await asker.answer({ operation: 'zones.list' });
    assert.ok(Array.isArray(payload));
    assert.equal(sent('PUT'), 0);
  });

  it('work from a second node over the same connections', async () => {
    const flows = flowFor(simulator, { config: { connections: 1, apiVersion: '3.5' } });
    await asker.deploy([...flows, apiNode('api0000000000002', 'answers00000001')]);
    const endings = await Promise.all([
      ...Array.from({ length: 5 }, () => asker.ask({ operation: 'zones.list' })),
      ...Array.from({ length: 5 }, () => asker.ask({ operation: 'zones.list' }, 'api0000000000002')),
    ]);
    assert.ok(endings.every(({ ok }) => ok));
    assert.equal(simulator.stats().ports.rest.connectionsEver, 1);
  });
});

/** As `ss` sees them: of this machine's sockets, those to that port. */
function socketsOf(port: number, state: 'established' | 'time-wait'): number {
  const lines = execFileSync('ss', ['-Htn', 'state', state, 'dport', '=', `:${port}`], { encoding: 'utf8' });
  return lines.split('\n').filter((line) => line.trim() !== '').length;
}

/** Counts how often Node-RED is told that a message of the node under test is finished. */
function completions(nodeRed: EmbeddedNodeRed): { stop: () => number } {
  const seen = new Map<object, number>();
  const { hooks } = nodeRed;
  hooks.add('onComplete.api-test', ({ msg, node }) => {
    if (node.id === 'api0000000000001') seen.set(msg, (seen.get(msg) ?? 0) + 1);
  });
  return {
    stop: () => {
      hooks.remove('*.api-test');
      assert.ok([...seen.values()].every((count) => count === 1));
      return seen.size;
    },
  };
}
