/** The words a request is rejected with: what failed, how often it was tried, and whether it may have been carried out. */
import { SensrError } from '../errors';
import { msToSeconds } from '../units';
import type { Failure } from './failure';
import type { HttpRequest, Method } from './request';
import { RequestError, type Outcome, type RequestFacts } from './request-error';

type Facts = Pick<RequestFacts, 'attempts' | 'durationMs'>;

/** They change nothing, so nobody needs to know whether they were carried out. */
const READS: ReadonlySet<Method> = new Set(['GET', 'HEAD']);

export const closedError = (url: string): SensrError =>
  new SensrError('SENSR_CLOSED', `The request to ${url} was given up: the node was closed or deployed anew`);

/**
 * @param maybeDone an earlier attempt may have been carried out
 * @param askedMs the wait that the server asks for
 */
export function failedError(
  request: HttpRequest,
  failure: Failure,
  maybeDone: boolean,
  askedMs: number | undefined,
  facts: Facts,
): RequestError {
  const { code, message, cause, statusCode, headers, body } = failure;
  const outcome = maybeDone ? 'unknown' : failure.outcome;
  const tried = facts.attempts > 1 ? ` (tried ${facts.attempts} times)` : '';
  const wait = askedMs === undefined ? '' : `. Try again in ${Math.ceil(msToSeconds(askedMs))} s, it says`;
  const doubt = maybeDone && failure.outcome === 'refused' ? EARLIER_DOUBT : doubtOf(request.method, outcome);
  return new RequestError(
    code,
    `${message}${tried}${wait}${READS.has(request.method) ? '' : doubt}`,
    {
      outcome,
      ...facts,
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    },
    cause,
  );
}

/** @param signal aborted with a SensrError */
export function abortedError(
  { method }: HttpRequest,
  signal: AbortSignal,
  maybeDone: boolean,
  facts: Facts,
): RequestError {
  const reason = signal.reason as SensrError;
  const outcome = maybeDone ? 'unknown' : 'notSent';
  const { code, message, cause } = reason;
  return new RequestError(code, `${message}${doubtOf(method, outcome)}`, { outcome, ...facts }, cause);
}

/** A DELETE that is told "no such thing" may have deleted it in the attempt before. */
const EARLIER_DOUBT = '. An earlier attempt may have carried it out: it is not known whether SENSR did';

const doubtOf = (method: Method, outcome: Outcome): string =>
  outcome === 'unknown' && !READS.has(method) ? '. It is not known whether SENSR carried it out' : '';
