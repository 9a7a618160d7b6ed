import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SensrError } from '../../../lib/errors';
import type { FrameWish } from '../../../lib/frames/reader';
import { Subscription, type StreamMessage, type SubscriptionOptions } from '../../../lib/stream/subscription';
import type { SocketStatus } from '../../../lib/thread/protocol';
import { FakeClock } from '../../helpers/fake-clock';
import { FakeServer } from './helpers/fake-server';

const EVENT_PART = 8;
const WISH: FrameWish = {
  stream: 'raw-points',
  labels: [],
  statuses: [],
  zones: [],
  minConfidence: 0,
  types: [],
  include: [],
  pointFormat: 'buffer',
  maxPoints: 0,
  skipEmpty: false,
};
/** An output frame with an empty list of objects, and one that nobody can read. */
const EMPTY_LIST = Buffer.from([0x1a, 2, 0x18, 1]);
const BROKEN = Buffer.from([0x1a, 100, 0x18]);
/** Two zone events in one frame. */
const TWO_EVENTS = Buffer.from([0xca, 0x0c, 4, 0x0a, 0, 0x0a, 0]);

type Change = Partial<Omit<SubscriptionOptions, 'wish' | 'listener'>> & {
  readonly wish?: Partial<FrameWish>;
  readonly listener?: Partial<SubscriptionOptions['listener']>;
};

function setup({ wish, listener, ...change }: Change = {}) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const messages: StreamMessage[] = [];
  const statuses: SocketStatus[] = [];
  const problems: [SensrError, number][] = [];
  const tracked: { onDone: () => void; abandoned: boolean }[] = [];
  const subscription = new Subscription(
    server.asServer,
    {
      id: 'node1',
      kind: 'points',
      wish: { ...WISH, ...wish },
      listener: {
        parts: 0,
        queueFrames: 50,
        queueBytes: 1_000_000,
        protectEvents: false,
        keepEvents: false,
        ...listener,
      },
      intervalMs: 0,
      pacing: { mode: 'loop' },
      stallTimeoutMs: 30_000,
      ...change,
    },
    {
      send: (message) => messages.push(message),
      sendTracked: (message, onDone) => {
        messages.push(message as StreamMessage);
        const one = { onDone, abandoned: false };
        tracked.push(one);
        return { holders: () => ["delay 'wait'"], abandon: () => (one.abandoned = true) };
      },
      onStatus: (status) => statuses.push(status),
      onProblem: (error, count) => problems.push([error, count]),
    },
    clock,
  );
  const receive = (...contents: (string | Buffer)[]): void => {
    for (const content of contents) server.receive(Buffer.from(content));
  };
  /** Frames cross, then the event loop turns; `turns` times. */
  const turn = (turns = 1): void => {
    for (let n = 0; n < turns; n += 1) {
      server.carry();
      clock.turn();
      server.carry();
    }
  };
  const payloads = (): string[] => messages.map(({ payload }) => String(payload));
  const assertBalanced = (): void => {
    const { received, emitted, filtered, dropped, queued, droppedBy } = subscription.counts;
    assert.equal(received, emitted + filtered + dropped + queued, 'the books do not balance');
    assert.equal(dropped, droppedBy.queue + droppedBy.thread + droppedBy.undecodable);
    assert.ok(queued >= 0);
  };
  return {
    clock,
    server,
    messages,
    statuses,
    problems,
    tracked,
    subscription,
    receive,
    turn,
    payloads,
    assertBalanced,
  };
}

