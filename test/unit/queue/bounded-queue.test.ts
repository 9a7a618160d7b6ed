import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BoundedQueue, type QueuedFrame, type QueueLimits } from '../../../lib/queue/bounded-queue';
import { Fifo } from '../../../lib/queue/fifo';

const frame = (sequence: number, byteLength = 10, hasEvent = false): QueuedFrame => ({
  sequence,
  byteLength,
  hasEvent,
  arrivedMs: sequence,
});

function setup(change: Partial<QueueLimits> = {}) {
  const dropped: number[] = [];
  const limits = { maxFrames: 3, maxBytes: 1000, protectEvents: true, ...change };
  const queue = new BoundedQueue(limits, ({ sequence }) => dropped.push(sequence));
  const drain = (): number[] => queue.clear().map(({ sequence }) => sequence);
  return { queue, dropped, drain };
}

describe('BoundedQueue', () => {
  it('gives frames back in the order they came', () => {
    const { queue } = setup();
    [1, 2, 3].forEach((n) => {
      queue.push(frame(n, 10, n === 2));
    });
    assert.deepEqual([queue.length, queue.bytes, queue.peek()?.sequence], [3, 30, 1]);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => queue.shift()?.sequence),
      [1, 2, 3, undefined],
    );
    assert.deepEqual([queue.length, queue.bytes, queue.peek()], [0, 0, undefined]);
  });

  it('drops the oldest frame when there are more than maxFrames', () => {
    const { queue, dropped, drain } = setup();
    [1, 2, 3, 4, 5].forEach((n) => {
      queue.push(frame(n));
    });
    assert.deepEqual(dropped, [1, 2]);
    assert.deepEqual(drain(), [3, 4, 5]);
  });

  it('drops as many of the oldest as it takes to stay within maxBytes', () => {
    const { queue, dropped, drain } = setup({ maxFrames: 10, maxBytes: 100 });
    [1, 2, 3, 4].forEach((n) => {
      queue.push(frame(n, 25));
    });
    assert.deepEqual(dropped, [], 'exactly full');
    queue.push(frame(5, 60));
    assert.deepEqual(dropped, [1, 2, 3]);
    assert.deepEqual(drain(), [4, 5]);
  });

  it('drops frames with an event only when nothing else is left', () => {
    const { queue, dropped, drain } = setup();
    queue.push(frame(1, 10, true));
    queue.push(frame(2));
    queue.push(frame(3, 10, true));
    queue.push(frame(4));
    assert.deepEqual(dropped, [2]);
    queue.push(frame(5, 10, true));
    assert.deepEqual(dropped, [2, 4]);
    queue.push(frame(6, 10, true));
    assert.deepEqual(dropped, [2, 4, 1]);
    assert.deepEqual(drain(), [3, 5, 6]);
  });

  it('drops a new frame without an event rather than an old one with', () => {
    const { queue, dropped } = setup();
    [1, 2, 3].forEach((n) => {
      queue.push(frame(n, 10, true));
    });
    queue.push(frame(4));
    assert.deepEqual(dropped, [4]);
  });

  it('makes no difference between frames when events are not protected', () => {
    const { queue, dropped } = setup({ protectEvents: false });
    queue.push(frame(1, 10, true));
    [2, 3, 4].forEach((n) => {
      queue.push(frame(n));
    });
    assert.deepEqual(dropped, [1]);
  });

  it('keeps the newest with a size of one', () => {
    const { queue, dropped, drain } = setup({ maxFrames: 1, protectEvents: false });
    [1, 2, 3].forEach((n) => {
      queue.push(frame(n, 10, n === 2));
    });
    assert.deepEqual(dropped, [1, 2]);
    assert.deepEqual(drain(), [3]);
  });

  it('takes at least one frame, however large', () => {
    const { queue, dropped, drain } = setup({ maxBytes: 100 });
    queue.push(frame(1, 5000));
    assert.deepEqual(dropped, []);
    queue.push(frame(2, 6000));
    assert.deepEqual(dropped, [1]);
    assert.deepEqual(drain(), [2]);
  });

  it('counts what is held against both limits', () => {
    const { queue, dropped } = setup({ maxFrames: 4, maxBytes: 100 });
    [1, 2, 3].forEach((n) => {
      queue.push(frame(n));
    });
    queue.hold(2, 20);
    assert.deepEqual(dropped, [1]);
    queue.hold(0, 0);
    queue.push(frame(4));
    assert.deepEqual(dropped, [1]);
    queue.hold(1, 85);
    assert.deepEqual(dropped, [1, 2, 3], 'one of them would fit, but not beside what is held');
  });

  it('takes one frame even when what is held fills it', () => {
    const { queue, dropped } = setup();
    queue.hold(3, 5000);
    queue.push(frame(1));
    assert.deepEqual(dropped, []);
  });

  it('drops nothing when it is cleared', () => {
    const { queue, dropped, drain } = setup();
    [1, 2, 3].forEach((n) => {
      queue.push(frame(n));
    });
    assert.deepEqual(drain(), [1, 2, 3]);
    assert.deepEqual(dropped, []);
    assert.deepEqual([queue.length, queue.bytes], [0, 0]);
  });

  it('keeps its bounds, its order and every frame in its books, whatever happens', () => {
    const push = fc.record({
      kind: fc.constant('push' as const),
      bytes: fc.nat(120),
      hasEvent: fc.boolean(),
    });
    const shift = fc.record({ kind: fc.constant('shift' as const) });
    const hold = fc.record({ kind: fc.constant('hold' as const), frames: fc.nat(6), bytes: fc.nat(400) });
    const limits = fc.record({
      maxFrames: fc.integer({ min: 1, max: 6 }),
      maxBytes: fc.integer({ min: 1, max: 300 }),
      protectEvents: fc.boolean(),
    });
    fc.assert(
      fc.property(limits, fc.array(fc.oneof(push, push, shift, hold), { maxLength: 60 }), (most, steps) => {
        let pushed = 0;
        let held = { frames: 0, bytes: 0 };
        const model: QueuedFrame[] = [];
        const forget = ({ sequence }: QueuedFrame): void => {
          model.splice(
            model.findIndex((one) => one.sequence === sequence),
            1,
          );
        };
        const queue = new BoundedQueue<QueuedFrame>(most, (dropped) => {
          const plain = model.filter(({ hasEvent }) => !(hasEvent && most.protectEvents));
          assert.equal(dropped.sequence, (plain[0] ?? model[0])?.sequence, 'the wrong one was dropped');
          forget(dropped);
        });
        for (const step of steps) {
          if (step.kind === 'push') {
            const one = frame(++pushed, step.bytes, step.hasEvent);
            model.push(one);
            queue.push(one);
          } else if (step.kind === 'hold') {
            held = step;
            queue.hold(step.frames, step.bytes);
          } else {
            const taken = queue.shift();
            assert.equal(taken?.sequence, model[0]?.sequence, 'out of order');
            if (taken) forget(taken);
          }
          const bytes = model.reduce((sum, { byteLength }) => sum + byteLength, 0);
          assert.deepEqual([queue.length, queue.bytes], [model.length, bytes]);
          assert.equal(queue.peek()?.sequence, model[0]?.sequence);
          assert.ok(queue.length <= Math.max(1, most.maxFrames - held.frames), 'too many frames');
          assert.ok(queue.length <= 1 || queue.bytes <= most.maxBytes - held.bytes, 'too many bytes');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('Fifo', () => {
  it('behaves like a list, over any number of entries', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 1000 }), (pushes) => {
        const fifo = new Fifo<number>();
        const list: number[] = [];
        pushes.forEach((isPush, n) => {
          if (isPush) {
            fifo.push(n);
            list.push(n);
          } else assert.equal(fifo.shift(), list.shift());
          assert.equal(fifo.length, list.length);
          assert.equal(fifo.peek(), list[0]);
        });
      }),
    );
  });

  it('keeps its order across the cuts of a long run', () => {
    const fifo = new Fifo<number>();
    let next = 0;
    for (let n = 0; n < 10_000; n += 1) {
      fifo.push(n);
      if (n % 3 !== 0) assert.equal(fifo.shift(), next++);
    }
    while (fifo.length > 0) assert.equal(fifo.shift(), next++);
    assert.equal(next, 10_000);
  });
});
