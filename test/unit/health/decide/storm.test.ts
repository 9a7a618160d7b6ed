import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Rung } from '../../../../lib/health/decide/components';
import type { Measures } from '../../../../lib/health/decide/measures';
import { sample } from './helpers/measures';
import { settle, Site } from './helpers/site';

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const DAYS = 3;
/** Coarse, so that days pass quickly; thresholds are reached all the same. */
const PERIOD_MS = 30_000;

/** Small and fast, and the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Any measure may jump at any time, and stays for a while. */
function moods(random: () => number): () => Measures {
  const components = ['heap.main', 'heap.worker', 'residual', 'rss', 'ping', 'gcShare.main'] as const;
  let until = 0;
  let tick = 0;
  let values: Record<string, number> = {};
  return () => {
    tick += 1;
    if (tick >= until) {
      until = tick + Math.ceil(random() * 60);
      values = Object.fromEntries(
        components
          .filter(() => random() < 0.5)
          .map((name) => [name, name === 'ping' ? random() * 9000 : random() * 110]),
      );
    }
    return sample(
      { ...values, residual: (values['residual'] ?? 20) + tick / 1000 },
      { isQuiet: random() < 0.5 },
    );
  };
}

function mostIn(times: readonly number[], windowMs: number): number {
  return times.reduce(
    (most, start) => Math.max(most, times.filter((at) => at >= start && at < start + windowMs).length),
    0,
  );
}

describe('restarts', () => {
  const OPTIONS = {
    autoRestart: true,
    maxAction: 'process',
    allowProcessExit: true,
    sampleInterval: 30,
    adaptiveHighMemory: false,
  };

  const simulate = async (seed: number): Promise<Site> => {
    const random = randomFrom(seed);
    const site = await Site.start(OPTIONS);
    const measure = moods(random);
    for (let hour = 0; hour < DAYS * 24; hour += 1) {
      await site.run(HOUR, measure, PERIOD_MS);
      if (random() < 0.03) await site.crash();
      // Somebody presses buttons, and now and then unlocks.
      const action = (['recycle', 'flows', 'process'] as const)[Math.floor(random() * 3)] ?? 'recycle';
      site.healer.request({ action, cause: 'manual', force: true });
      await settle();
      if (hour % 24 === 23) site.healer.reset();
    }
    return site;
  };

  it('never exceed their limits, whatever is measured, over days and over restarts', async function () {
    this.timeout(120_000);
    let restarts = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const site = await simulate(seed);
        const times = (rung: Rung): number[] =>
          site.steps.filter((step) => step.rung === rung).map(({ atMs }) => atMs);
        restarts += times('process').length + times('flows').length + times('recycle').length;
        // A reset, once a day, begins the counts anew: at most twice the limit around it.
        assert.ok(mostIn(times('recycle'), HOUR) <= 12);
        assert.ok(mostIn(times('flows'), HOUR) <= 6);
        assert.ok(mostIn(times('process'), HOUR) <= 6);
        assert.ok(mostIn(times('process'), DAY) <= 24);
        for (const rung of ['recycle', 'flows', 'process'] as const) {
          const most = { recycle: 6, flows: 3, process: 3 }[rung];
          const quiet = times(rung).filter((at) => (at - 1_000_000) % DAY > 2 * HOUR);
          assert.ok(mostIn(quiet, HOUR) <= most, `${rung}: ${mostIn(quiet, HOUR)} an hour`);
        }
        const large = [...times('flows'), ...times('process')].sort((a, b) => a - b);
        large.forEach((at, index) => {
          const before = large[index - 1];
          assert.ok(before === undefined || at - before >= 5 * MIN, `${at - (before ?? 0)} ms apart`);
        });
      }),
      { numRuns: 4 },
    );
    assert.ok(restarts > 20, `only ${restarts} restarts: the property says nothing`);
  });

  it('end for good when nothing helps', async function () {
    this.timeout(60_000);
    const site = await Site.start(OPTIONS);
    await site.run(DAYS * DAY, () => sample({ rss: 95, residual: 93 }), PERIOD_MS);
    const day = site.steps.filter(({ atMs }) => atMs > 1_000_000 + DAY);
    assert.deepEqual(day, []);
    assert.ok(site.count('process') <= 3);
    assert.equal(site.healer.state, 'locked');
  });
});
