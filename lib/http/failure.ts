/** From what became of an attempt to code, text and outcome: pure. */
import { isTlsRecord, needsTls, networkFailure, proxyName, tlsFailure, type Where } from '../connect-failure';
import { codeOf, messageOf, type ErrorCode } from '../errors';
import { bytesToMegabytes, msToSeconds } from '../units';
import type { AttemptResult } from './attempt';
import type { HttpHeaders, HttpRequest } from './request';
import type { Outcome } from './request-error';

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly outcome: Outcome;
  /** Whether another attempt may end better, if the method allows one. */
  readonly passes: boolean;
  readonly cause?: unknown;
  readonly statusCode?: number;
  readonly headers?: HttpHeaders;
  readonly body?: string;
}

export interface FailureContext extends Where {
  readonly request: Pick<HttpRequest, 'method' | 'path'>;
  readonly deadlineMs: number;
  readonly connectTimeoutMs: number;
  readonly maxBodyBytes: number;
}

type Failed = Exclude<AttemptResult, { kind: 'answer' | 'aborted' }>;
type Answered = Extract<AttemptResult, { kind: 'answer' }>;

const HTTP_SERVER_ERROR = 500;
/** Enough to see what a proxy or a server wanted to say. */
const KEPT_BODY_CHARS = 65_536;
const SHOWN_BODY_CHARS = 200;

/** The statuses that another attempt may turn into an answer. */
const PASSING_STATUSES = new Set([429, 500, 502, 503, 504]);

const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: 'user name, password or token are missing or wrong',
  403: 'this user may not do that',
  404: 'is it there, and is the API version right?',
  407: 'the proxy wants a user name and password',
};

/** @returns undefined for an answer that is one */
export function failureOf(result: Failed | Answered, context: FailureContext): Failure | undefined {
  if (result.kind === 'answer')
    return result.statusCode >= 200 && result.statusCode < 300 ? undefined : httpFailure(result, context);
  return result.kind === 'error' ? errorFailure(result, context) : brokenOff(result, context);
}

function httpFailure({ statusCode, statusText, headers, text }: Answered, context: FailureContext): Failure {
  const said = shownText(text);
  const hint = STATUS_HINTS[statusCode];
  const status = `${statusCode} ${statusText}`.trimEnd();
  const words = [hint, said === '' ? undefined : `it says '${said}'`].filter((part) => part !== undefined);
  return {
    code: `SENSR_HTTP_${statusCode}`,
    message: `${asked(context)} was answered with HTTP ${status}${words.length > 0 ? `: ${words.join('; ')}` : ''}`,
    outcome: statusCode >= HTTP_SERVER_ERROR ? 'unknown' : 'refused',
    passes: PASSING_STATUSES.has(statusCode),
    statusCode,
    headers,
    body: text.slice(0, KEPT_BODY_CHARS),
  };
}

/** Of a page the title says most; what is left of tags is white space. */
function shownText(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body.slice(0, KEPT_BODY_CHARS))?.[1];
  const text = (title ?? body.slice(0, KEPT_BODY_CHARS).replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return text.length > SHOWN_BODY_CHARS ? `${text.slice(0, SHOWN_BODY_CHARS)}…` : text;
}

const asked = ({ request, url }: FailureContext): string => `${request.method} ${url}${request.path}`;

function brokenOff(
  result: Extract<Failed, { kind: 'timeout' | 'tooLarge' | 'encoded' }>,
  context: FailureContext,
): Failure {
  switch (result.kind) {
    case 'timeout':
      return {
        code: 'SENSR_TIMEOUT',
        message: `${asked(context)} was not ${result.answered ? 'answered in full' : 'answered'} within ${msToSeconds(context.deadlineMs)} s`,
        outcome: 'unknown',
        passes: true,
      };
    case 'tooLarge':
      return {
        code: 'SENSR_BAD_RESPONSE',
        message: `${asked(context)}: expected an answer of at most ${megabytes(context.maxBodyBytes)} MB, got a larger one`,
        outcome: 'unknown',
        passes: false,
      };
    case 'encoded':
      return {
        code: 'SENSR_BAD_RESPONSE',
        message: `${asked(context)}: expected an answer that is not compressed, got '${result.encoding}'`,
        outcome: 'unknown',
        passes: false,
      };
  }
}

const megabytes = (bytes: number): number => Number(bytesToMegabytes(bytes).toFixed(3));

function errorFailure(
  { error: thrown, sent, answered }: Extract<Failed, { kind: 'error' }>,
  context: FailureContext,
): Failure {
  const error = plainError(thrown);
  const code = codeOf(error) ?? '';
  const outcome = sent ? 'unknown' : 'notSent';
  const proxy = /^Proxy response \((\d+)\)/.exec(messageOf(error))?.[1];
  if (proxy !== undefined) return proxyFailure(Number(proxy), error, context);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return {
      code: 'SENSR_TIMEOUT',
      message: `${context.url} did not answer within ${msToSeconds(context.connectTimeoutMs)} s`,
      outcome: 'notSent',
      passes: true,
      cause: error,
    };
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || (answered && code === 'UND_ERR_SOCKET'))
    return {
      code: 'SENSR_UNREACHABLE',
      message: `${asked(context)}: the connection broke in the middle of the answer`,
      outcome,
      passes: true,
      cause: error,
    };
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW')
    return isTlsRecord(firstByte(error)) && context.url.startsWith('http:')
      ? { ...needsTls(context.url), outcome: 'notSent', passes: false, cause: error }
      : {
          code: 'SENSR_BAD_RESPONSE',
          message: `${asked(context)}: expected an HTTP answer, got something else (${messageOf(error)}): check the port`,
          outcome,
          passes: false,
          cause: error,
        };
  const tls = tlsFailure(error, context);
  if (tls) return { code: tls.code, message: tls.message, outcome: 'notSent', passes: false, cause: error };
  const { code: network, message, needsPerson } = networkFailure(error, sent && answered, context);
  return { code: network, message, outcome, passes: !needsPerson, cause: error };
}

function proxyFailure(status: number, cause: unknown, context: FailureContext): Failure {
  const hint = status === 407 ? ': its user name or password are missing or wrong' : '';
  return {
    code: `SENSR_HTTP_${status}`,
    message: `${context.url}: ${proxyName(context) ?? 'the proxy'} answered HTTP ${status}${hint}`,
    outcome: 'notSent',
    passes: PASSING_STATUSES.has(status),
    statusCode: status,
    cause,
  };
}

/** undici says "other side closed" of what Node.js calls a reset; several tried addresses come as one bundle. */
function plainError(error: unknown): unknown {
  if (error instanceof AggregateError && codeOf(error) === undefined) {
    const errors: readonly unknown[] = error.errors;
    return errors[0] ?? error;
  }
  if (codeOf(error) !== 'UND_ERR_SOCKET') return error;
  return Object.assign(new Error(messageOf(error), { cause: error }), { code: 'ECONNRESET' });
}

/** undici hands out what its parser could not read, as text. */
function firstByte(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const { data } = error;
  return typeof data === 'string' && data !== '' ? data.charCodeAt(0) : undefined;
}
