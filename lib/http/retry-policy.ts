/** Whether a failed request is made again, and after how long: pure. */
import type { Failure } from './failure';
import type { Method } from './request';

export interface RetryLimits {
  readonly retries: number;
  /** Before the first retry; doubles with each. */
  readonly retryDelayMs: number;
}

/** Repeating them does no harm; a PUT of this API creates something new each time. */
const REPEATABLE: ReadonlySet<Method> = new Set(['GET', 'HEAD', 'DELETE']);

/** Each delay is drawn from this share of the full one up to the full one. */
const SHORTEST_SHARE = 0.75;

/** A server that asks for more is told to the user instead: a message must not be held for minutes. */
export const MAX_RETRY_AFTER_MS = 30_000;

/**
 * @param attempt how many were made
 * @param retryAfterMs the least wait that the server asks for
 * @param random from 0 to 1
 * @returns the wait before the next attempt, or undefined to give up
 */
export function retryDelayMs(
  method: Method,
  failure: Failure,
  attempt: number,
  limits: RetryLimits,
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  if (attempt > limits.retries || !failure.passes) return undefined;
  if (failure.outcome !== 'notSent' && !REPEATABLE.has(method)) return undefined;
  if (retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS) return undefined;
  const wholeMs = limits.retryDelayMs * 2 ** (attempt - 1);
  // Spread, lest many requests that failed together come back together.
  const ownMs = wholeMs * (SHORTEST_SHARE + (1 - SHORTEST_SHARE) * random);
  return Math.max(ownMs, retryAfterMs ?? 0);
}

/** @returns what a Retry-After header asks for: seconds or an HTTP date; undefined for none, or nonsense */
export function retryAfterMs(header: unknown, wallMs: number): number | undefined {
  const text = Array.isArray(header) ? String(header[0]) : header;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}
