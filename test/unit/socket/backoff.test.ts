import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffMs, fullBackoffMs } from '../../../lib/socket/backoff';
import { Connection } from '../../../lib/socket/connection';
import { FakeClock } from '../../helpers/fake-clock';
import { FakeLinks, socketOptions } from '../../helpers/fake-link';

const limits = { initialMs: 1000, maxMs: 60_000 };

describe('backoff', () => {
  it('doubles from the initial delay and stays at the longest', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) => fullBackoffMs(attempt, limits));
    assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('honors backoffInitial and backoffMax', () => {
    assert.equal(fullBackoffMs(1, { initialMs: 300, maxMs: 1000 }), 300);
    assert.equal(fullBackoffMs(3, { initialMs: 300, maxMs: 1000 }), 1000);
    assert.equal(fullBackoffMs(1, { initialMs: 5000, maxMs: 5000 }), 5000);
  });

  it('draws each delay from three quarters of the full one up to the full one', () => {
    assert.equal(backoffMs(3, limits, 0), 3000);
    assert.equal(backoffMs(3, limits, 0.5), 3500);
    assert.equal(backoffMs(3, limits, 1), 4000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, r) => {
        const [fullMs, drawnMs] = [fullBackoffMs(n, limits), backoffMs(n, limits, r)];
        assert.ok(drawnMs >= fullMs * 0.75 && drawnMs <= fullMs, `${drawnMs} of ${fullMs}`);
      }),
    );
  });

  it('stays finite after any number of attempts', () => {
    assert.equal(fullBackoffMs(1_000_000, { initialMs: 100, maxMs: 3_600_000 }), 3_600_000);
    assert.equal(fullBackoffMs(5000, { initialMs: 0, maxMs: 1000 }), 0);
  });
});

/** How long it takes until a refusal is noticed, at the most. */
const STEP_MS = 10;

describe('a server that refuses for ten minutes', () => {
  const attemptsIn = (ms: number, random: () => number): number => {
    const clock = new FakeClock();
    const links = new FakeLinks();
    const connection = new Connection(
      socketOptions(),
      { onMessage: () => undefined, onStatus: () => undefined },
      { clock, random, openLink: links.open },
    );
    connection.open();
    links.end();
    for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
      clock.advance(STEP_MS);
      if (!links.last.isGone) links.end();
    }
    void connection.close();
    return links.all.length;
  };

  // Full delays are 1, 2, 4, 8, 16 and 32 s, then 60 s each; the shortest are three quarters of that.
  it('is tried 19 times at the most, with every delay the shortest possible', () => {
    assert.equal(
      attemptsIn(600_000, () => 0),
      19,
    );
  });

  it('is tried 15 times at the least, with every delay the longest possible', () => {
    assert.equal(
      attemptsIn(600_000, () => 1),
      15,
    );
  });

  it('is tried 17 times with delays of average length', () => {
    assert.equal(
      attemptsIn(600_000, () => 0.5),
      17,
    );
  });

  it('is tried from 15 to 19 times whatever the draws', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 19 }), (draws) => {
        const attempts = attemptsIn(600_000, () => draws.shift() ?? 0);
        assert.ok(attempts >= 15 && attempts <= 19, `${attempts} attempts`);
      }),
      { numRuns: 5 },
    );
  });
});
