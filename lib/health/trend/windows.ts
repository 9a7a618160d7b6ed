/** The three windows a leak is looked for through, and what each makes of the block minima of one series. */
import { bytesToMegabytes } from '../../units';
import { BUCKET_MS, type Blocks } from './minima';
import { median, slopeOf, type Slope } from './slope';
import type { TrendWindow } from './verdict';

const MS_PER_MIN = 60_000;

export interface WindowRule {
  readonly blockMs: number;
  readonly mostBlocks: number;
  readonly fewestBlocks: number;
  /** Major collections there must have been, where the series has any. */
  readonly fewestMajors: number;
  /** There must have been one within the window, or its growth may all be garbage. */
  readonly needsFreshMajor: boolean;
  /** How far from chance the order of the blocks must be, in standard deviations. */
  readonly zAbove: number;
  readonly ttlBelowMs: number;
  readonly slope: 'median' | 'lower-bound';
}

/**
 * No single window sees all rates: the short one finds a leak that kills in minutes, the long one a leak that takes a
 * shift. Each looks ahead about twice as far as back.
 */
export const WINDOW_RULES: Readonly<Record<TrendWindow, WindowRule>> = {
  short: {
    blockMs: BUCKET_MS,
    mostBlocks: 8,
    fewestBlocks: 8,
    fewestMajors: 0,
    needsFreshMajor: true,
    zAbove: 2.3,
    ttlBelowMs: 8 * MS_PER_MIN,
    slope: 'median',
  },
  mid: {
    blockMs: MS_PER_MIN,
    mostBlocks: 16,
    fewestBlocks: 6,
    fewestMajors: 3,
    needsFreshMajor: false,
    zAbove: 2.58,
    ttlBelowMs: 30 * MS_PER_MIN,
    slope: 'median',
  },
  long: {
    blockMs: 5 * MS_PER_MIN,
    mostBlocks: 100,
    // With fewer, even values in perfect order do not reach a z of 3.3.
    fewestBlocks: 8,
    fewestMajors: 0,
    needsFreshMajor: false,
    zAbove: 3.3,
    ttlBelowMs: 480 * MS_PER_MIN,
    slope: 'lower-bound',
  },
};

/** Farther ahead than this many times the time looked back on, a straight line is a guess. */
const LOOK_AHEAD = 2;
/** One block alone may have been caught between two collections. */
const LEVEL_BLOCKS = 3;

/** What is known of the major collections behind a series; undefined where they do not matter. */
export interface Majors {
  readonly count: number;
  readonly intervalMs: number;
  /** Infinity before the first. */
  readonly sinceLastMs: number;
}

/** A block that spans two collections has seen at least one, so its minimum is a level and not a tooth. */
export function blockMsOf(rule: WindowRule, majors: Majors | undefined): number {
  if (!majors || rule.fewestMajors === 0 || majors.count < rule.fewestMajors) return rule.blockMs;
  return Math.max(rule.blockMs, Math.ceil((2 * majors.intervalMs) / BUCKET_MS) * BUCKET_MS);
}

export interface WindowFinding {
  readonly slopeMBmin: number | null;
  readonly ttlMin: number | null;
  readonly z: number | null;
  readonly baseBytes: number | null;
  /** All conditions of the window hold now. */
  readonly suspicious: boolean;
  readonly missing: string | null;
}

const lacking = (missing: string): WindowFinding => ({
  slopeMBmin: null,
  ttlMin: null,
  z: null,
  baseBytes: null,
  suspicious: false,
  missing,
});

export interface WindowInput {
  readonly blocks: Blocks;
  readonly blockMs: number;
  readonly limitBytes: number;
  readonly majors: Majors | undefined;
  /** Monotonic, as the times of the blocks. */
  readonly nowMs: number;
}

export function judgeWindow(
  rule: WindowRule,
  { blocks, blockMs, limitBytes, majors, nowMs }: WindowInput,
): WindowFinding {
  if (majors && majors.count < rule.fewestMajors)
    return lacking(`${rule.fewestMajors} major collections, has ${majors.count}`);
  if (majors && rule.needsFreshMajor && majors.sinceLastMs > rule.mostBlocks * blockMs)
    return lacking(`a major collection in the last ${(rule.mostBlocks * blockMs) / MS_PER_MIN} min`);
  const seen = blocks.values.filter((value) => !Number.isNaN(value));
  const times = blocks.timesMs.filter((timeMs) => !Number.isNaN(timeMs));
  const slope = seen.length < rule.fewestBlocks ? undefined : slopeOf(blocks.values, blocks.timesMs);
  if (!slope)
    return lacking(`${rule.fewestBlocks} blocks of ${blockMs / MS_PER_MIN} min, has ${seen.length}`);
  const significant = slope.z > rule.zAbove;
  const finest = slopeOfSettled(blocks) ?? slope;
  const bytesPerMs = rule.slope === 'lower-bound' && significant ? finest.lowerPerMs() : finest.perMs;
  const levelBytes = median(seen.slice(-LEVEL_BLOCKS));
  // It has grown since: of a leak that kills in five minutes, the blocks' age is one.
  const ageMs = nowMs - median(times.slice(-LEVEL_BLOCKS));
  const ttlMs = bytesPerMs > 0 ? Math.max(0, (limitBytes - levelBytes) / bytesPerMs - ageMs) : Infinity;
  const horizonMs = Math.min(rule.ttlBelowMs, LOOK_AHEAD * blocks.values.length * blockMs);
  return {
    slopeMBmin: bytesToMegabytes(bytesPerMs) * MS_PER_MIN,
    ttlMin: Number.isFinite(ttlMs) ? ttlMs / MS_PER_MIN : null,
    z: slope.z,
    baseBytes: median(seen.slice(0, Math.ceil(seen.length / 3))),
    suspicious: significant && ttlMs < horizonMs,
    missing: null,
  };
}

/**
 * A block without a collection has garbage in its minimum, how much is chance: where at least half of the blocks are
 * free of it, they alone tell the slope. @returns undefined where they are too few, or all
 */
function slopeOfSettled({ values, timesMs, settled }: Blocks): Slope | undefined {
  const count = settled.reduce((sum, one) => sum + one, 0);
  if (2 * count < settled.length || count === settled.length) return undefined;
  return slopeOf(
    values.map((value, block) => (settled[block] === 1 ? value : NaN)),
    timesMs,
  );
}
