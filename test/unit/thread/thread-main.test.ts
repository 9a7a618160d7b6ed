import assert from 'node:assert/strict';
import { PART } from '../../../lib/peek/frame-kind';
import { Counters } from '../../../lib/queue/counters';
import {
  SOCKET_COUNTER,
  createCounters,
  type FromThread,
  type ListenerOptions,
} from '../../../lib/thread/protocol';
import { socketOptions } from '../../helpers/fake-link';
import { eventFrame, objectsFrame, overflowFrame } from './helpers/frames';
import { Twin } from './helpers/twin';

const LISTEN_TO_ALL: ListenerOptions = {
  parts: 0,
  queueFrames: 50,
  queueBytes: 1_000_000,
  protectEvents: true,
  keepEvents: true,
};

async function setup(kind: 'output' | 'points' = 'output') {
  const twin = new Twin();
  const counters = createCounters();
  twin.postMessage({ op: 'open', socket: 1, options: socketOptions({ kind }), counters });
  await twin.settle();
  twin.links.last.events.onOpen();
  twin.sent.length = 0;
  const listen = async (
    listener: number,
    change: Partial<ListenerOptions> = {},
    frames = 1000,
  ): Promise<Counters> => {
    const memory = createCounters();
    const options = { ...LISTEN_TO_ALL, ...change };
    twin.postMessage({ op: 'listen', socket: 1, listener, options, counters: memory });
    if (frames > 0) twin.postMessage({ op: 'credit', listener, frames, notBeforeMs: 0, unused: 0 });
    await twin.settle();
    return new Counters(memory);
  };
  const receive = (data: Buffer | string): void => {
    twin.links.last.events.onMessage(Buffer.from(data), typeof data !== 'string');
  };
  const of = <Op extends FromThread['op']>(op: Op): Extract<FromThread, { op: Op }>[] =>
    twin.sent.filter((message) => message.op === op) as Extract<FromThread, { op: Op }>[];
  const statistic = (name: keyof typeof SOCKET_COUNTER): number =>
    new Float64Array(counters)[SOCKET_COUNTER[name]] ?? NaN;
  return { twin, listen, receive, of, statistic };
}

const books = (counters: Counters): number[] =>
  (['received', 'filtered', 'dropped', 'posted', 'queued'] as const).map((name) => counters.get(name));

