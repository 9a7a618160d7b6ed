import assert from 'node:assert/strict';
import { asksAhead, nextPrefetch } from '../../../lib/stream/prefetch';

const FAST = { turnMs: 0.2, queued: 10, frameBytes: 2000 };

describe('nextPrefetch', () => {
  it('doubles while the flow is fast and frames wait, up to 32', () => {
    const seen = [1];
    for (let n = 0; n < 7; n += 1) seen.push(nextPrefetch(seen.at(-1) ?? 0, FAST, 1000));
    assert.deepEqual(seen, [1, 2, 4, 8, 16, 32, 32, 32]);
  });

  it('stays within half of the queue', () => {
    assert.equal(nextPrefetch(8, FAST, 10), 5);
    assert.equal(nextPrefetch(1, FAST, 3), 1);
    assert.equal(nextPrefetch(1, FAST, 1), 1);
  });

  it('keeps its size while the flow is neither fast nor slow', () => {
    for (const turnMs of [1.1, 3, 5]) assert.equal(nextPrefetch(8, { ...FAST, turnMs }, 1000), 8);
    assert.equal(nextPrefetch(8, { ...FAST, turnMs: 1 }, 1000), 16);
  });

  it('asks for a few at a time when no frame waits, and for one when the queue is small', () => {
    const idle = { ...FAST, queued: 0 };
    assert.equal(nextPrefetch(32, idle, 1000), 4);
    assert.deepEqual([nextPrefetch(1, idle, 1000), nextPrefetch(2, idle, 1000)], [2, 4]);
    assert.equal(nextPrefetch(4, idle, 1000), 4);
    assert.equal(nextPrefetch(2, { ...idle, turnMs: 3 }, 1000), 2);
    assert.equal(nextPrefetch(4, idle, 1), 1);
  });

  it('falls back to one when the flow is slow or frames are large', () => {
    for (const queued of [0, 10]) {
      assert.equal(nextPrefetch(32, { ...FAST, queued, turnMs: 5.1 }, 1000), 1);
      assert.equal(nextPrefetch(4, { ...FAST, queued, frameBytes: 65_537 }, 1000), 1);
    }
    assert.equal(nextPrefetch(16, { ...FAST, frameBytes: 65_536 }, 1000), 32);
  });
});

describe('asksAhead', () => {
  it('asks when half is used, and never for a few', () => {
    assert.deepEqual([asksAhead(32, 17), asksAhead(32, 16), asksAhead(32, 0)], [false, true, true]);
    assert.deepEqual([asksAhead(8, 4), asksAhead(7, 0), asksAhead(1, 0)], [true, false, false]);
  });
});
