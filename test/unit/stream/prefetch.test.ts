import assert from 'node:assert/strict';
import { nextPrefetch } from '../../../lib/stream/prefetch';

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

  it('falls back to one when the flow is slow, no frame waits, or frames are large', () => {
    assert.equal(nextPrefetch(32, { ...FAST, turnMs: 5.1 }, 1000), 1);
    assert.equal(nextPrefetch(32, { ...FAST, queued: 0 }, 1000), 1);
    assert.equal(nextPrefetch(32, { ...FAST, frameBytes: 65_537 }, 1000), 1);
    assert.equal(nextPrefetch(16, { ...FAST, frameBytes: 65_536 }, 1000), 32);
  });
});
