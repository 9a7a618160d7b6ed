/** How long to wait before an attempt: doubling, capped, jittered downwards so that many clients do not come back at once. */

export interface BackoffLimits {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** Each delay is drawn from this share of the full one up to the full one. */
const SHORTEST_SHARE = 0.75;
/** 2^30 doublings are past every cap; more would overflow to Infinity × 0. */
const MAX_DOUBLINGS = 30;

/** @param attempt 1 for the first wait. @param random from 0 to 1. */
export function backoffMs(attempt: number, limits: BackoffLimits, random: number): number {
  const fullMs = fullBackoffMs(attempt, limits);
  return fullMs * (SHORTEST_SHARE + (1 - SHORTEST_SHARE) * random);
}

/** The delay before jitter. */
export function fullBackoffMs(attempt: number, { initialMs, maxMs }: BackoffLimits): number {
  return Math.min(maxMs, initialMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));
}
