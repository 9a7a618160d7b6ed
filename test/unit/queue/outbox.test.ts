import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Counters } from '../../../lib/queue/counters';
import { Outbox, type OutboxOptions } from '../../../lib/queue/outbox';
import { SharedFrame } from '../../../lib/queue/shared-frame';
import { createCounters, type FrameRecord } from '../../../lib/thread/protocol';

const OBJECTS = 1;
const EVENT = 8;
const MB = 1_048_576;

function setup(change: Partial<OutboxOptions> = {}) {
  const counters = new Counters(createCounters());
  const batches: FrameRecord[][] = [];
  const outbox = new Outbox(
    { parts: 0, maxFrames: 3, maxBytes: 100 * MB, protectEvents: true, keepEvents: true, ...change },
    counters,
    (frames, transfer) => {
      // As a MessagePort does it: what is transferred is gone here.
      batches.push(structuredClone(frames, { transfer }));
      assert.equal(transfer.length, frames.length);
    },
  );
  let nowMs = 1000;
  const offer = (bytes: number | Buffer = 10, parts = OBJECTS, hasEvent = false): void => {
    const message = typeof bytes === 'number' ? Buffer.alloc(bytes, 1) : bytes;
    outbox.offer(new SharedFrame(message, nowMs, nowMs + 5_000_000), parts, hasEvent);
    outbox.deliver();
  };
  const sequences = (): number[] => batches.flat().map(({ sequence }) => sequence);
  return { counters, batches, outbox, offer, sequences, at: (ms: number) => (nowMs = ms) };
}

function assertBalanced(counters: Counters): void {
  const { received, filtered, dropped, posted, queued } = counts(counters);
  assert.equal(received, filtered + dropped + posted + queued, 'the books do not balance');
}

const counts = (counters: Counters) => ({
  received: counters.get('received'),
  filtered: counters.get('filtered'),
  dropped: counters.get('dropped'),
  posted: counters.get('posted'),
  queued: counters.get('queued'),
});

