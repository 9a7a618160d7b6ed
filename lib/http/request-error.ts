/** A request that failed: why, and whether the server may have carried it out. */
import { SensrError, type ErrorCode } from '../errors';
import type { HttpHeaders } from './request';

/**
 * `notSent`: it certainly never reached the server. `refused`: the server said that it did not do it (4xx). `unknown`:
 * it may have been carried out: a timeout, a break after sending, a 5xx, an answer that cannot be read.
 */
export type Outcome = 'notSent' | 'refused' | 'unknown';

export interface RequestFacts {
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly durationMs: number;
  /** Of an HTTP error answer, as are headers and the start of the body. */
  readonly statusCode?: number;
  readonly headers?: HttpHeaders;
  readonly body?: string;
}

export class RequestError extends SensrError implements RequestFacts {
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly durationMs: number;
  declare readonly statusCode?: number;
  declare readonly headers?: HttpHeaders;
  declare readonly body?: string;

  constructor(code: ErrorCode, message: string, facts: RequestFacts, cause?: unknown) {
    super(code, message, cause);
    const { outcome, attempts, durationMs, ...answer } = facts;
    this.outcome = outcome;
    this.attempts = attempts;
    this.durationMs = durationMs;
    Object.assign(this, answer);
  }
}
