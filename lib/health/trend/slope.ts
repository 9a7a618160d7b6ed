/** Theil-Sen slope and Mann-Kendall test of a series: neither cares much about a few wild values. */

export interface Slope {
  /** Median of the slopes between all pairs. */
  readonly perMs: number;
  /** Lower end of its 99 % confidence interval, worked out when asked for. */
  readonly lowerPerMs: () => number;
  /** Mann-Kendall z: positive where later values tend to be larger. */
  readonly z: number;
}

/** Two-sided 99 %: a long extrapolation should stand on a slope that is very likely exceeded. */
const BOUND_Z = 2.576;

/**
 * @param values NaN where nothing was seen
 * @param timesMs of each value, rising
 * @returns undefined with fewer than two values
 */
export function slopeOf(values: Float64Array, timesMs: Float64Array): Slope | undefined {
  const slopes = new Float64Array((values.length * (values.length - 1)) / 2);
  let filled = 0;
  let score = 0;
  for (let later = 1; later < values.length; later += 1) {
    const laterValue = values[later] ?? NaN;
    const laterMs = timesMs[later] ?? NaN;
    for (let earlier = 0; earlier < later; earlier += 1) {
      const rise = laterValue - (values[earlier] ?? NaN);
      if (Number.isNaN(rise)) continue;
      score += Math.sign(rise);
      slopes[filled++] = rise / (laterMs - (timesMs[earlier] ?? NaN));
    }
  }
  if (filled === 0) return undefined;
  const seen = slopes.subarray(0, filled);
  const deviation = Math.sqrt(scoreVariance(values.filter((value) => !Number.isNaN(value))));
  return {
    perMs: median(seen),
    lowerPerMs: () => {
      const rank = Math.floor((filled - BOUND_Z * deviation) / 2);
      return rank < 0 ? -Infinity : select(seen, rank);
    },
    // One less than the score: it is a whole number, the normal distribution is not.
    z: deviation === 0 ? 0 : (score - Math.sign(score)) / deviation,
  };
}

/** Reorders `values`. @returns NaN of nothing. */
export function median(values: Float64Array): number {
  const { length } = values;
  if (length === 0) return NaN;
  const upper = select(values, length >> 1);
  if (length % 2 === 1) return upper;
  let lower = -Infinity;
  for (let index = 0; index < length >> 1; index += 1) lower = Math.max(lower, values[index] ?? lower);
  return (lower + upper) / 2;
}

/** Variance of the Mann-Kendall score without a trend; equal values make it smaller. @param values is sorted here */
function scoreVariance(values: Float64Array): number {
  const term = (size: number): number => size * (size - 1) * (2 * size + 5);
  values.sort();
  let sum = term(values.length);
  let equal = 1;
  for (let index = 1; index <= values.length; index += 1) {
    if (index < values.length && values[index] === values[index - 1]) equal += 1;
    else {
      sum -= term(equal);
      equal = 1;
    }
  }
  return sum / 18;
}

/** Quickselect: the value of rank `rank` (0 = least); smaller ones end up before it. Sorting thousands costs ten times. */
function select(values: Float64Array, rank: number): number {
  const at = (index: number): number => values[index] ?? NaN;
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = at((left + right) >> 1);
    let low = left;
    let high = right;
    while (low <= high) {
      while (at(low) < pivot) low += 1;
      while (at(high) > pivot) high -= 1;
      if (low > high) break;
      const kept = at(low);
      values[low++] = at(high);
      values[high--] = kept;
    }
    if (rank <= high) right = high;
    else if (rank >= low) left = low;
    else break;
  }
  return at(rank);
}