describe('Outbox', () => {
  it('posts nothing without credit and everything it may with it', () => {
    const { counters, outbox, offer, sequences } = setup();
    offer();
    offer();
    assert.deepEqual(sequences(), []);
    outbox.grant(1, 0);
    assert.deepEqual(sequences(), [1]);
    outbox.grant(5, 0);
    assert.deepEqual(sequences(), [1, 2]);
    offer();
    assert.deepEqual(sequences(), [1, 2, 3]);
    assert.deepEqual(counts(counters), { received: 3, filtered: 0, dropped: 0, posted: 3, queued: 0 });
  });

  it('posts the bytes and both times of arrival as they were', () => {
    const { batches, outbox, offer } = setup();
    offer(Buffer.from('hello'));
    outbox.grant(1, 0);
    const [record] = batches.flat();
    assert.equal(Buffer.from(record?.bytes ?? new ArrayBuffer(0)).toString(), 'hello');
    assert.deepEqual([record?.arrivedMs, record?.receivedAtMs], [1000, 5_001_000]);
  });

  it('passes over frames without any part its listener wants', () => {
    const { counters, outbox, offer, sequences } = setup({ parts: EVENT });
    outbox.grant(5, 0);
    offer(10, OBJECTS);
    offer(10, OBJECTS + EVENT, true);
    offer(10, 0);
    assert.deepEqual(sequences(), [2]);
    assert.deepEqual(counts(counters), { received: 3, filtered: 2, dropped: 0, posted: 1, queued: 0 });
  });

  it('copies no frame that is passed over', () => {
    const { outbox } = setup({ parts: EVENT });
    const frame = new SharedFrame(Buffer.alloc(10), 1, 1);
    frame.retain = () => assert.fail('claimed');
    outbox.offer(frame, OBJECTS, false);
    outbox.deliver();
  });

  it('drops the oldest and counts it when its listener is slow', () => {
    const { counters, outbox, offer, sequences } = setup();
    for (let n = 0; n < 5; n += 1) offer();
    assert.deepEqual(counts(counters), { received: 5, filtered: 0, dropped: 2, posted: 0, queued: 3 });
    outbox.grant(10, 0);
    assert.deepEqual(sequences(), [3, 4, 5]);
  });

  it('counts a message that is no frame as received and dropped', () => {
    const { counters, outbox } = setup();
    outbox.reject();
    assert.deepEqual(counts(counters), { received: 1, filtered: 0, dropped: 1, posted: 0, queued: 0 });
  });

  it('counts what its listener holds against the limits until it asks again', () => {
    const { counters, outbox, offer } = setup({ maxFrames: 4 });
    outbox.grant(2, 0);
    for (let n = 0; n < 5; n += 1) offer();
    assert.deepEqual([counters.get('posted'), counters.get('queued'), counters.get('dropped')], [2, 2, 1]);
    outbox.grant(1, 0);
    for (let n = 0; n < 5; n += 1) offer();
    assert.deepEqual([counters.get('posted'), counters.get('queued')], [3, 3]);
  });

  it('goes on counting what its listener has not used when it asks ahead', () => {
    const { counters, outbox, offer } = setup({ maxFrames: 6 });
    outbox.grant(4, 0);
    for (let n = 0; n < 4; n += 1) offer();
    outbox.grant(0, 0, 3);
    for (let n = 0; n < 5; n += 1) offer();
    assert.deepEqual([counters.get('posted'), counters.get('queued'), counters.get('dropped')], [4, 3, 2]);
    outbox.grant(2, 0, 1);
    for (let n = 0; n < 5; n += 1) offer();
    assert.deepEqual([counters.get('posted'), counters.get('queued'), counters.get('dropped')], [6, 3, 5]);
  });

  it('counts the bytes its listener holds, too', () => {
    const { counters, outbox, offer } = setup({ maxFrames: 100, maxBytes: 1000 });
    outbox.grant(1, 0);
    for (let n = 0; n < 5; n += 1) offer(300);
    assert.deepEqual(
      [counters.get('posted'), counters.get('queued'), counters.get('queuedBytes')],
      [1, 2, 600],
    );
  });

  it('replaces the credit, rather than adding to it', () => {
    const { outbox, offer, sequences } = setup({ maxFrames: 10 });
    outbox.grant(2, 0);
    outbox.grant(2, 0);
    for (let n = 0; n < 5; n += 1) offer();
    assert.deepEqual(sequences(), [1, 2]);
  });

  it('passes over what arrived before its listener wants the next frame', () => {
    const { counters, outbox, offer, sequences, at } = setup({ maxFrames: 10 });
    for (const ms of [1000, 1400, 1999, 2000, 2001]) {
      at(ms);
      offer();
    }
    outbox.grant(10, 2000);
    assert.deepEqual(sequences(), [4, 5]);
    at(1999.9);
    offer();
    assert.deepEqual(counts(counters), { received: 6, filtered: 4, dropped: 0, posted: 2, queued: 0 });
  });

  it('passes over no event for want of time', () => {
    const { counters, outbox, offer, sequences } = setup();
    offer(10, OBJECTS + EVENT, true);
    offer();
    outbox.grant(2, 5000);
    offer(10, EVENT, true);
    assert.deepEqual(sequences(), [1, 3]);
    assert.equal(counters.get('filtered'), 1);
  });

  it('passes over no event for want of time, although its queue makes no difference between frames', () => {
    const { outbox, offer, sequences } = setup({ maxFrames: 1, protectEvents: false });
    offer(10, OBJECTS + EVENT, true);
    outbox.grant(2, 5000);
    offer(10, OBJECTS + EVENT, true);
    offer();
    assert.deepEqual(sequences(), [1, 2]);
  });

  it('passes over events, too, where they are not to be kept', () => {
    const { outbox, offer, sequences } = setup({ keepEvents: false });
    outbox.grant(2, 5000);
    offer(10, OBJECTS + EVENT, true);
    assert.deepEqual(sequences(), []);
  });

  it('puts no more than a megabyte and one frame into one post', () => {
    const { batches, outbox, offer } = setup({ maxFrames: 100 });
    for (let n = 0; n < 5; n += 1) offer(MB * 0.4);
    offer(3 * MB);
    outbox.grant(6, 0);
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [3, 3],
    );
  });

  it('tells how much waits and since when', () => {
    const { counters, outbox, offer, at } = setup();
    assert.equal(counters.get('oldestMs'), 0);
    offer(10);
    at(1234);
    offer(20);
    assert.deepEqual([counters.get('queuedBytes'), counters.get('oldestMs')], [30, 1000]);
    outbox.grant(1, 0);
    assert.deepEqual([counters.get('queuedBytes'), counters.get('oldestMs')], [20, 1234]);
    outbox.grant(1, 0);
    assert.deepEqual([counters.get('queuedBytes'), counters.get('oldestMs')], [0, 0]);
  });

  it('lets go of everything when it is closed', () => {
    const { counters, outbox, offer, sequences } = setup();
    offer();
    outbox.close();
    outbox.close();
    assert.deepEqual(
      [counters.get('queued'), counters.get('queuedBytes'), counters.get('oldestMs')],
      [0, 0, 0],
    );
    outbox.grant(1, 0);
    assert.deepEqual(sequences(), []);
  });

  it('gives a frame to every listener that wants it, whichever may have it at once', () => {
    for (const credits of [
      [1, 1, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
    ]) {
      const listeners = credits.map(() => setup());
      listeners.forEach(({ outbox }, n) => {
        outbox.grant(credits[n] ?? 0, 0);
      });
      const frame = new SharedFrame(Buffer.from('hello'), 1, 1);
      for (const { outbox } of listeners) outbox.offer(frame, OBJECTS, false);
      for (const { outbox } of listeners) outbox.deliver();
      for (const { outbox, batches } of listeners) {
        outbox.grant(1, 0);
        assert.equal(Buffer.from(batches[0]?.[0]?.bytes ?? new ArrayBuffer(0)).toString(), 'hello');
      }
    }
  });

  it('balances its books, keeps order and bounds, whatever happens', () => {
    const offer = fc.record({
      kind: fc.constant('offer' as const),
      bytes: fc.integer({ min: 1, max: 400 }),
      parts: fc.constantFrom(OBJECTS, EVENT, OBJECTS + EVENT, 0),
    });
    const grant = fc.record({
      kind: fc.constant('grant' as const),
      frames: fc.nat(5),
      aheadMs: fc.integer({ min: -50, max: 50 }),
    });
    const reject = fc.record({ kind: fc.constant('reject' as const) });
    const options = fc.record({
      parts: fc.constantFrom(0, OBJECTS, EVENT, OBJECTS + EVENT),
      maxFrames: fc.integer({ min: 1, max: 8 }),
      maxBytes: fc.integer({ min: 1, max: 1500 }),
      protectEvents: fc.boolean(),
      keepEvents: fc.boolean(),
    });
    const steps = fc.array(
      fc.oneof({ weight: 5, arbitrary: offer }, { weight: 2, arbitrary: grant }, reject),
      {
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(options, steps, fc.integer({ min: 0, max: 80 }), (most, all, closeAt) => {
        const { counters, batches, outbox, offer: offerNow, sequences, at } = setup(most);
        let nowMs = 1000;
        let used = { frames: 0, bytes: 0 };
        let credit = 0;
        let posted = 0;
        for (const [n, step] of all.entries()) {
          if (n === closeAt) {
            const { received, queued } = counts(counters);
            outbox.close();
            assert.deepEqual({ ...counts(counters), queued: 0 }, counts(counters));
            assert.equal(received, counters.get('received'));
            assert.ok(queued >= 0);
            return;
          }
          nowMs += 7;
          at(nowMs);
          if (step.kind === 'offer') offerNow(step.bytes, step.parts, (step.parts & EVENT) !== 0);
          else if (step.kind === 'reject') outbox.reject();
          else {
            const all = batches.flat();
            used = { frames: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) };
            credit = step.frames;
            posted = counters.get('posted');
            outbox.grant(step.frames, nowMs + step.aheadMs);
          }
          assertBalanced(counters);
          const delivered = batches.flat();
          assert.equal(counters.get('posted'), delivered.length);
          assert.ok(counters.get('posted') - posted <= credit, 'more than it may');
          assert.deepEqual(
            sequences(),
            [...sequences()].sort((a, b) => a - b),
          );
          assert.equal(new Set(sequences()).size, sequences().length);
          const heldFrames = delivered.length - used.frames;
          const heldBytes = delivered.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) - used.bytes;
          const queued = counters.get('queued');
          if (queued > 1) {
            assert.ok(queued + heldFrames <= most.maxFrames, 'too many frames');
            assert.ok(counters.get('queuedBytes') + heldBytes <= most.maxBytes, 'too many bytes');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