describe('Subscription', () => {
  it('asks for a frame at once, and sends what comes', () => {
    const { server, receive, turn, payloads } = setup();
    assert.deepEqual(server.grants, [{ frames: 1, notBeforeMs: 0 }]);
    receive('a');
    turn();
    assert.deepEqual(payloads(), ['a']);
  });

  it('asks once, whatever happens until something comes', () => {
    const { server, subscription, turn } = setup();
    subscription.next();
    subscription.resume();
    subscription.flush();
    turn(3);
    assert.equal(server.grants.length, 1);
  });

  it('asks for one frame at a time unless it sends as fast as it can', () => {
    for (const change of [
      { intervalMs: 1 },
      { pacing: { mode: 'request' } },
      { pacing: { mode: 'rate', periodMs: 1 } },
      { pacing: { mode: 'complete', inFlight: 2 } },
    ] as const) {
      const { clock, server, subscription, tracked, receive, turn, messages } = setup(change);
      receive(...'abcdefghijklmnopqrstuvwxyz');
      for (let n = 0; n < 30; n += 1) {
        subscription.next();
        turn(2);
        tracked.splice(0).forEach(({ onDone }) => {
          onDone();
        });
        clock.advance(1);
        receive('x');
      }
      assert.ok(messages.length > 5);
      const asked = server.grants.map(({ frames }) => frames).filter((frames) => frames > 0);
      assert.deepEqual(new Set(asked), new Set([1]));
    }
  });

  it('leaves the whole queue to frames that wait while it may not send', () => {
    for (const pacing of [
      { mode: 'request' },
      { mode: 'rate', periodMs: 60_000 },
      { mode: 'complete', inFlight: 1 },
    ] as const) {
      const { subscription, receive, turn, payloads } = setup({ pacing, listener: { queueFrames: 2 } });
      receive('a');
      subscription.next();
      turn(3);
      assert.deepEqual(payloads(), ['a']);
      receive('b', 'c');
      turn(3);
      assert.deepEqual([subscription.counts.dropped, subscription.counts.queued], [0, 2], pacing.mode);
    }
  });

  it('makes messages as the contract says', () => {
    const { clock, server, messages, receive, turn } = setup();
    receive('a');
    turn();
    assert.deepEqual(messages, [
      {
        topic: 'hall/raw-points',
        payload: Buffer.from('a'),
        sensr: {
          server: 'hall',
          stream: 'raw-points',
          timestamp: clock.wallMs(),
          receivedAt: clock.wallMs(),
          sequence: 1,
          queued: 0,
          dropped: 0,
        },
      },
    ]);
    assert.ok(server);
  });

  it('tells in each message how many wait, and how many were dropped since the one before', () => {
    const { messages, receive, turn, subscription } = setup({ listener: { queueFrames: 3 } });
    subscription.pause();
    receive('a', 'b', 'c', 'd', 'e');
    turn();
    subscription.resume();
    turn(5);
    assert.deepEqual(
      messages.map(({ sensr: { sequence, queued, dropped } }) => [sequence, queued, dropped]),
      [
        [3, 2, 2],
        [4, 1, 0],
        [5, 0, 0],
      ],
    );
  });

  it('stands in the report of its server until it is closed', async () => {
    const { server, subscription } = setup();
    assert.deepEqual(server.streams.get('node1')?.(), { socket: 'points', ...subscription.counts });
    await subscription.close(false);
    assert.equal(server.streams.size, 0);
  });

  it('passes on states of the socket, until it is closed', async () => {
    const { server, statuses, subscription } = setup();
    server.say({ state: 'connecting', attempt: 2 });
    assert.deepEqual(subscription.socketStatus, { state: 'connecting', attempt: 2 });
    await subscription.close(false);
    server.say({ state: 'open', attempt: 0 });
    assert.equal(statuses.length, 1);
  });

  it('connects anew when asked to', () => {
    const { server, subscription } = setup();
    subscription.reconnect();
    assert.equal(server.reconnects, 1);
  });

  describe('with pacing loop', () => {
    it('sends one message in each turn of the event loop', () => {
      const { server, receive, turn, payloads } = setup();
      receive('a', 'b', 'c');
      server.carry();
      assert.deepEqual(payloads(), ['a']);
      receive('d');
      server.carry();
      assert.deepEqual(payloads(), ['a']);
      turn();
      assert.deepEqual(payloads(), ['a', 'b']);
      turn(2);
      assert.deepEqual(payloads(), ['a', 'b', 'c', 'd']);
    });

    it('asks for more at once while the flow is fast and frames wait', () => {
      const { server, receive, turn, payloads } = setup();
      receive(...'abcdefghijklmnopqrstuvwxyz');
      turn(40);
      assert.equal(payloads().join(''), 'abcdefghijklmnopqrstuvwxyz');
      assert.ok(Math.max(...server.grants.map(({ frames }) => frames)) > 1);
    });

    it('asks for the next frames before the last are sent when there are many', () => {
      const { server, turn, assertBalanced, messages } = setup({ listener: { queueFrames: 400 } });
      for (let n = 0; n < 300; n += 1) server.receive(Buffer.from('x'));
      turn(80);
      const { grants, unused } = server;
      grants.forEach(({ frames }, index) => {
        assert.ok(frames >= 8 || unused[index] === 0, `${frames} asked for, ${unused[index]} unused`);
      });
      assert.ok(unused.includes(16), `unused at the grants: ${unused.join()}`);
      assertBalanced();
      turn(400);
      assert.deepEqual(
        messages.map(({ sensr }) => sensr.sequence),
        Array.from({ length: 300 }, (_, index) => index + 1),
      );
      assertBalanced();
    });

    it('asks for one at a time while the flow is slow', () => {
      const { clock, server, receive } = setup();
      receive(...'abcdefghij');
      for (let n = 0; n < 10; n += 1) {
        server.carry();
        clock.suspend(50);
      }
      assert.deepEqual(new Set(server.grants.map(({ frames }) => frames)), new Set([1]));
    });

    it('never holds more than half of its queue', () => {
      const { server, receive, turn } = setup({ listener: { queueFrames: 8 } });
      for (let n = 0; n < 30; n += 1) {
        receive('x', 'y');
        turn();
      }
      assert.ok(Math.max(...server.grants.map(({ frames }) => frames)) <= 4);
    });
  });

  describe('with pacing complete', () => {
    it('sends the next message when the flow is done with the last', () => {
      const { tracked, receive, turn, payloads } = setup({ pacing: { mode: 'complete', inFlight: 1 } });
      receive('a', 'b', 'c');
      turn(5);
      assert.deepEqual(payloads(), ['a']);
      tracked[0]?.onDone();
      turn(5);
      assert.deepEqual(payloads(), ['a', 'b']);
    });

    it('honors inFlight', () => {
      const { tracked, receive, turn, payloads } = setup({ pacing: { mode: 'complete', inFlight: 3 } });
      receive(...'abcdef');
      turn(10);
      assert.deepEqual(payloads(), ['a', 'b', 'c']);
      tracked[1]?.onDone();
      turn(5);
      assert.deepEqual(payloads(), ['a', 'b', 'c', 'd']);
    });

    it('honors stallTimeout: gives a message up, names who holds it, and goes on', () => {
      const { clock, tracked, problems, receive, turn, payloads } = setup({
        pacing: { mode: 'complete', inFlight: 1 },
        stallTimeoutMs: 2000,
      });
      receive('a', 'b');
      turn(2);
      clock.advance(1999);
      assert.equal(problems.length, 0);
      clock.advance(1);
      turn();
      assert.deepEqual(payloads(), ['a', 'b']);
      assert.equal(problems[0]?.[0].code, 'SENSR_STALLED');
      assert.match(problems[0]?.[0].message ?? '', /within 2 s.*delay 'wait'/);
      assert.equal(tracked[0]?.abandoned, true);
      tracked[0]?.onDone();
      turn(3);
      assert.equal(payloads().length, 2, 'a late end frees nothing');
    });
  });

  describe('with pacing rate', () => {
    it('sends at most so many messages a second', () => {
      const { clock, server, messages, receive } = setup({ pacing: { mode: 'rate', periodMs: 100 } });
      const sentMs: number[] = [];
      for (let ms = 0; ms < 1000; ms += 1) {
        if (ms % 10 === 0) receive('x');
        server.carry();
        if (messages.length > sentMs.length) sentMs.push(ms);
        clock.advance(1);
      }
      assert.ok(sentMs.length >= 9 && sentMs.length <= 10, `${sentMs.length} messages`);
      sentMs.slice(1).forEach((ms, n) => {
        assert.ok(ms - (sentMs[n] ?? 0) >= 99, `${sentMs.join(' ')}`);
      });
    });

    it('sends the next at once when the last is long ago', () => {
      const { clock, receive, turn, payloads } = setup({ pacing: { mode: 'rate', periodMs: 100 } });
      receive('a');
      turn();
      clock.advance(5000);
      receive('b');
      turn();
      assert.deepEqual(payloads(), ['a', 'b']);
    });
  });

  describe('with pacing request', () => {
    it('sends one message for each request, also for one that came before its frame', () => {
      const { subscription, receive, turn, payloads } = setup({ pacing: { mode: 'request' } });
      receive('a', 'b', 'c', 'd');
      turn(5);
      assert.deepEqual(payloads(), []);
      subscription.next();
      turn(3);
      assert.deepEqual(payloads(), ['a']);
      subscription.next();
      subscription.next();
      turn(5);
      assert.deepEqual(payloads(), ['a', 'b', 'c']);
      subscription.next();
      subscription.next();
      turn(3);
      receive('e');
      turn(3);
      assert.deepEqual(payloads(), ['a', 'b', 'c', 'd', 'e']);
    });

    it('leaves frames in the queue, where the oldest are dropped, until one is asked for', () => {
      const { server, subscription, receive, turn, payloads } = setup({
        pacing: { mode: 'request' },
        listener: { queueFrames: 1 },
      });
      receive('a', 'b', 'c');
      turn();
      assert.deepEqual(server.grants, []);
      subscription.next();
      turn();
      assert.deepEqual(payloads(), ['c']);
    });
  });

  describe('#pause and #resume', () => {
    it('send nothing while paused, and go on where they were', () => {
      const { subscription, receive, turn, payloads } = setup();
      subscription.pause();
      assert.equal(subscription.paused, true);
      receive('a', 'b');
      turn(5);
      assert.deepEqual(payloads(), []);
      subscription.resume();
      assert.equal(subscription.paused, false);
      turn(5);
      assert.deepEqual(payloads(), ['a', 'b']);
    });

    it('leave what was asked for in the queue, where the oldest are dropped', () => {
      for (const pacing of [
        { mode: 'loop' },
        { mode: 'rate', periodMs: 10 },
        { mode: 'complete', inFlight: 1 },
      ] as const)
        for (const queueFrames of [1, 3]) {
          const { subscription, receive, turn, payloads, assertBalanced } = setup({
            pacing,
            listener: { queueFrames },
          });
          subscription.pause();
          for (const content of 'abcdef') {
            receive(content);
            turn();
          }
          assert.equal(subscription.counts.queued, queueFrames);
          assertBalanced();
          subscription.resume();
          turn();
          assert.equal(payloads()[0], queueFrames === 1 ? 'f' : 'd', pacing.mode);
        }
    });

    it('take back what was asked for when a message that was just sent brings the pause', () => {
      const { server, subscription, receive, turn, payloads } = setup({ listener: { queueFrames: 8 } });
      for (const content of 'abc') {
        receive(content);
        turn(2);
      }
      receive('d');
      server.carry();
      subscription.pause();
      turn();
      receive(...'efghijklmnop');
      turn(3);
      subscription.resume();
      turn(10);
      assert.equal(payloads().join(''), 'abcdijklmnop');
    });

    it('send first what was on its way at the pause', () => {
      const { server, subscription, receive, turn, payloads, assertBalanced } = setup();
      receive('a');
      subscription.pause();
      receive('b');
      server.carry();
      assert.equal(subscription.counts.queued, 2);
      assertBalanced();
      subscription.resume();
      turn(3);
      assert.deepEqual(payloads(), ['a', 'b']);
    });
  });

  describe('#flush', () => {
    it('sends all that waits, one message a turn, whatever pause and pacing say', () => {
      for (const pacing of [
        { mode: 'loop' },
        { mode: 'request' },
        { mode: 'rate', periodMs: 60_000 },
        { mode: 'complete', inFlight: 1 },
      ] as const) {
        const { subscription, receive, turn, payloads } = setup({ pacing });
        subscription.pause();
        receive('a', 'b', 'c');
        turn();
        subscription.flush();
        assert.ok(payloads().length <= 1);
        turn(10);
        assert.deepEqual(payloads(), ['a', 'b', 'c'], pacing.mode);
        receive('d');
        turn(5);
        assert.deepEqual(payloads(), ['a', 'b', 'c'], `${pacing.mode}: what came later waits`);
      }
    });

    it('does nothing when nothing waits', () => {
      const { subscription, receive, turn, payloads } = setup();
      subscription.pause();
      subscription.flush();
      receive('a');
      turn(3);
      assert.deepEqual(payloads(), []);
    });

    it('sends nothing that came later, although some of what waited was passed over', () => {
      const { clock, subscription, receive, turn, payloads } = setup({ intervalMs: 1000 });
      subscription.pause();
      for (let n = 0; n < 10; n += 1) {
        receive(String(n));
        clock.advance(100);
      }
      turn();
      subscription.flush();
      turn(20);
      assert.deepEqual(payloads(), ['0']);
      clock.advance(100);
      for (let n = 10; n < 40; n += 1) {
        receive(String(n));
        clock.advance(100);
        turn();
      }
      assert.deepEqual(payloads(), ['0'], 'it is still paused');
    });

    it('holds nothing that came later: in a queue of one the newest goes on to wait', () => {
      for (const pacing of [{ mode: 'loop' }, { mode: 'request' }] as const) {
        const { subscription, receive, turn, payloads } = setup({ pacing, listener: { queueFrames: 1 } });
        subscription.pause();
        receive('a');
        subscription.flush();
        turn(3);
        for (const content of 'bcd') {
          receive(content);
          turn();
        }
        assert.equal(subscription.counts.queued, 1);
        subscription.resume();
        subscription.next();
        turn(3);
        assert.deepEqual(payloads(), ['a', 'd'], pacing.mode);
      }
    });

    it('asks for nothing twice when it is called twice', () => {
      const { server, subscription, receive, turn, payloads } = setup({
        pacing: { mode: 'request' },
        listener: { queueFrames: 3 },
      });
      receive('a', 'b', 'c');
      subscription.flush();
      subscription.flush();
      receive('d', 'e', 'f', 'g');
      turn(10);
      assert.deepEqual(payloads(), ['a', 'b', 'c']);
      assert.deepEqual(
        server.grants.map(({ frames }) => frames),
        [3, 0],
      );
      subscription.next();
      turn(2);
      assert.equal(payloads()[3], 'g');
    });

    it('takes back what it asked for too much as soon as that shows', () => {
      const { server, subscription, receive, turn, payloads, assertBalanced } = setup({
        pacing: { mode: 'request' },
        listener: { queueFrames: 8 },
      });
      receive('a', 'b', 'c');
      subscription.flush();
      receive('d');
      subscription.flush();
      receive('e');
      turn(10);
      assert.deepEqual(payloads(), ['a', 'b', 'c', 'd']);
      assertBalanced();
      const { length } = server.grants;
      receive(...'fghijklmn');
      turn();
      assert.equal(server.grants.length, length);
      assert.deepEqual([subscription.counts.queued, subscription.counts.dropped], [8, 2]);
    });

    it('holds nothing that came while it sent', () => {
      const { subscription, receive, turn, payloads } = setup({
        pacing: { mode: 'request' },
        listener: { queueFrames: 3 },
      });
      receive('a', 'b', 'c');
      subscription.flush();
      turn();
      receive('d', 'e', 'f');
      turn(10);
      receive('g', 'h', 'i');
      turn();
      assert.deepEqual(payloads(), ['a', 'b', 'c']);
      assert.equal(subscription.counts.queued, 3);
      subscription.next();
      turn(2);
      assert.equal(payloads()[3], 'g');
    });

    it('asks for nothing ahead, however many it asked for before', () => {
      const { server, subscription, turn } = setup({ listener: { queueFrames: 400 } });
      const receive = (count: number): void => {
        for (let n = 0; n < count; n += 1) server.receive(Buffer.from('x'));
      };
      receive(300);
      turn(80);
      assert.equal(server.grants.at(-1)?.frames, 32);
      subscription.pause();
      turn();
      subscription.flush();
      receive(100);
      turn(400);
      assert.equal(subscription.messages, 300);
      const { length } = server.grants;
      receive(400);
      turn();
      assert.equal(subscription.counts.queued, 400);
      assert.equal(server.grants.length, length);
    });

    it('holds nothing that came later, although all that waited was passed over', () => {
      const { clock, subscription, receive, turn, payloads } = setup({
        pacing: { mode: 'request' },
        intervalMs: 1000,
        listener: { queueFrames: 2 },
      });
      receive('a', 'b');
      subscription.next();
      turn(2);
      subscription.flush();
      turn(2);
      clock.advance(1000);
      for (const content of 'cdef') {
        receive(content);
        turn();
      }
      subscription.next();
      turn(2);
      assert.deepEqual(payloads(), ['a', 'e']);
    });

    it('keeps the interval', () => {
      const { clock, subscription, receive, turn, payloads, assertBalanced } = setup({
        pacing: { mode: 'request' },
        intervalMs: 1000,
      });
      for (const content of 'abcdefghijkl') {
        receive(content);
        clock.advance(250);
      }
      subscription.flush();
      turn(20);
      assert.deepEqual(payloads(), ['a', 'e', 'i']);
      assertBalanced();
    });

    it('sends nothing that came later, although some of what waited was dropped', () => {
      const { subscription, receive, turn, payloads } = setup({ listener: { queueFrames: 4 } });
      subscription.pause();
      receive('a', 'b', 'c', 'd', 'e');
      subscription.flush();
      receive('f', 'g', 'h');
      turn(20);
      receive('i', 'j', 'k', 'l');
      turn(20);
      assert.deepEqual(
        payloads().filter((one) => one > 'e'),
        [],
      );
    });
  });

  describe('with an interval', () => {
    it('keeps the least time between two frames it sends, and counts the others as filtered', () => {
      const { clock, subscription, messages, receive, turn, assertBalanced } = setup({ intervalMs: 1000 });
      for (let n = 0; n < 100; n += 1) {
        receive('x');
        turn();
        clock.advance(100);
        assertBalanced();
      }
      assert.deepEqual(
        messages.map(({ sensr: { sequence } }) => sequence),
        [1, 11, 21, 31, 41, 51, 61, 71, 81, 91],
      );
      const { emitted, filtered, dropped, queued } = subscription.counts;
      assert.deepEqual([emitted, filtered, dropped, queued], [10, 90, 0, 0]);
    });
  });

  describe('with filters', () => {
    it('counts a frame that has nothing for its node as filtered, and asks for the next at once', () => {
      const { subscription, receive, turn, payloads } = setup({
        wish: { stream: 'objects', skipEmpty: true },
      });
      receive(EMPTY_LIST, EMPTY_LIST);
      turn(3);
      assert.deepEqual(payloads(), []);
      assert.deepEqual([subscription.counts.filtered, subscription.counts.emitted], [2, 0]);
    });

    it('sends each event of a frame as a message of its own, and counts one frame', () => {
      const { subscription, messages, receive, turn, assertBalanced } = setup({
        kind: 'output',
        wish: { stream: 'events' },
      });
      receive(TWO_EVENTS);
      turn();
      assert.equal(messages.length, 2);
      assertBalanced();
      turn(3);
      assert.equal(messages.length, 2);
      assert.equal(subscription.messages, 2);
      assert.deepEqual([subscription.counts.received, subscription.counts.emitted], [1, 1]);
    });
  });

  describe('with frames that cannot be decoded', () => {
    it('counts them as dropped and reports them once a second, with a count', () => {
      const { clock, subscription, problems, receive, turn, assertBalanced } = setup({
        kind: 'output',
        wish: { stream: 'objects' },
      });
      for (let n = 0; n < 5; n += 1) receive(BROKEN);
      turn(10);
      assert.deepEqual(
        problems.map(([{ code }, count]) => [code, count]),
        [['SENSR_BAD_FRAME', 1]],
      );
      clock.advance(1000);
      receive(BROKEN);
      turn(2);
      assert.deepEqual(problems[1]?.[1], 5);
      assert.deepEqual(subscription.counts.droppedBy, { queue: 0, thread: 0, undecodable: 6 });
      assertBalanced();
    });

    it('goes on with the next', () => {
      const { messages, receive, turn } = setup({ kind: 'output', wish: { stream: 'objects' } });
      receive(BROKEN, EMPTY_LIST);
      turn(5);
      assert.deepEqual(
        messages.map(({ sensr: { sequence, dropped } }) => [sequence, dropped]),
        [[2, 1]],
      );
    });
  });

  describe('#close', () => {
    it('leaves nothing, whatever it was doing', async () => {
      for (const pacing of [
        { mode: 'loop' },
        { mode: 'request' },
        { mode: 'rate', periodMs: 60_000 },
        { mode: 'complete', inFlight: 1 },
      ] as const) {
        const { clock, server, subscription, tracked, receive, turn, payloads } = setup({ pacing });
        receive('a', 'b');
        subscription.next();
        server.carry();
        turn(pacing.mode === 'loop' ? 0 : 3);
        const sent = payloads().length;
        await subscription.close(true);
        await subscription.close(false);
        assert.deepEqual(server.closes, [true]);
        assert.equal(clock.pending, 0, pacing.mode);
        receive('c');
        subscription.resume();
        subscription.next();
        subscription.flush();
        turn(5);
        assert.equal(payloads().length, sent, pacing.mode);
        assert.ok(tracked.every(({ abandoned }) => abandoned));
      }
    });

    it('leaves nothing when a message it sends closes it', () => {
      for (const mode of ['loop', 'complete'] as const) {
        const clock = new FakeClock();
        const server = new FakeServer(clock);
        const subscription: Subscription = new Subscription(
          server.asServer,
          {
            id: 'n',
            kind: 'points',
            wish: WISH,
            listener: { parts: 0, queueFrames: 5, queueBytes: 1000, protectEvents: false, keepEvents: false },
            intervalMs: 0,
            pacing: mode === 'loop' ? { mode } : { mode, inFlight: 1 },
            stallTimeoutMs: 1000,
          },
          {
            send: () => void subscription.close(false),
            sendTracked: () => {
              void subscription.close(false);
              return { holders: () => [], abandon: () => undefined };
            },
            onStatus: () => undefined,
            onProblem: () => assert.fail('nobody waits any more'),
          },
          clock,
        );
        server.receive(Buffer.from('a'));
        server.carry();
        clock.advance(2000);
        assert.equal(clock.pending, 0, mode);
      }
    });
  });

  it('keeps exact books at every step, whatever happens, and never changes the order', () => {
    const frame = fc.constantFrom('good', 'event', 'broken', 'empty', 'no frame');
    const other = fc.constantFrom(
      'carry',
      'hear',
      'turn',
      'next',
      'pause',
      'resume',
      'flush',
      'time',
      'done',
    );
    const pacing = fc.constantFrom(
      { mode: 'loop' } as const,
      { mode: 'request' } as const,
      { mode: 'rate', periodMs: 50 } as const,
      { mode: 'complete', inFlight: 2 } as const,
    );
    const options = fc.record({
      pacing,
      intervalMs: fc.constantFrom(0, 0, 120),
      queueFrames: fc.integer({ min: 1, max: 6 }),
      protectEvents: fc.boolean(),
      keepEvents: fc.boolean(),
      isSlow: fc.boolean(),
      skipEmpty: fc.boolean(),
      stream: fc.constantFrom('objects' as const, 'events' as const, 'raw-output' as const),
    });
    const content = { good: EMPTY_LIST, event: TWO_EVENTS, broken: BROKEN, empty: EMPTY_LIST };
    fc.assert(
      fc.property(options, fc.array(fc.oneof(frame, other), { maxLength: 80 }), (wanted, steps) => {
        const { queueFrames, protectEvents, keepEvents, isSlow, skipEmpty, stream, ...rest } = wanted;
        const { clock, server, subscription, messages, tracked, turn, assertBalanced } = setup({
          ...rest,
          kind: 'output',
          wish: { stream, skipEmpty },
          listener: {
            queueFrames,
            protectEvents,
            keepEvents,
            parts: stream === 'events' ? EVENT_PART : 0,
          },
        });
        server.isSlow = isSlow;
        const done = (): void => {
          tracked.splice(0).forEach(({ onDone }) => {
            onDone();
          });
        };
        let received = 0;
        for (const step of steps) {
          if (step in content) {
            const isEvent = step === 'event';
            server.receive(content[step as keyof typeof content], isEvent ? EVENT_PART : 1, isEvent);
            received += 1;
          } else if (step === 'no frame') {
            server.reject();
            received += 1;
          } else if (step === 'carry') server.carry();
          else if (step === 'hear') server.hear();
          else if (step === 'turn') turn();
          else if (step === 'time') clock.advance(40);
          else if (step === 'done') done();
          else if (step === 'next') subscription.next();
          else if (step === 'pause') subscription.pause();
          else if (step === 'resume') subscription.resume();
          else subscription.flush();
          assertBalanced();
          assert.equal(subscription.counts.received, received);
        }
        // However it stopped: once it may go on, nothing is left behind.
        subscription.resume();
        for (let n = 0; n < 80 && subscription.counts.queued > 0; n += 1) {
          subscription.next();
          server.hear();
          turn();
          done();
          clock.advance(50);
          assertBalanced();
        }
        assert.equal(subscription.counts.queued, 0, 'it is stuck');
        const sequences = messages.map(({ sensr: { sequence } }) => sequence);
        assert.deepEqual(
          sequences,
          [...sequences].sort((a, b) => a - b),
        );
        assert.equal(subscription.messages, messages.length);
        const dropped = messages.reduce((sum, { sensr }) => sum + sensr.dropped, 0);
        assert.ok(dropped <= subscription.counts.dropped);
      }),
      { numRuns: 300 },
    );
  });
});
