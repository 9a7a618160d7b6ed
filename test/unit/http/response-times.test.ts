import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResponseTimes } from '../../../lib/http/response-times';

describe('ResponseTimes', () => {
  it('knows nothing before the first answer', () => {
    assert.equal(new ResponseTimes().percentileMs(0.5), null);
  });

  it('is exact: at least the share is not above it, and less than the share is below it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(10_000), { minLength: 1, maxLength: 2500 }),
        fc.constantFrom(0.5, 0.99),
        (durations, share) => {
          const times = new ResponseTimes();
          for (const duration of durations) times.add(duration);
          const kept = durations.slice(-1000);
          const found = times.percentileMs(share) ?? NaN;
          const notAbove = kept.filter((one) => one <= found).length;
          const below = kept.filter((one) => one < found).length;
          return kept.includes(found) && notAbove >= share * kept.length && below < share * kept.length;
        },
      ),
      { numRuns: 50 },
    );
  });

  it('forgets all but the last 1000', () => {
    const times = new ResponseTimes();
    times.add(1e9);
    for (let i = 0; i < 1000; i += 1) times.add(1);
    assert.equal(times.percentileMs(1), 1);
  });
});
