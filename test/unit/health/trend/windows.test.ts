import assert from 'node:assert/strict';
import type { Blocks } from '../../../../lib/health/trend/minima';
import {
  blockMsOf,
  judgeWindow,
  WINDOW_RULES,
  type Majors,
  type WindowFinding,
  type WindowRule,
} from '../../../../lib/health/trend/windows';
import { MB } from './helpers/heap-series';

const MIN_MS = 60_000;
const LIMIT_BYTES = 2048 * MB;
const often: Majors = { count: 50, intervalMs: 20_000, sinceLastMs: 5000 };

const blocksOf = (blockMs: number, valuesMB: readonly number[]): Blocks => ({
  values: Float64Array.from(valuesMB, (mb) => mb * MB),
  timesMs: Float64Array.from(valuesMB, (_, block) => block * blockMs),
  settled: new Uint8Array(valuesMB.length),
});
/** A straight line through `count` blocks. */
const lineMB = (count: number, fromMB: number, mbPerBlock: number): number[] =>
  Array.from({ length: count }, (_, block) => fromMB + mbPerBlock * block);
const line = (blockMs: number, count: number, fromMB: number, mbPerBlock: number): Blocks =>
  blocksOf(blockMs, lineMB(count, fromMB, mbPerBlock));

/** As of the moment the middle one of the last three blocks was seen, whose value is the level. */
const judgeAt = (
  rule: WindowRule,
  blocks: Blocks,
  blockMs: number,
  limitBytes: number,
  majors: Majors | undefined,
): WindowFinding =>
  judgeWindow(rule, { blocks, blockMs, limitBytes, majors, nowMs: blocks.timesMs.at(-2) ?? 0 });

describe('blockMsOf', () => {
  it('widens the blocks of the mid window until each spans two major collections', () => {
    assert.equal(blockMsOf(WINDOW_RULES.mid, often), MIN_MS);
    assert.equal(blockMsOf(WINDOW_RULES.mid, { ...often, intervalMs: 10 * MIN_MS }), 20 * MIN_MS);
    assert.equal(blockMsOf(WINDOW_RULES.mid, { ...often, intervalMs: 50_000 }), 120_000);
    assert.equal(blockMsOf(WINDOW_RULES.mid, undefined), MIN_MS);
  });

  it('leaves the other windows as they are', () => {
    const rare = { ...often, intervalMs: 10 * MIN_MS };
    assert.equal(blockMsOf(WINDOW_RULES.short, rare), 30_000);
    assert.equal(blockMsOf(WINDOW_RULES.long, rare), 5 * MIN_MS);
  });
});

