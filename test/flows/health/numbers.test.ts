import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Sample } from '../../../lib/health/sampling/sample';
import type { ServerHealth } from '../../../lib/health/sampling/server-health';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, tab } from '../../helpers/flows';
import { HEALTH, healthNode } from './helpers';

const MB = 2 ** 20;
const MOST_SAMPLES = 50;
const WORK_S = 0.6;
const KINDS = ['output', 'points'] as const;
const RATES = { outputHz: 20, pointsHz: 2 };
const CLOCK_TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

const rssOfKernel = (): number => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * PAGE_BYTES;
/** User and system time of the process, in seconds. */
const cpuOfKernel = (): number => {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_S;
};
/** Established connections of this process to `port`, by the system. */
const connectionsTo = (port: number): number =>
  execFileSync('ss', ['-Htnp', 'state', 'established', 'dport', '=', `:${port}`], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`pid=${process.pid},`)).length;

describe('the numbers of sensr-health', function () {
  this.timeout(60_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    simulator = await startSimulator({ ...RATES, groundPoints: 300, backgroundPoints: 500 });
    await nodeRed.deploy([
      tab(),
      config(simulator, {
        restPort: simulator.restPort,
        pingInterval: 1,
        pongTimeout: 5,
        backoffInitial: 0.5,
      }),
      stream('stream0000000001', 'objects', 'objects000000001'),
      stream('stream0000000002', 'points', 'points0000000001'),
      sinkNode('objects000000001', 'objects'),
      sinkNode('points0000000001', 'points'),
      healthNode({
        sampleInterval: 1,
        checkInterval: 10,
        startupGrace: 0,
        wires: [['healthsink000001'], []],
      }),
      sinkNode('healthsink000001', 'health'),
      ...catchNodes(),
    ]);
    await nodeRed.sink.wait('points', 3);
  });
  after(async () => {
    await nodeRed.deploy([]);
    await nodeRed.stop();
    await simulator.close();
  });

  const sample = async (): Promise<{ sample: Sample; site: ServerHealth }> => {
    const ticket = Math.random();
    nodeRed.node(HEALTH).receive({ action: 'sample', ticket } as never);
    const [answer] = await nodeRed.sink.wait('health', 1, ({ msg }) => msg['ticket'] === ticket);
    const payload = answer?.msg['payload'] as { sample: Sample; servers: Record<string, ServerHealth> };
    const site = payload.servers['site'];
    assert.ok(site);
    return { sample: payload.sample, site };
  };
  /** What Node.js tells of itself comes in a later turn, on a busy machine in a much later one. */
  const sampleWhen = async (holds: (one: Awaited<ReturnType<typeof sample>>) => boolean) => {
    let one = await sample();
    for (let tries = 0; tries < MOST_SAMPLES && !holds(one); tries += 1) one = await sampleAfter(one);
    return one;
  };
  /** Asked for again at once, a sample is the one before. */
  const sampleAfter = async (before: Awaited<ReturnType<typeof sample>>) => {
    let one = before;
    while (one.sample.at === before.sample.at) one = await sample();
    return one;
  };
  /** Nothing is under way when numbers of both sides are compared, however busy the machine. */
  const whileStill = async (compare: () => Promise<void>): Promise<void> => {
    simulator.setRates({ outputHz: 0, pointsHz: 0 });
    try {
      await compare();
    } finally {
      simulator.setRates(RATES);
    }
  };
  /** The other end of the connection. */
  const peerOf = (kind: 'output' | 'points') => {
    const { connections } = simulator.stats();
    const peer = connections.find(({ port, closedAt }) => port === kind && closedAt === undefined);
    assert.ok(peer);
    return peer;
  };
  const history = async (): Promise<readonly Sample[]> => {
    nodeRed.node(HEALTH).receive({ action: 'history', ticket: 'history' } as never);
    const [answer] = await nodeRed.sink.wait('health', 1, ({ msg }) => msg['ticket'] === 'history');
    return (answer?.msg['payload'] as { fine: readonly Sample[] }).fine;
  };
  const near = (actual: number, expected: number, within: number, what: string): void => {
    assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual}, by another way ${expected}`);
  };

  it('agree with the kernel on memory, processor, disk and threads', async () => {
    await sample();
    const [cpuBefore, startMs] = [cpuOfKernel(), performance.now()];
    // Work that both have to see, however much of a processor others leave us.
    while (cpuOfKernel() - cpuBefore < WORK_S);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const cpu = cpuOfKernel() - cpuBefore;
    const seconds = (performance.now() - startMs) / 1000;
    const { sample: one } = await sample();
    near(one.rss, rssOfKernel(), 16 * MB, 'rss');
    // Collections in between take tens of megabytes.
    near(one.heap.main.used, process.memoryUsage().heapUsed, 32 * MB, 'heap');
    assert.equal(one.heap.main.external > 0, true);
    const disk = await statfs(nodeRed.userDir);
    const used = disk.blocks - disk.bfree;
    near(one.disk.usedPct ?? 0, (100 * used) / (used + disk.bavail), 1, 'disk');
    // At least the time in the loop above, of all processors; the sampler's own interval is another one.
    const cores = Number(execFileSync('nproc', { encoding: 'utf8' }));
    // A sample of its own may have come in between.
    const most = Math.max(...(await history()).slice(-3).map(({ cpuPct }) => cpuPct));
    assert.ok(one.cpuPct <= 100.5, `${one.cpuPct} %`);
    // Several samples may share the work.
    const share = (100 * cpu) / seconds / cores;
    assert.ok(
      cpu >= WORK_S && most > Math.max(10, share / 2),
      `${most} %, kernel ${share} %: ${cpu} s of ${seconds} s`,
    );
    assert.ok(readdirSync('/proc/self/task').length > 1);
    assert.ok(one.heap.worker, 'the socket thread tells nothing of itself');
  });

  it('see a loop that stood still, and collections', async () => {
    const { sample: before } = await sample();
    for (const untilMs = performance.now() + 400; performance.now() < untilMs;);
    const ask = { action: 'gc', kind: 'major', ticket: 'gc' };
    nodeRed.node(HEALTH).receive(ask as never);
    await nodeRed.sink.wait('health', 1, ({ msg }) => msg['ticket'] === 'gc');
    const { sample: after } = await sampleWhen(
      ({ sample: { loop, gc } }) =>
        loop.main.maxMs >= 350 &&
        gc.main.forced.count > before.gc.main.forced.count &&
        gc.main.majors > before.gc.main.majors,
    );
    assert.ok(after.loop.main.maxMs >= 350, `${after.loop.main.maxMs} ms`);
    assert.ok(after.gc.main.forced.count > before.gc.main.forced.count);
    assert.ok(after.gc.main.majors > before.gc.main.majors);
  });

  it('agree with the simulator and the system on sockets, frames, bytes and pings', async () => {
    // The loop stood still, and the simulator with it: the next ping is answered at once again.
    const { site } = await sampleWhen(({ site: one }) =>
      KINDS.every((kind) => (one[kind].pingRtt ?? 1e6) < 1000),
    );
    const { ports } = simulator.stats();
    for (const kind of KINDS) {
      const { state, silence, uptime } = site[kind];
      assert.equal(state, 'open');
      assert.ok(silence !== null && silence < 2000);
      near(uptime ?? 0, Date.now() - peerOf(kind).openedAt, 1000, `${kind} uptime`);
      assert.equal(ports[kind].connectionsNow, 1);
      assert.equal(connectionsTo(simulator[kind === 'output' ? 'outputPort' : 'pointsPort']), 1);
      assert.ok((site[kind].pingRtt ?? 1e6) < 1000, `${kind}: ping took ${String(site[kind].pingRtt)} ms`);
    }
    // Less came while the loop stood still, in which the simulator lives too.
    const { site: later } = await sampleWhen(({ site: one }) => Math.abs(one.output.rate - 20) <= 4);
    near(later.output.rate, 20, 4, 'rate');
    assert.equal(site.http?.connected, connectionsTo(simulator.restPort));
    assert.equal(site.http?.connected, ports.rest.connectionsNow);
    await whileStill(async () => {
      const { site: still } = await sampleWhen(({ site: one }) =>
        KINDS.every((kind) => one[kind].frames === peerOf(kind).framesSent),
      );
      for (const kind of KINDS) {
        const { frames, bytes } = still[kind];
        const { framesSent, bytesSent } = peerOf(kind);
        assert.equal(frames, framesSent, `${kind} frames`);
        assert.ok(bytes > 0 && bytes <= bytesSent * 1.01, `${kind}: ${bytes} of ${bytesSent} bytes`);
        near(bytes, bytesSent, (1.5 * bytesSent) / framesSent, `${kind} bytes`);
      }
    });
  });

  it('count what nodes received, and what they dropped', async () => {
    // What waited while the loop stood still is through by then.
    await nodeRed.sink.wait('objects', nodeRed.sink.of('objects').length + 15);
    await whileStill(async () => {
      const { site } = await sampleWhen(
        ({ site: one }) => one.output.frames === peerOf('output').framesSent && one.output.queued === 0,
      );
      assert.equal(site.output.frames, peerOf('output').framesSent);
      assert.ok(site.output.frames <= simulator.stats().frames.output);
      near(nodeRed.sink.of('objects').length, site.output.frames, 3, 'objects');
      assert.equal(site.output.dropped, 0);
      assert.equal(site.output.queued, 0);
    });
  });

  it('count a lost connection by its reason', async () => {
    const { site: before } = await sample();
    await simulator.setFault({ name: 'reset', port: 'output' });
    await simulator.clearFaults();
    const frames = nodeRed.sink.of('objects').length;
    await nodeRed.sink.wait('objects', frames + 5);
    const { site: after } = await sample();
    assert.equal(after.output.reconnects.total, before.output.reconnects.total + 1);
    const [reason] = Object.keys(after.output.reconnects).filter((name) => name !== 'total');
    assert.match(String(reason), /^SENSR_/);
    assert.ok((after.output.uptime ?? 0) < (before.output.uptime ?? 0));
  });
});
