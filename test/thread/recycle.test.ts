import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../lib/clock';
import type { Listener } from '../../lib/thread/listener';
import type { SocketHandle, ThreadHost } from '../../lib/thread/host';
import type { FrameRecord, SocketKind, SocketOptions, SocketStatus } from '../../lib/thread/protocol';
import type { ThreadHandle } from '../../lib/thread/worker-source';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server';

// The built package: a thread runs compiled code.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const built = require('../../dist/lib/thread/host.js') as { ThreadHost: typeof ThreadHost };
const source = readFileSync('dist/lib/thread/worker-entry.js', 'utf8');

interface Got {
  readonly sequence: number;
  readonly print: string;
}

describe('recycling the socket thread', function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let workers: Worker[];
  let host: ThreadHost;
  let problems: string[];
  let statuses: SocketStatus[];
  let handles: SocketHandle[];

  const start = async (options: Partial<SimulatorOptions>): Promise<void> => {
    simulator = await startSimulator({ details: false, pointsHz: 0, ...options });
    workers = [];
    problems = [];
    statuses = [];
    handles = [];
    host = new built.ThreadHost((): ThreadHandle => {
      const worker = new Worker(source, { eval: true, execArgv: [] });
      workers.push(worker);
      return worker;
    });
  };
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await simulator.close();
    assert.equal(host.running, false);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  const optionsOf = (kind: SocketKind): SocketOptions => ({
    kind,
    url: `ws://127.0.0.1:${kind === 'output' ? simulator.outputPort : simulator.pointsPort}`,
    headers: {},
    pingIntervalMs: 1000,
    pongTimeoutMs: 500,
    connectTimeoutMs: 1000,
    backoffInitialMs: 100,
    backoffMaxMs: 1000,
    maxFrameBytes: 64_000_000,
  });
  const open = (kind: SocketKind = 'output'): SocketHandle => {
    const handle = host.openSocket(optionsOf(kind), {
      onStatus: (status) => statuses.push(status),
      onProblem: (error) => problems.push(`${error.code} ${error.message}`),
      onOverflow: () => undefined,
    });
    handles.push(handle);
    return handle;
  };
  const BIG_QUEUE = {
    parts: 0,
    queueFrames: 10_000,
    queueBytes: 2 ** 30,
    protectEvents: false,
    keepEvents: false,
  };

  /** Takes each frame as it comes, and asks for the next. */
  const reader = (
    socket: SocketHandle,
  ): { got: Got[]; listener: Listener; more: (count: number) => Promise<void> } => {
    const got: Got[] = [];
    let wake = (): void => undefined;
    const listener: Listener = socket.listen(BIG_QUEUE, {
      onFrames: (frames: readonly FrameRecord[]) => {
        for (const { bytes, sequence } of frames)
          got.push({ sequence, print: createHash('sha1').update(new Uint8Array(bytes)).digest('hex') });
        listener.grant(1, 0);
        wake();
      },
    });
    listener.grant(1, 0);
    const more = async (count: number): Promise<void> => {
      const target = got.length + count;
      while (got.length < target) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { got, listener, more };
  };

  const assertInOrder = (got: readonly Got[]): void => {
    assert.deepEqual(
      got.map(({ sequence }) => sequence),
      got.map((_, index) => (got[0]?.sequence ?? 0) + index),
      'the sequence has no gap and no repeat',
    );
  };
  const assertWhole = (got: readonly Got[]): void => {
    assertInOrder(got);
    assert.equal(new Set(got.map(({ print }) => print)).size, got.length, 'no frame twice');
  };

  /** What the server published while the first connection was open, seen from its own counter. */
  const assertNoneLost = async (
    got: readonly Got[],
    listener: Listener,
    publishedBefore: number,
  ): Promise<void> => {
    const published = simulator.stats().frames.output - publishedBefore;
    // The last of them may still be on their way.
    assert.ok(
      published - got.length <= 3 && published >= got.length,
      `${published} published, ${got.length} got`,
    );
    const { received, filtered, dropped, lost, arrived, queued } = listener.counts;
    assert.equal(received, filtered + dropped + lost + arrived + queued);
    assert.deepEqual([filtered, dropped, lost], [0, 0, 0]);
    await Promise.resolve();
  };

  for (const [hz, rounds] of [
    [10, 3],
    [100, 20],
  ] as const)
    it(`loses nothing and doubles nothing, ${rounds} times at ${hz} Hz`, async () => {
      await start({ outputHz: hz });
      const { got, listener, more } = reader(open());
      await more(1);
      const publishedBefore = simulator.stats().frames.output - got.length;
      for (let round = 0; round < rounds; round += 1) {
        const report = await host.recycle();
        assert.equal(report.outcome, 'done', report.reason);
        assert.deepEqual(
          report.sockets.map(({ seam }) => seam),
          ['matched'],
        );
        await more(3);
      }
      assertWhole(got);
      await assertNoneLost(got, listener, publishedBefore);
      assert.deepEqual(problems, []);
      assert.equal(workers.length, rounds + 1);
      assert.equal(statuses.filter(({ state }) => state === 'waiting').length, 0);
      assert.equal(simulator.stats().ports.output.connectionsNow, 1);
    });

  it('moves what waits, before what is new', async () => {
    await start({ outputHz: 50 });
    const got: number[] = [];
    let wake = (): void => undefined;
    const listener = open().listen(BIG_QUEUE, {
      onFrames: (frames) => {
        got.push(...frames.map(({ sequence }) => sequence));
        wake();
      },
    });
    while (listener.counts.queued < 5) await new Promise((resolve) => setImmediate(resolve));
    const report = await host.recycle();
    assert.equal(report.outcome, 'done', report.reason);
    const waiting = listener.counts.queued;
    assert.ok(waiting >= 5);
    listener.grant(waiting + 5, 0);
    while (got.length < waiting + 5) await new Promise<void>((resolve) => (wake = resolve));
    assert.deepEqual(
      got,
      got.map((_, index) => index + 1),
    );
  });

  it('moves two listeners of one socket, and large point frames', async () => {
    await start({ outputHz: 20, pointsHz: 10, groundPoints: 50_000, backgroundPoints: 80_000 });
    const output = open();
    const [a, b] = [reader(output), reader(output)];
    const points = reader(open('points'));
    await Promise.all([a.more(1), b.more(1), points.more(1)]);
    for (let round = 0; round < 3; round += 1) {
      const report = await host.recycle();
      assert.equal(report.outcome, 'done', report.reason);
      await Promise.all([a.more(2), b.more(2), points.more(2)]);
    }
    for (const { got } of [a, b]) assertWhole(got);
    // Clouds of a scene that stands still are equal; their sequence is what tells.
    assertInOrder(points.got);
    const published = simulator.stats().frames.points;
    assert.ok(published - points.got.length <= 3, `${published} published, ${points.got.length} got`);
    assert.equal(simulator.stats().ports.points.connectionsNow, 1);
  });

  it('is abandoned, and nothing changes, when the server takes no second connection', async () => {
    await start({ outputHz: 50 });
    const { got, listener, more } = reader(open());
    await more(2);
    const publishedBefore = simulator.stats().frames.output - got.length;
    await simulator.setFault({ name: 'refuse', port: 'output' } as never);
    const report = await host.recycle();
    assert.equal(report.outcome, 'abandoned');
    assert.match(report.reason ?? '', /refused/);
    await more(5);
    assertWhole(got);
    await assertNoneLost(got, listener, publishedBefore);
    assert.deepEqual(problems, []);
  });

  it('takes a silent socket over as it is', async () => {
    await start({ outputHz: 0 });
    const socket = open();
    const { got, more } = reader(socket);
    await simulator.waitForConnection('output');
    simulator.publishOutput();
    await more(1);
    const report = await host.recycle();
    assert.deepEqual([report.outcome, report.sockets[0]?.seam], ['done', 'idle']);
    simulator.publishOutput();
    await more(1);
    assertWhole(got);
  });

  it('loses no frame that is under way on a slow link', async () => {
    await start({ outputHz: 0, linkBytesPerSecond: 100_000 });
    const { got, listener, more } = reader(open('points'));
    while (!statuses.some(({ state }) => state === 'open'))
      await new Promise((resolve) => setImmediate(resolve));
    const bytes = [1, 2, 3].map((value) => Buffer.alloc(400_000, value));
    const [first, ...others] = bytes;
    assert.ok(first);
    simulator.sendRaw('points', first);
    // Longer than the time after which a socket that sends nothing is taken over as it is.
    const recycled = host.recycle();
    await more(1);
    for (const one of others) simulator.sendRaw('points', one);
    const report = await recycled;
    assert.deepEqual([report.outcome, report.sockets[0]?.seam], ['done', 'matched'], report.reason);
    if (got.length < bytes.length) await more(bytes.length - got.length);
    assertInOrder(got);
    assert.deepEqual(
      got.map(({ print }) => print),
      bytes.map((one) => createHash('sha1').update(one).digest('hex')),
    );
    assert.equal(listener.counts.lost, 0);
  });

  it('moves a socket that is waiting for its server', async () => {
    await start({ outputHz: 50 });
    await simulator.setFault({ name: 'refuse', port: 'output' } as never);
    const { more } = reader(open());
    while (!statuses.some(({ state }) => state === 'waiting'))
      await new Promise((resolve) => setImmediate(resolve));
    const report = await host.recycle();
    assert.deepEqual([report.outcome, report.sockets[0]?.seam], ['done', 'moved']);
    await simulator.clearFaults();
    await more(3);
  });

  it('replaces a thread that does not answer', async () => {
    await start({ outputHz: 50 });
    const { more, listener } = reader(open());
    await more(2);
    await workers[0]?.terminate();
    await more(2);
    assert.ok(listener.counts.arrived >= 4);
    assert.match(problems.join(), /SENSR_THREAD/);
  });

  it('is one, however often it is asked for', async () => {
    await start({ outputHz: 50 });
    const { more } = reader(open());
    await more(1);
    const [a, b] = await Promise.all([host.recycle(), host.recycle()]);
    assert.equal(a, b);
    assert.equal(workers.length, 2);
  });

  it('gives way to a socket that is closed meanwhile', async () => {
    await start({ outputHz: 50, pointsHz: 1, groundPoints: 10, backgroundPoints: 10 });
    const { more } = reader(open());
    const other = open('points');
    await more(1);
    const recycled = host.recycle();
    await Promise.all([recycled, other.close()]);
    await more(3);
    assert.ok(['abandoned', 'done'].includes((await recycled).outcome));
    assert.deepEqual(problems, []);
  });

  it('is not found dead, and not replaced, when it is the main thread that was busy', async () => {
    await start({ outputHz: 50 });
    const { more } = reader(open());
    await more(1);
    const askedMs = systemClock.monotonicMs();
    const asked = host.ask('measures', 100);
    const untilMs = askedMs + 1000;
    while (systemClock.monotonicMs() < untilMs);
    const answer = (await asked) as { atMs: number } | undefined;
    assert.ok(answer && answer.atMs >= askedMs && answer.atMs < untilMs);
  });

  it('answers what it costs, and collects when asked', async () => {
    await start({ outputHz: 50 });
    const { more } = reader(open());
    await more(1);
    const first = (await host.ask('measures', 1000)) as { heap: { used: number; limit: number } };
    assert.ok(first.heap.used > 1e6 && first.heap.limit > first.heap.used);
    const { pauseMs } = (await host.ask('major', 5000)) as { pauseMs: number };
    assert.ok(pauseMs > 0);
    // Node.js tells of a collection in a later turn.
    for (;;) {
      const { gc } = (await host.ask('measures', 1000)) as { gc: { forced: { count: number } } };
      if (gc.forced.count >= 1) break;
    }
  });

  it('frees the pieces of point clouds without being asked', async () => {
    await start({ outputHz: 0, pointsHz: 20, groundPoints: 20_000, backgroundPoints: 20_000 });
    const forced = async (): Promise<number> =>
      ((await host.ask('measures', 1000)) as { gc: { forced: { count: number } } }).gc.forced.count;
    const { more } = reader(open('points'));
    await more(1);
    assert.equal(typeof (await forced()), 'number');
    while ((await forced()) < 3) await more(1);
  });
});
