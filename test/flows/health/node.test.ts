import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, tab, TAB } from '../../helpers/flows';

const HEALTH = 'health0000000001';
const MB = 2 ** 20;

const health = (more: Record<string, unknown> = {}): FlowNode => ({
  id: HEALTH,
  type: 'sensr-health',
  z: TAB,
  x: 0,
  y: 0,
  version: 1,
  sampleInterval: 1,
  startupGrace: 0,
  wires: [['healthsink000001'], ['alertsink0000001']],
  ...more,
});

interface Payload {
  readonly status: string;
  readonly event?: string;
  readonly action?: string;
  readonly phase?: string;
  readonly blockedBy?: string;
  readonly error?: string;
  readonly sample: {
    readonly rss: number;
    readonly heap: { readonly main: { readonly used: number }; readonly worker?: { readonly used: number } };
    readonly pingMs: number;
    readonly msgRate: number;
  };
  readonly servers: Readonly<Record<string, ServerPart>>;
}
interface ServerPart {
  readonly output: { readonly state: string; readonly frames: number; readonly rate: number };
  readonly points: { readonly state: string };
  readonly sensr: { readonly status: string } | null;
}

describe('sensr-health in a flow', function () {
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    simulator = await startSimulator({ outputHz: 10, pointsHz: 0 });
  });
  after(async () => {
    await nodeRed.stop();
    await simulator.close();
  });
  beforeEach(() => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
  });

  const flow = (more: Record<string, unknown> = {}, extra: readonly FlowNode[] = []): FlowNode[] => [
    tab(),
    config(simulator, { restPort: simulator.restPort }),
    stream('stream0000000001', 'objects', 'objects000000001'),
    sinkNode('objects000000001', 'objects'),
    health(more),
    sinkNode('healthsink000001', 'health'),
    sinkNode('alertsink0000001', 'alerts'),
    ...extra,
    ...catchNodes(),
  ];
  const ask = (msg: Record<string, unknown>): void => {
    nodeRed.node(HEALTH).receive(msg as never);
  };
  const answerTo = async (msg: Record<string, unknown>): Promise<Payload> => {
    const ticket = Math.random();
    ask({ ...msg, ticket });
    const [answer] = await nodeRed.sink.wait('health', 1, (one) => one.msg['ticket'] === ticket, 40_000);
    return answer?.msg['payload'] as Payload;
  };
  const errorTo = async (msg: Record<string, unknown>): Promise<{ code: string; message: string }> => {
    ask(msg);
    const [caught] = await nodeRed.sink.wait('errors');
    return caught?.msg['error'] as { code: string; message: string };
  };

  it('tells its first state by itself, and answers a sample with numbers of the process', async () => {
    await nodeRed.deploy(flow());
    const [first] = await nodeRed.sink.wait('health');
    assert.equal(first?.msg['topic'], 'health');
    assert.equal((first?.msg['payload'] as Payload).status, 'normal');
    await nodeRed.sink.wait('objects', 12);
    const { sample, servers } = await answerTo({ action: 'sample' });
    const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]);
    assert.ok(Math.abs(sample.rss - pages * 4096) < 20 * MB, `${sample.rss} against ${pages * 4096}`);
    assert.ok(sample.heap.worker && sample.heap.worker.used > MB);
    assert.ok(sample.pingMs >= 0 && sample.pingMs < 5000);
    const site = servers['site'];
    assert.equal(site?.output.state, 'open');
    assert.ok((site?.output.frames ?? 0) >= 11);
    assert.equal(site?.points.state, 'idle');
  });

  it('shows only the chosen server, and what SENSR says of itself', async () => {
    await nodeRed.deploy(flow({ server: 'config0000000001' }));
    for (;;) {
      const { servers } = await answerTo({ action: 'sample' });
      assert.deepEqual(Object.keys(servers), ['site']);
      const sensr = servers['site']?.sensr;
      if (!sensr) continue;
      assert.equal(sensr.status, 'ok');
      break;
    }
  });

  for (const kind of ['minor', 'major', 'deep'])
    it(`collects on request: ${kind}`, async () => {
      await nodeRed.deploy(flow());
      await nodeRed.sink.wait('health');
      const answer = await answerTo({ action: 'gc', kind });
      assert.deepEqual([answer.event, answer.action, answer.phase], ['ACTION', 'gc', 'done']);
    });

  it('holds collections to their budget', async () => {
    await nodeRed.deploy(flow());
    await nodeRed.sink.wait('health');
    await answerTo({ action: 'gc' });
    const answer = await answerTo({ action: 'gc' });
    assert.deepEqual([answer.phase, answer.blockedBy], ['blocked', 'gcBudget']);
  });

  it('does nothing to a healthy process unless it is forced', async () => {
    await nodeRed.deploy(flow());
    await nodeRed.sink.wait('health');
    const answer = await answerTo({ action: 'recycle' });
    assert.deepEqual([answer.phase, answer.blockedBy], ['blocked', 'healthy']);
  });

  it('renews the socket thread on request, without a gap in the sequence', async function () {
    this.timeout(60_000);
    await nodeRed.deploy(flow());
    await nodeRed.sink.wait('objects', 5);
    const answer = await answerTo({ action: 'recycle', force: true });
    assert.deepEqual([answer.action, answer.phase, answer.error], ['recycle', 'done', null]);
    const sequences = nodeRed.sink
      .of('objects')
      .map(({ msg }) => (msg['sensr'] as { sequence: number }).sequence);
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => (sequences[0] ?? 0) + index),
    );
  });

  it('restarts the flows, and the node that comes back tells how it went', async function () {
    this.timeout(60_000);
    await nodeRed.deploy(flow());
    await nodeRed.sink.wait('objects', 5);
    const answer = await answerTo({ action: 'restart', level: 'flows', force: true });
    assert.deepEqual([answer.action, answer.phase], ['flows', 'start']);
    const [done] = await nodeRed.sink.wait(
      'alerts',
      1,
      ({ msg }) =>
        (msg['payload'] as Payload).action === 'flows' && (msg['payload'] as Payload).phase !== 'start',
      40_000,
    );
    assert.equal((done?.msg['payload'] as Payload).phase, 'done', JSON.stringify(done?.msg));
    const atMs = nodeRed.sink.of('objects').map((one) => one.atMs);
    const gapMs = Math.max(...atMs.slice(1).map((at, index) => at - (atMs[index] ?? at)));
    assert.ok(gapMs < 1500, `${gapMs} ms without data`);
    const record = JSON.parse(readFileSync(join(nodeRed.userDir, 'sensr-health.json'), 'utf8')) as {
      history: { action: string; ok: boolean | null }[];
    };
    assert.equal(record.history.at(-1)?.action, 'flows');
  });

  it('keeps the process unless the user says that it is supervised', async () => {
    await nodeRed.deploy(flow());
    await nodeRed.sink.wait('health');
    const answer = await answerTo({ action: 'restart', level: 'process', force: true });
    assert.deepEqual([answer.phase, answer.blockedBy], ['blocked', 'allowProcessExit']);
  });

  it('answers with its history, and resets', async () => {
    await nodeRed.deploy(flow());
    await nodeRed.sink.wait('health');
    const history = (await answerTo({ action: 'history' })) as unknown as {
      fine: unknown[];
      coarse: unknown[];
    };
    assert.ok(history.fine.length >= 1 && history.coarse.length === 1);
    assert.equal((await answerTo({ action: 'reset' })).status, 'normal');
  });

  const WRONG: [Record<string, unknown>, RegExp][] = [
    [{}, /msg\.action: expected one of sample, gc, .* got nothing/],
    [{ action: 'dance' }, /got "dance"/],
    [{ action: 'gc', kind: 'all' }, /msg\.kind: expected one of minor, major, deep, got "all"/],
    [{ action: 'restart' }, /msg\.level: expected one of flows, process, got nothing/],
    [{ action: 10n }, /got bigint/],
  ];
  for (const [msg, expected] of WRONG)
    it(`refuses ${
      Object.entries(msg)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ') || 'a message without action'
    }`, async () => {
      await nodeRed.deploy(flow());
      const { code, message } = await errorTo(msg);
      assert.equal(code, 'SENSR_BAD_REQUEST');
      assert.match(message, expected);
    });

  const BAD: [Record<string, unknown>, RegExp][] = [
    [
      { memoryWarn: 95, memoryCritical: 90 },
      /memoryWarn: expected at most memoryCritical \(90 %\), got 95 %/,
    ],
    [{ sampleInterval: 0 }, /sampleInterval: expected .* got 0/],
    [{ reportInterval: -1 }, /reportInterval/],
    [
      { scheduledRestart: true, scheduledRestartTimes: 'at noon' },
      /scheduledRestartTimes: expected cron times/,
    ],
    [
      { autoRestart: true, maxAction: 'process' },
      /maxAction: expected gc, recycle or flows while allowProcessExit is off/,
    ],
    [{ exitCode: 0 }, /exitCode/],
  ];
  for (const [more, expected] of BAD)
    it(`refuses the settings ${JSON.stringify(more)}`, async () => {
      await nodeRed.deploy(flow(more));
      const [caught] = await nodeRed.sink.wait('errors');
      const { code, message } = caught?.msg['error'] as { code: string; message: string };
      assert.equal(code, 'SENSR_BAD_CONFIG');
      assert.match(message, expected);
      await nodeRed.waitForStatus(HEALTH, ({ fill, shape }) => fill === 'red' && shape === 'ring');
    });

  it('says why flows cannot be restarted, at the deploy', async function () {
    this.timeout(20_000);
    await nodeRed.deploy(flow({ autoRestart: true, maxAction: 'flows', adminUrl: 'http://127.0.0.1:9' }));
    const [caught] = await nodeRed.sink.wait('errors');
    const { code, message } = caught?.msg['error'] as { code: string; message: string };
    assert.equal(code, 'SENSR_ADMIN_API');
    assert.match(message, /127\.0\.0\.1:9\/ cannot be reached/);
  });

  it('lets one node decide for the process, and shows all the same', async () => {
    const second = { ...health({ memoryWarn: 70 }), id: 'health0000000002' };
    await nodeRed.deploy(flow({}, [second]));
    const states = await nodeRed.sink.wait('health', 2);
    assert.deepEqual(
      states.map(({ msg }) => (msg['payload'] as Payload).status),
      ['normal', 'normal'],
    );
  });
});
