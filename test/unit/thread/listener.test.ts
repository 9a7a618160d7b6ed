import assert from 'node:assert/strict';
import { Listener } from '../../../lib/thread/listener';
import { LISTENER_COUNTER, type FrameRecord, type ToThread } from '../../../lib/thread/protocol';

const OPTIONS = { parts: 0, queueFrames: 50, queueBytes: 1000, protectEvents: true, keepEvents: true };
const record = (sequence: number): FrameRecord => ({
  bytes: new ArrayBuffer(1),
  receivedAtMs: 1,
  arrivedMs: 1,
  sequence,
});

function setup() {
  const posted: ToThread[] = [];
  const arrived: number[] = [];
  const closed: number[] = [];
  const listener = new Listener(
    7,
    3,
    OPTIONS,
    { onFrames: (frames) => arrived.push(...frames.map(({ sequence }) => sequence)) },
    (message) => posted.push(message),
    ({ id }) => closed.push(id),
  );
  listener.attach();
  const [listen] = posted.splice(0);
  assert.equal(listen?.op, 'listen');
  const counters = new Float64Array(listen.op === 'listen' ? listen.counters : new SharedArrayBuffer(64));
  const count = (name: keyof typeof LISTENER_COUNTER, value: number): void => {
    counters[LISTENER_COUNTER[name]] = value;
  };
  return { listener, listen, posted, arrived, closed, count };
}

describe('Listener', () => {
  it('asks the thread to listen, with its options and its own memory', () => {
    const { listener, listen } = setup();
    assert.deepEqual(
      { ...listen, counters: undefined },
      {
        op: 'listen',
        socket: 3,
        listener: 7,
        options: OPTIONS,
        counters: undefined,
      },
    );
    assert.deepEqual([listener.id, listener.socket], [7, 3]);
  });

  it('passes on credits and frames', () => {
    const { listener, posted, arrived } = setup();
    listener.grant(2, 1234);
    assert.deepEqual(posted, [{ op: 'credit', listener: 7, frames: 2, notBeforeMs: 1234, unused: 0 }]);
    listener.deliver([record(1), record(2)]);
    assert.deepEqual(arrived, [1, 2]);
  });

  it('counts what has neither arrived nor found another fate as queued, also on its way', () => {
    const { listener, count } = setup();
    count('received', 20);
    count('filtered', 3);
    count('dropped', 2);
    count('posted', 9);
    count('queuedBytes', 600);
    count('oldestMs', 4321);
    listener.deliver([record(1), record(2)]);
    assert.deepEqual(listener.counts, {
      received: 20,
      filtered: 3,
      dropped: 2,
      lost: 0,
      arrived: 2,
      queued: 13,
      queuedBytes: 600,
      oldestMs: 4321,
    });
  });

  it('counts what a dead thread held as lost, exactly, and only once', () => {
    const { listener, count } = setup();
    count('received', 10);
    count('dropped', 1);
    count('queuedBytes', 600);
    count('oldestMs', 4321);
    listener.deliver([record(1), record(2)]);
    listener.detach();
    listener.detach();
    const { received, dropped, lost, arrived, queued, queuedBytes, oldestMs } = listener.counts;
    assert.deepEqual([received, dropped, lost, arrived, queued], [10, 1, 7, 2, 0]);
    assert.deepEqual([queuedBytes, oldestMs], [0, 0]);
  });

  it('renews at a new thread what of its credit is still open', () => {
    const { listener, posted } = setup();
    listener.grant(5, 100);
    listener.deliver([record(1), record(2)]);
    posted.length = 0;
    listener.detach();
    listener.attach();
    assert.deepEqual(
      posted.map(({ op }) => op),
      ['listen', 'credit'],
    );
    assert.deepEqual(posted[1], { op: 'credit', listener: 7, frames: 3, notBeforeMs: 100, unused: 0 });
  });

  it('renews no credit that is used up', () => {
    const { listener, posted } = setup();
    listener.grant(1, 0);
    listener.deliver([record(1)]);
    posted.length = 0;
    listener.attach();
    assert.deepEqual(
      posted.map(({ op }) => op),
      ['listen'],
    );
  });

  it('tells host and thread when it is closed', () => {
    const { listener, posted, closed } = setup();
    listener.close();
    assert.deepEqual(posted, [{ op: 'unlisten', listener: 7 }]);
    assert.deepEqual(closed, [7]);
  });
});