describe('runThread', () => {
  it('says that it is ready before anything else', () => {
    assert.deepEqual(new Twin().sent, [{ op: 'ready' }]);
  });

  it('opens a socket and tells its states', async () => {
    const { twin, of } = await setup();
    twin.links.end();
    assert.deepEqual(
      of('status').map(({ socket, status }) => [socket, status.state, status.reason?.textKey]),
      [[1, 'waiting', 'refused']],
    );
  });

  it('gives each listener the frames of its kind', async () => {
    const { listen, receive, of } = await setup();
    const objects = await listen(10, { parts: PART.objects });
    const events = await listen(11, { parts: PART.event });
    const all = await listen(12);
    receive(objectsFrame());
    receive(eventFrame());
    assert.deepEqual([objects, events, all].map(books), [
      [2, 1, 0, 1, 0],
      [2, 1, 0, 1, 0],
      [2, 0, 0, 2, 0],
    ]);
    assert.deepEqual(
      of('frames').map(({ listener, frames }) => [listener, ...frames.map(({ sequence }) => sequence)]),
      [
        [10, 1],
        [12, 1],
        [11, 2],
        [12, 2],
      ],
    );
  });

  it('gives every listener the whole frame, in memory of its own', async () => {
    const { listen, receive, of } = await setup('points');
    for (const listener of [10, 11, 12]) await listen(listener);
    const cloud = Buffer.alloc(100_000, 'p');
    receive(cloud);
    const all = of('frames').flatMap(({ frames }) => frames.map(({ bytes }) => bytes));
    assert.equal(all.length, 3);
    for (const bytes of all) assert.ok(Buffer.from(bytes).equals(cloud));
  });

  it('stamps a frame with both clocks', async () => {
    const { twin, listen, receive, of } = await setup();
    await listen(10);
    receive(objectsFrame());
    const [frame] = of('frames')[0]?.frames ?? [];
    assert.equal(frame?.arrivedMs, twin.clock.monotonicMs());
    assert.equal(frame.receivedAtMs, twin.clock.wallMs());
  });

  it('does not look into point frames', async () => {
    const { listen, receive, of } = await setup('points');
    await listen(10);
    receive(overflowFrame());
    assert.equal(of('frames').length, 1);
    assert.equal(of('overflow').length, 0);
  });

  for (const [what, message, code] of [
    ['a text frame', 'hello', 'SENSR_TEXT_FRAME'],
    ['an empty frame', Buffer.alloc(0), 'SENSR_EMPTY_FRAME'],
  ] as const)
    it(`counts ${what} as dropped and reports it at most once a second, with a count`, async () => {
      const { twin, listen, receive, of, statistic } = await setup();
      const counters = await listen(10);
      for (let n = 0; n < 5; n += 1) receive(message);
      twin.clock.advance(999);
      receive(message);
      assert.deepEqual(
        of('problem').map(({ problem, count }) => [problem.code, count]),
        [[code, 1]],
      );
      twin.clock.advance(1);
      receive(message);
      assert.deepEqual(
        of('problem').map(({ count }) => count),
        [1, 6],
      );
      assert.deepEqual(books(counters), [7, 0, 7, 0, 0]);
      assert.equal(statistic('frames'), 0);
    });

  it('reports different problems each at its own pace', async () => {
    const { receive, of } = await setup();
    receive('text');
    receive(Buffer.alloc(0));
    receive('text');
    assert.deepEqual(
      of('problem').map(({ problem }) => problem.code),
      ['SENSR_TEXT_FRAME', 'SENSR_EMPTY_FRAME'],
    );
  });

  it('tells that SENSR cannot get rid of its output, at most once a minute', async () => {
    const { twin, receive, of } = await setup();
    receive(overflowFrame());
    receive(overflowFrame());
    twin.clock.onPoll = () => (twin.links.last.bytes += 1);
    twin.clock.advance(59_999);
    receive(overflowFrame());
    assert.equal(of('overflow').length, 1);
    twin.clock.advance(1);
    receive(overflowFrame());
    assert.equal(of('overflow').length, 2);
  });

  it('writes the numbers of a socket into shared memory four times a second', async () => {
    const { twin, receive, statistic } = await setup();
    const openedMs = twin.clock.monotonicMs();
    receive(objectsFrame());
    assert.equal(statistic('frames'), 1);
    twin.links.last.bytes = 500;
    twin.clock.advance(250);
    assert.deepEqual(
      [statistic('bytes'), statistic('openedMs'), statistic('attempts'), statistic('connections')],
      [500, openedMs, 1, 1],
    );
    const lastByteMs = statistic('lastByteMs');
    assert.equal(lastByteMs, openedMs + 250);
    twin.clock.advance(1000);
    assert.equal(statistic('lastByteMs'), lastByteMs, 'no byte came since');
  });

  it('stops serving a listener that left, and others go on', async () => {
    const { twin, listen, receive, of } = await setup();
    const leaver = await listen(10, {}, 0);
    await listen(11);
    receive(objectsFrame());
    twin.postMessage({ op: 'unlisten', listener: 10 });
    twin.postMessage({ op: 'credit', listener: 10, frames: 1, notBeforeMs: 0, unused: 0 });
    await twin.settle();
    receive(objectsFrame());
    assert.equal(leaver.get('received'), 1);
    assert.equal(leaver.get('queued'), 0);
    assert.deepEqual(
      of('frames').map(({ listener }) => listener),
      [11, 11],
    );
  });

  it('ignores what is about a socket or a listener that is not there', async () => {
    const { twin } = await setup();
    twin.postMessage({
      op: 'listen',
      socket: 99,
      listener: 1,
      options: LISTEN_TO_ALL,
      counters: createCounters(),
    });
    twin.postMessage({ op: 'credit', listener: 99, frames: 1, notBeforeMs: 0, unused: 0 });
    twin.postMessage({ op: 'unlisten', listener: 99 });
    twin.postMessage({ op: 'reconnect', socket: 99 });
    await twin.settle();
    assert.deepEqual(twin.sent, []);
  });

  it('connects anew when asked to', async () => {
    const { twin, of } = await setup();
    twin.postMessage({ op: 'reconnect', socket: 1 });
    await twin.settle();
    assert.equal(twin.links.all.length, 2);
    assert.deepEqual(
      of('status').map(({ status }) => status.state),
      ['waiting', 'connecting'],
    );
  });

  it('says closed only when the socket is gone', async () => {
    const { twin, listen, receive, of } = await setup();
    const counters = await listen(10, {}, 0);
    receive(objectsFrame());
    twin.postMessage({ op: 'close', socket: 1 });
    await twin.settle();
    assert.deepEqual(of('closed'), []);
    assert.equal(counters.get('queued'), 0);
    twin.links.end({ kind: 'closed', code: 1000, reason: '' });
    await twin.settle();
    assert.deepEqual(of('closed'), [{ op: 'closed', socket: 1 }]);
    assert.equal(twin.links.alive, 0);
    assert.equal(twin.clock.pending, 1, 'only the report of all sockets, which ends with the thread');
  });

  it('says closed at once for a socket it does not know', async () => {
    const { twin, of } = await setup();
    twin.postMessage({ op: 'close', socket: 99 });
    await twin.settle();
    assert.equal(of('closed').length, 1);
  });
});