describe('judgeWindow', () => {
  it('tells slope, time to the limit and where the window began', () => {
    const found = judgeAt(WINDOW_RULES.mid, line(MIN_MS, 16, 400, 50), MIN_MS, 2048 * MB, often);
    assert.ok(Math.abs((found.slopeMBmin ?? 0) - 50) < 1e-6);
    // The median of the last three blocks, 1100 MB, is the level.
    assert.ok(Math.abs((found.ttlMin ?? 0) - (2048 - 1100) / 50) < 1e-6);
    assert.equal(found.baseBytes, 525 * MB);
    assert.equal(found.missing, null);
    assert.equal(found.suspicious, true);
  });

  const cases = [
    { window: 'short', count: 8, blockMin: 0.5, ttlMin: 8 },
    { window: 'mid', count: 16, blockMin: 1, ttlMin: 30 },
    { window: 'long', count: 100, blockMin: 5, ttlMin: 480 },
  ] as const;
  for (const { window, count, blockMin, ttlMin } of cases)
    it(`suspects a leak in the ${window} window only within ${ttlMin} min of the limit`, () => {
      const rule = WINDOW_RULES[window];
      const values = line(rule.blockMs, count, 400, 10 * blockMin);
      const levelMB = 400 + 10 * blockMin * (count - 2);
      const judge = (leftMin: number) =>
        judgeAt(rule, values, rule.blockMs, (levelMB + 10 * leftMin) * MB, often).suspicious;
      assert.deepEqual([judge(ttlMin - 0.1), judge(ttlMin + 0.1)], [true, false]);
    });

  it('looks no farther ahead than twice the time it looks back on', () => {
    const judge = (leftMin: number) =>
      judgeAt(
        WINDOW_RULES.long,
        line(5 * MIN_MS, 8, 400, 50),
        5 * MIN_MS,
        (700 + 10 * leftMin) * MB,
        undefined,
      ).suspicious;
    assert.deepEqual([judge(79), judge(81)], [true, false]);
  });

  it('does not suspect what falls, stands still, or is in no clear order', () => {
    const limitBytes = 1000 * MB;
    const shuffled = [500, 900, 520, 880, 540, 860, 700, 910];
    const judge = (valuesMB: readonly number[]) =>
      judgeAt(WINDOW_RULES.short, blocksOf(30_000, valuesMB), 30_000, limitBytes, often);
    for (const values of [lineMB(8, 900, -20), lineMB(8, 990, 0), shuffled])
      assert.equal(judge(values).suspicious, false);
    assert.equal(judge(lineMB(8, 900, -20)).ttlMin, null);
  });

  it('takes the lower bound of the slope for the long way', () => {
    const valuesMB = lineMB(100, 400, 5).map((mb, block) => mb + 60 * Math.sin(block * 7.3));
    const noisy = blocksOf(5 * MIN_MS, valuesMB);
    const { slopeMBmin } = judgeAt(WINDOW_RULES.long, noisy, 5 * MIN_MS, 2048 * MB, often);
    assert.ok((slopeMBmin ?? 0) > 0.8 && (slopeMBmin ?? 0) < 0.99, `${slopeMBmin} MB/min`);
  });

  it('tells the slope by the blocks that saw a collection, where they are at least half', () => {
    // 50 MB a block are kept; every other block has garbage on top.
    const values = lineMB(8, 400, 50).map((mb, block) => (block % 2 === 1 ? mb + 20 * block : mb));
    const slope = (settled: readonly number[]) =>
      judgeAt(
        WINDOW_RULES.short,
        { ...blocksOf(30_000, values), settled: Uint8Array.from(settled) },
        30_000,
        LIMIT_BYTES,
        often,
      ).slopeMBmin ?? NaN;
    assert.ok(Math.abs(slope([1, 0, 1, 0, 1, 0, 1, 0]) - 100) < 1e-6);
    assert.ok(slope([1, 0, 1, 0, 1, 0, 0, 0]) > 105);
  });

  it('counts the time since the level was seen', () => {
    const blocks = line(MIN_MS, 16, 400, 50);
    const ttlAt = (nowMs: number) =>
      judgeWindow(WINDOW_RULES.mid, {
        blocks,
        blockMs: MIN_MS,
        limitBytes: 1200 * MB,
        majors: often,
        nowMs,
      }).ttlMin?.toFixed(6);
    // 1100 MB in the block of minute 14, two minutes from the limit.
    assert.deepEqual(
      [14, 15.5, 20].map((min) => Number(ttlAt(min * MIN_MS))),
      [2, 0.5, 0],
    );
  });

  it('is at the limit, not beyond it, when the level has passed it', () => {
    assert.equal(judgeAt(WINDOW_RULES.short, line(30_000, 8, 400, 50), 30_000, 300 * MB, often).ttlMin, 0);
  });

  it('says what it lacks instead of guessing', () => {
    const missing = (window: 'short' | 'mid', count: number, majors: Majors | undefined) => {
      const rule = WINDOW_RULES[window];
      const found = judgeAt(rule, line(rule.blockMs, count, 400, 50), rule.blockMs, 500 * MB, majors);
      assert.deepEqual([found.suspicious, found.z, found.slopeMBmin], [false, null, null]);
      return found.missing;
    };
    assert.equal(missing('short', 7, often), '8 blocks of 0.5 min, has 7');
    assert.equal(missing('mid', 5, often), '6 blocks of 1 min, has 5');
    assert.equal(missing('mid', 16, { ...often, count: 2 }), '3 major collections, has 2');
    const stale = { ...often, sinceLastMs: 4 * MIN_MS + 1 };
    assert.equal(missing('short', 8, stale), 'a major collection in the last 4 min');
  });

  it('asks nothing of collections where a series has none', () => {
    assert.equal(
      judgeAt(WINDOW_RULES.mid, line(MIN_MS, 6, 400, 50), MIN_MS, 800 * MB, undefined).suspicious,
      true,
    );
  });
});
