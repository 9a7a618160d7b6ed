import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { readFileSync } from 'node:fs';
import type { ThreadHost } from '../../lib/thread/host';
import type { ThreadHandle } from '../../lib/thread/worker-source';
import type { SocketOptions, SocketStatus } from '../../lib/thread/protocol';
import { startSimulator, type Simulator } from '../../simulator/server';
import { startSimulatorProcess } from '../helpers/simulator-process';

// The built package: a thread runs compiled code.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const built = require('../../dist/lib/thread/host.js') as { ThreadHost: typeof ThreadHost };
const source = readFileSync('dist/lib/thread/worker-entry.js', 'utf8');

describe('the socket thread', function () {
  let simulator: Simulator;
  let workers: Worker[];
  let host: ThreadHost;

  beforeEach(async () => {
    simulator = await startSimulator({
      busy: true,
      details: false,
      outputHz: 100,
      pointsHz: 0,
      pingIntervalMs: 50,
      pongTimeoutMs: 400,
    });
    workers = [];
    host = new built.ThreadHost((): ThreadHandle => {
      const worker = new Worker(source, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } });
      workers.push(worker);
      return worker;
    });
  });
  afterEach(async () => {
    await simulator.close();
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  const options = (): SocketOptions => ({
    kind: 'output',
    url: `ws://127.0.0.1:${simulator.outputPort}`,
    headers: {},
    pingIntervalMs: 1000,
    pongTimeoutMs: 500,
    connectTimeoutMs: 1000,
    backoffInitialMs: 100,
    backoffMaxMs: 1000,
    maxFrameBytes: 64_000_000,
  });
  const listen = {
    parts: 0,
    queueFrames: 20,
    queueBytes: 64_000_000,
    protectEvents: false,
    keepEvents: false,
  };
  const open = (statuses: SocketStatus[] = [], problems: string[] = [], of: SocketOptions = options()) =>
    host.openSocket(of, {
      onStatus: (status) => statuses.push(status),
      onProblem: (error) => problems.push(`${error.code} ${error.message}`),
      onOverflow: () => undefined,
    });

  it('answers pings and keeps its queue bounded while the main loop is blocked', async () => {
    const apart = await startSimulatorProcess(
      '--busy',
      '--no-details',
      '--output-hz',
      '200',
      '--ping-interval',
      '0.1',
      '--pong-timeout',
      '0.5',
    );
    try {
      const url = `ws://127.0.0.1:${apart.outputPort}`;
      const socket = open([], [], { ...options(), url });
      let frames = 0;
      const listener = socket.listen(listen, { onFrames: (some) => void (frames += some.length) });
      listener.grant(1, 0);
      while (frames === 0) await new Promise((done) => setImmediate(done));
      const before = listener.counts.received;
      const end = Date.now() + 2000;
      while (Date.now() < end);
      const { received, filtered, dropped, arrived, queued, lost } = listener.counts;
      assert.ok(received - before > 200, `${received - before} received meanwhile`);
      // One credit was given: one frame on this side, and it counts against the twenty.
      assert.deepEqual([frames, queued], [1, 19]);
      assert.equal(received, filtered + dropped + arrived + queued + lost);
      const [connection] = (await apart.stats()).connections;
      assert.equal(connection?.closedAt, undefined);
      assert.ok((connection?.pongsReceived ?? 0) >= 15, `${connection?.pongsReceived} pongs`);
      assert.ok(Math.max(...(connection?.pongRttsMs ?? [Infinity])) < 500);
      await socket.close();
    } finally {
      await apart.stop();
    }
  });

  it('is replaced when it dies; what it held is counted as lost, and frames come again', async () => {
    const statuses: SocketStatus[] = [];
    const problems: string[] = [];
    const socket = open(statuses, problems);
    let frames = 0;
    const listener = socket.listen(listen, { onFrames: (some) => void (frames += some.length) });
    await simulator.waitForConnection('output');
    while (listener.counts.queued < 20) await new Promise((done) => setTimeout(done, 10));
    await workers[0]?.terminate();
    while (problems.length === 0) await new Promise((done) => setImmediate(done));
    assert.match(problems.join(), /^SENSR_THREAD [^,]*ended with code 1/);
    const { received, filtered, dropped, arrived, queued, lost } = listener.counts;
    assert.equal(lost, 20);
    assert.equal(received, filtered + dropped + arrived + queued + lost);
    listener.grant(5, 0);
    await simulator.waitForConnection('output', 2);
    while (frames < 5) await new Promise((done) => setTimeout(done, 10));
    assert.deepEqual([workers.length, problems.length], [2, 1], problems.join());
    assert.ok(listener.counts.received > received);
    assert.equal(statuses.at(-1)?.state, 'open');
    await socket.close();
  });

  it('dies alone when it runs out of memory, and is replaced', async () => {
    const problems: string[] = [];
    host = new built.ThreadHost((): ThreadHandle => {
      // The first thread leaks small objects, as a fault in its code would.
      const leak =
        workers.length === 0
          ? ';setTimeout(() => { const all = []; for (;;) all.push({ a: [all.length] }); }, 300);'
          : '';
      const worker = new Worker(source + leak, {
        eval: true,
        resourceLimits: { maxOldGenerationSizeMb: 32 },
      });
      workers.push(worker);
      return worker;
    });
    const messages: string[] = [];
    const socket = host.openSocket(options(), {
      onStatus: () => undefined,
      onProblem: (error) => {
        problems.push(error.code);
        messages.push(error.message);
      },
      onOverflow: () => undefined,
    });
    await simulator.waitForConnection('output', 2);
    assert.deepEqual(problems, ['SENSR_THREAD']);
    assert.match(messages[0] ?? '', /memory limit/);
    await socket.close();
  });

  it('ends with its last socket, and starts again with the next', async () => {
    const first = open();
    const second = open();
    await simulator.waitForConnection('output', 2);
    await first.close();
    assert.equal(host.running, true);
    await second.close();
    assert.equal(host.running, false);
    assert.equal(simulator.stats().ports.output.connectionsNow, 0);
    const third = open();
    await simulator.waitForConnection('output', 3);
    await third.close();
    assert.equal(workers.length, 2);
  });

  it('closes within a second although the server is frozen', async () => {
    const socket = open();
    await simulator.waitForConnection('output');
    await simulator.setFault({ name: 'freeze', port: 'output' });
    const startMs = performance.now();
    await socket.close();
    assert.ok(performance.now() - startMs < 1000);
    assert.equal(host.running, false);
  });
});
