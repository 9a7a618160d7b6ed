import assert from 'node:assert/strict';
import { SensrError } from '../../../lib/errors';
import { SOCKET_COUNTER, type SocketStatus } from '../../../lib/thread/protocol';
import { FakeClock } from '../../helpers/fake-clock';
import { socketOptions } from '../../helpers/fake-link';
import { FakeThreads } from './helpers/fake-thread';
import { ThreadHost } from './helpers/host';

const OPTIONS = { parts: 0, queueFrames: 50, queueBytes: 1000, protectEvents: true, keepEvents: true };

function setup() {
  const clock = new FakeClock();
  const threads = new FakeThreads();
  const host = new ThreadHost(threads.start, clock);
  const open = (url = 'ws://a:1') => {
    const statuses: SocketStatus[] = [];
    const problems: SensrError[] = [];
    const overflows: number[] = [];
    const socket = host.openSocket(socketOptions({ url }), {
      onStatus: (status) => statuses.push(status),
      onProblem: (error) => problems.push(error),
      onOverflow: () => overflows.push(1),
    });
    return { socket, statuses, problems, overflows };
  };
  return { clock, threads, host, open };
}

/** Lets promises go on that wait for nothing but each other. */
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await soon();
  return settled;
}

describe('ThreadHost', () => {
  it('starts its thread with the first socket, and one for all', () => {
    const { threads, host, open } = setup();
    assert.equal(threads.all.length, 0);
    assert.equal(host.running, false);
    open('ws://a:1');
    open('ws://b:1');
    assert.equal(threads.all.length, 1);
    assert.equal(host.running, true);
    assert.deepEqual(
      threads.last.of('open').map(({ options }) => options.url),
      ['ws://a:1', 'ws://b:1'],
    );
  });

  it('passes on what the thread says to the socket it is about', () => {
    const { threads, open } = setup();
    const [a, b] = [open(), open()];
    const [, { socket = 0 } = {}] = threads.last.of('open');
    threads.last.emit('message', { op: 'ready' });
    threads.last.emit('message', { op: 'status', socket, status: { state: 'open', attempt: 0 } });
    threads.last.emit('message', {
      op: 'problem',
      socket,
      problem: { code: 'SENSR_TEXT_FRAME', message: 'text' },
      count: 3,
    });
    threads.last.emit('message', { op: 'overflow', socket });
    threads.last.emit('message', { op: 'overflow', socket: 999 });
    assert.deepEqual([a.statuses, a.problems, a.overflows], [[], [], []]);
    assert.deepEqual(
      [b.statuses.length, b.problems[0]?.code, b.overflows.length],
      [1, 'SENSR_TEXT_FRAME', 1],
    );
    assert.ok(b.problems[0] instanceof SensrError);
  });

  it('reads the numbers of a socket from shared memory at any time', () => {
    const { threads, open } = setup();
    const { socket } = open();
    const counters = new Float64Array(threads.last.of('open')[0]?.counters ?? new SharedArrayBuffer(64));
    for (const place of Object.values(SOCKET_COUNTER)) counters[place] = place + 10;
    assert.deepEqual(socket.statistics(), {
      frames: 10,
      bytes: 11,
      lastByteMs: 12,
      openedMs: 13,
      pingRttMs: 14,
      attempts: 15,
      connections: 16,
      lastFrameMs: 17,
      refused: 18,
    });
  });

  it('passes frames on to the listener they are for, until it is closed', () => {
    const { threads, open } = setup();
    const { socket } = open();
    const arrived: number[] = [];
    const listener = socket.listen(OPTIONS, { onFrames: (frames) => arrived.push(frames.length) });
    const frames = [{ bytes: new ArrayBuffer(1), receivedAtMs: 1, arrivedMs: 1, sequence: 1 }];
    threads.last.emit('message', { op: 'frames', listener: listener.id, frames });
    listener.close();
    threads.last.emit('message', { op: 'frames', listener: listener.id, frames });
    assert.deepEqual(arrived, [1]);
    assert.equal(threads.last.of('unlisten').length, 1);
  });

  it('asks the thread to connect anew', () => {
    const { threads, open } = setup();
    open().socket.reconnect();
    assert.equal(threads.last.of('reconnect').length, 1);
  });

  describe('when the thread dies', () => {
    it('tells every socket, and starts another one after a second', () => {
      const { clock, threads, host, open } = setup();
      const [a, b] = [open('ws://a:1'), open('ws://b:1')];
      threads.last.emit('error', new Error('out of memory'));
      threads.last.emit('exit', 1);
      assert.equal(host.running, false);
      for (const { statuses, problems } of [a, b]) {
        assert.deepEqual(
          statuses.map(({ state, attempt, retryInMs, reason }) => [state, attempt, retryInMs, reason?.code]),
          [['waiting', 1, 1000, 'SENSR_THREAD']],
        );
        assert.equal(problems.length, 1);
        assert.match(problems[0]?.message ?? '', /out of memory/);
      }
      clock.advance(999);
      assert.equal(threads.all.length, 1);
      clock.advance(1);
      assert.equal(threads.all.length, 2);
      assert.deepEqual(
        threads.last.of('open').map(({ options }) => options.url),
        ['ws://a:1', 'ws://b:1'],
      );
    });

    it('leaves nobody waiting for its answer', async () => {
      const { clock, threads, host, open } = setup();
      open();
      const answer = host.ask('deep', 30_000);
      const before = clock.pending;
      threads.last.emit('exit', 1);
      assert.ok(await isSettled(answer), 'it waits for a thread that has gone');
      assert.equal(await answer, undefined);
      // One timer less, and one until the next thread.
      assert.equal(clock.pending, before);
    });

    it('says how it ended when it gave no error', () => {
      const { threads, open } = setup();
      const { problems } = open();
      threads.last.emit('exit', 137);
      assert.match(problems[0]?.message ?? '', /ended with code 137/);
    });

    it('hands the same memory to the next one, renews credits and counts what is lost', () => {
      const { clock, threads, open } = setup();
      const { socket } = open();
      const listener = socket.listen(OPTIONS, { onFrames: () => undefined });
      listener.grant(3, 55);
      const first = threads.last;
      const counters = first.of('listen')[0]?.counters ?? new SharedArrayBuffer(64);
      new Float64Array(counters)[0] = 8;
      const frames = [{ bytes: new ArrayBuffer(1), receivedAtMs: 1, arrivedMs: 1, sequence: 1 }];
      first.emit('message', { op: 'frames', listener: listener.id, frames });
      first.emit('exit', 1);
      assert.deepEqual([listener.counts.lost, listener.counts.queued], [7, 0]);
      clock.advance(1000);
      assert.equal(threads.last.of('listen')[0]?.counters, counters);
      assert.equal(threads.last.of('open')[0]?.counters, first.of('open')[0]?.counters);
      assert.deepEqual(threads.last.of('credit'), [
        { op: 'credit', listener: listener.id, frames: 2, notBeforeMs: 55, unused: 0 },
      ]);
    });

    it('ignores what the dead one still says', () => {
      const { clock, threads, open } = setup();
      const { statuses } = open();
      const dead = threads.last;
      const [{ socket = 0 } = {}] = dead.of('open');
      dead.emit('exit', 1);
      clock.advance(1000);
      dead.emit('message', { op: 'status', socket, status: { state: 'open', attempt: 0 } });
      dead.emit('exit', 1);
      assert.equal(statuses.length, 1);
      assert.equal(threads.all.length, 2);
    });

    it('waits longer each time, and starts over when one has lived for 30 s', () => {
      const { clock, threads, open } = setup();
      const { statuses } = open();
      const dieAfter = (ms: number): void => {
        clock.advance(ms);
        threads.last.emit('exit', 1);
        clock.advance(statuses.at(-1)?.retryInMs ?? 0);
      };
      [0, 0, 0, 29_999, 30_000, 0].forEach(dieAfter);
      assert.deepEqual(
        statuses.map(({ retryInMs }) => retryInMs),
        [1000, 2000, 4000, 8000, 1000, 2000],
      );
      for (let n = 0; n < 10; n += 1) dieAfter(0);
      assert.equal(statuses.at(-1)?.retryInMs, 60_000);
    });

    it('replaces one whose messages cannot be read', () => {
      const { clock, threads, open } = setup();
      const { problems } = open();
      threads.last.emit('messageerror', new Error('no memory for it'));
      assert.equal(threads.last.terminations, 1);
      assert.match(problems[0]?.message ?? '', /no memory for it/);
      clock.advance(1000);
      assert.equal(threads.all.length, 2);
    });

    it('opens a socket, and listens, that came while there was none', () => {
      const { clock, threads, open } = setup();
      open('ws://a:1');
      threads.last.emit('exit', 1);
      const { socket } = open('ws://b:1');
      const listener = socket.listen(OPTIONS, { onFrames: () => undefined });
      listener.grant(1, 0);
      assert.equal(threads.all.length, 1, 'the wait holds for it, too');
      clock.advance(1000);
      assert.equal(threads.all.length, 2);
      assert.deepEqual(
        threads.last.posted.map(({ op }) => op),
        ['open', 'open', 'listen', 'credit'],
      );
    });
  });

  describe('when the new thread dies while the old one hands over', () => {
    /** Up to the moment in which neither serves. */
    const handingOver = async () => {
      const all = setup();
      const { threads, host, open } = all;
      const { socket, statuses, problems } = open();
      const listener = socket.listen(OPTIONS, { onFrames: () => undefined });
      listener.grant(3, 55);
      const old = threads.last;
      const { socket: id = 0, counters: bytes } = old.of('open')[0] ?? {};
      old.emit('message', { op: 'status', socket: id, status: { state: 'open', attempt: 0 } });
      const report = host.recycle();
      old.emit('message', { op: 'answer', id: old.of('ask')[0]?.id ?? 0, answer: null });
      await soon();
      const next = threads.last;
      next.emit('message', { op: 'status', socket: id, status: { state: 'open', attempt: 0 } });
      next.emit('message', { op: 'seen', socket: id, print: 'a' });
      old.emit('message', { op: 'found', socket: id });
      assert.equal(old.of('handOver').length, 1);
      const handOver = (): void => {
        old.emit('message', {
          op: 'handedOver',
          sockets: [{ socket: id, prints: ['a'], listeners: [{ listener: listener.id, frames: [] }] }],
        });
        old.emit('message', { op: 'retired' });
      };
      return { ...all, socket, listener, old, next, report, handOver, statuses, problems, counters: bytes };
    };

    it('is replaced at once, and what was handed over is counted as lost', async () => {
      const { clock, threads, host, listener, old, next, report, handOver, ...told } = await handingOver();
      new Float64Array(old.of('listen')[0]?.counters ?? new SharedArrayBuffer(64))[0] = 8;
      next.emit('error', new Error('out of memory'));
      next.emit('exit', 1);
      assert.equal(told.problems.length, 0, 'the old one may still need its time');
      handOver();
      const { outcome, reason } = await report;
      assert.equal(outcome, 'replaced');
      assert.match(reason ?? '', /the new thread failed while it took over: out of memory/);
      assert.deepEqual(
        told.problems.map(({ code }) => code),
        ['SENSR_THREAD'],
      );
      assert.deepEqual([told.statuses.at(-1)?.state, told.statuses.at(-1)?.retryInMs], ['waiting', 1000]);
      assert.deepEqual([listener.counts.lost, listener.counts.queued], [8, 0]);
      assert.equal(host.running, false);
      clock.advance(1000);
      assert.equal(threads.all.length, 3);
      assert.equal(threads.last.of('open')[0]?.counters, told.counters);
      assert.equal(threads.last.of('listen').length, 1);
      assert.deepEqual(
        threads.last.of('credit').map(({ frames, notBeforeMs }) => [frames, notBeforeMs]),
        [[3, 55]],
      );
    });

    it('leaves nothing when the socket is closed meanwhile', async () => {
      const { clock, threads, host, socket, next, report, handOver } = await handingOver();
      next.emit('exit', 1);
      const closed = socket.close();
      handOver();
      await Promise.all([closed, report]);
      assert.deepEqual([host.running, clock.pending], [false, 0]);
      clock.advance(60_000);
      assert.equal(threads.all.length, 2);
    });

    it('says so when it dies while the old one closes its connections, too', async () => {
      const { clock, threads, old, next, report, handOver, problems } = await handingOver();
      const retired = { op: 'retired' } as const;
      old.emit('message', { op: 'handedOver', sockets: [] });
      next.emit('exit', 1);
      assert.equal(problems.length, 1);
      old.emit('message', retired);
      assert.equal((await report).outcome, 'replaced');
      handOver();
      clock.advance(1000);
      assert.equal(threads.all.length, 3);
    });
  });

  describe('when a thread cannot be started', () => {
    it('tells the socket in a later turn and tries again', () => {
      const { clock, threads, host, open } = setup();
      threads.failure = new Error('no more threads');
      const { statuses, problems } = open();
      assert.equal(statuses.length, 0, 'whoever opens it has no handle yet');
      clock.turn();
      assert.equal(statuses[0]?.reason?.code, 'SENSR_THREAD');
      assert.match(problems[0]?.message ?? '', /no more threads/);
      assert.equal(host.running, false);
      clock.advance(1000);
      clock.turn();
      assert.equal(statuses[1]?.retryInMs, 2000);
      threads.failure = undefined;
      clock.advance(2000);
      assert.equal(threads.last.of('open').length, 1);
    });

    it('tries once for several sockets', () => {
      const { clock, threads, open } = setup();
      threads.failure = new Error('no more threads');
      const [a, b] = [open(), open()];
      clock.turn();
      assert.deepEqual([a.statuses.length, b.statuses.length], [1, 1]);
      threads.failure = undefined;
      clock.advance(1000);
      assert.equal(threads.all.length, 1);
      assert.equal(threads.last.of('open').length, 2);
    });

    it('leaves nothing when it is closed before it tried again', async () => {
      for (const turns of [0, 1]) {
        const { clock, threads, open } = setup();
        threads.failure = new Error('no more threads');
        const { socket } = open();
        if (turns > 0) clock.turn();
        await socket.close();
        assert.equal(clock.pending, 0);
        threads.failure = undefined;
        clock.advance(600_000);
        assert.equal(threads.all.length, 0);
      }
    });
  });

  describe('#close', () => {
    it('resolves when the thread says so, and the last socket ends the thread', async () => {
      const { clock, threads, host, open } = setup();
      const [a, b] = [open(), open()];
      const [first, second] = threads.last.of('open');
      const closed = a.socket.close();
      assert.equal(await isSettled(closed), false);
      threads.last.emit('message', { op: 'closed', socket: first?.socket ?? 0 });
      await closed;
      assert.equal(threads.last.terminations, 0);
      const last = b.socket.close();
      threads.last.emit('message', { op: 'closed', socket: second?.socket ?? 0 });
      await last;
      assert.equal(threads.last.terminations, 1);
      assert.equal(host.running, false);
      assert.equal(clock.pending, 0);
      assert.deepEqual(
        [a.statuses, b.statuses, b.problems],
        [[], [], []],
        'an end as intended is no failure',
      );
    });

    it('leaves nobody waiting for an answer of the thread that ends', async () => {
      const { host, open, threads } = setup();
      const { socket } = open();
      const answer = host.ask('measures', 5000);
      const [{ socket: id = 0 } = {}] = threads.last.of('open');
      const closed = socket.close();
      threads.last.emit('message', { op: 'closed', socket: id });
      await closed;
      assert.ok(await isSettled(answer));
      assert.equal(await answer, undefined);
    });

    it('takes an answer that was there before the main thread had time to look', async () => {
      const { host, open, threads, clock } = setup();
      open();
      const answer = host.ask('measures', 5000);
      const { id = 0 } = threads.last.of('ask')[0] ?? {};
      clock.onPoll = () => threads.last.emit('message', { op: 'answer', id, answer: 'measured' });
      clock.advance(60_000);
      assert.equal(await answer, 'measured');
    });

    it('waits no longer than the limit for one that is not there', async () => {
      const { host, open, clock } = setup();
      open();
      const answer = host.ask('measures', 5000);
      clock.advance(4999);
      assert.equal(await isSettled(answer), false);
      clock.advance(1);
      assert.equal(await answer, undefined);
    });

    it('resolves after a second although the thread never answers', async () => {
      const { clock, threads, open } = setup();
      const { socket } = open();
      const closed = socket.close();
      clock.advance(999);
      assert.equal(await isSettled(closed), false);
      clock.advance(1);
      await closed;
      assert.equal(threads.last.terminations, 1);
      assert.equal(clock.pending, 0);
    });

    it('resolves when the thread dies meanwhile, and does not start another one', async () => {
      const { clock, threads, open } = setup();
      const { socket } = open();
      const closed = socket.close();
      threads.last.emit('exit', 1);
      await closed;
      assert.equal(clock.pending, 0);
      clock.advance(600_000);
      assert.equal(threads.all.length, 1);
    });

    it('leaves nothing when there is no thread at the moment', async () => {
      const { clock, threads, open } = setup();
      const { socket } = open();
      threads.last.emit('exit', 1);
      await socket.close();
      assert.equal(clock.pending, 0);
      clock.advance(600_000);
      assert.equal(threads.all.length, 1);
    });

    it('takes its listeners along', async () => {
      const { clock, threads, open } = setup();
      const { socket } = open();
      open('ws://b:1');
      const arrived: number[] = [];
      const listener = socket.listen(OPTIONS, { onFrames: (frames) => arrived.push(frames.length) });
      const closed = socket.close();
      const frames = [{ bytes: new ArrayBuffer(1), receivedAtMs: 1, arrivedMs: 1, sequence: 1 }];
      threads.last.emit('message', { op: 'frames', listener: listener.id, frames });
      clock.advance(1000);
      await closed;
      threads.last.emit('exit', 1);
      clock.advance(1000);
      assert.deepEqual(arrived, []);
      assert.equal(threads.last.of('listen').length, 0);
    });

    it('leaves the listeners of other sockets alone', async () => {
      const { clock, threads, open } = setup();
      const { socket } = open('ws://a:1');
      const other = open('ws://b:1').socket;
      let arrived = 0;
      const listener = other.listen(OPTIONS, { onFrames: ({ length }) => (arrived += length) });
      const closed = socket.close();
      clock.advance(1000);
      await closed;
      const frames = [{ bytes: new ArrayBuffer(1), receivedAtMs: 1, arrivedMs: 1, sequence: 1 }];
      threads.last.emit('message', { op: 'frames', listener: listener.id, frames });
      assert.equal(arrived, 1);
    });

    it('does not resolve before the socket is gone, however often it is called', async () => {
      const { clock, threads, open } = setup();
      const { socket } = open();
      const closes = [socket.close(), socket.close()];
      assert.equal(threads.last.of('close').length, 1, 'the thread would answer the second at once');
      assert.deepEqual(await Promise.all(closes.map(isSettled)), [false, false]);
      clock.advance(1000);
      await Promise.all(closes);
      await socket.close();
      assert.equal(threads.last.terminations, 1);
    });

    it('starts a new thread for a socket that comes while the old one ends', async () => {
      const { clock, threads, host, open } = setup();
      const { socket } = open('ws://a:1');
      const closed = socket.close();
      clock.advance(1000);
      const { statuses } = open('ws://b:1');
      await closed;
      assert.equal(host.running, true);
      const { last } = threads;
      assert.equal(last.terminations, 0);
      assert.ok(last.of('open').some(({ options }) => options.url === 'ws://b:1'));
      assert.deepEqual(statuses, []);
    });
  });
});
