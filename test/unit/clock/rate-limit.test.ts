import assert from 'node:assert/strict';
import { RateLimit } from '../../../lib/rate-limit';
import { FakeClock } from '../../helpers/fake-clock';

describe('RateLimit', () => {
  it('lets one through a period, with the number it stands for', () => {
    const clock = new FakeClock();
    const limit = new RateLimit(1000, clock);
    const hits = (count: number): number[] => Array.from({ length: count }, () => limit.hit());
    assert.deepEqual(hits(3), [1, 0, 0]);
    clock.advance(999);
    assert.deepEqual(hits(1), [0]);
    clock.advance(1);
    assert.deepEqual(hits(2), [4, 0]);
    clock.advance(5000);
    assert.deepEqual(hits(1), [2]);
  });
});
