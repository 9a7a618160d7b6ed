/** From what became of an attempt to code, text and outcome: pure. */
import {
  isTlsRecord,
  needsTls,
  networkFailure,
  proxyName,
  refusedClient,
  tlsFailure,
  type Where,
} from '../connect-failure';
import { codeOf, messageOf, type ErrorCode } from '../errors';
import { bytesToMegabytes, msToSeconds } from '../units';
import type { AttemptResult } from './attempt';
import type { HttpHeaders, HttpRequest } from './request';
import type { Outcome } from './request-error';
import { shownText } from './shown-text';

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

const HTTP_OK = 200;
const HTTP_REDIRECT = 300;
const HTTP_SERVER_ERROR = 500;
/** As `body` of the error: in characters, each at least a byte. */
const KEPT_BODY_CHARS = 65_536;

/** The statuses that another attempt may turn into an answer. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: 'user name, password or token are missing or wrong',
  403: 'this user may not do that',
  404: 'is it there, and is the API version right?',
};

/** @returns undefined for an answer that is one */
export function failureOf(result: Failed | Answered, context: FailureContext): Failure | undefined {
  switch (result.kind) {
    case 'answer':
      return isSuccess(result.statusCode) ? undefined : httpFailure(result, context);
    case 'error':
      return errorFailure(result, context);
    case 'connectTimeout':
      return connectTimeout(context);
    case 'setup':
      return setupFailure(result.error, context);
    default:
      return brokenOff(result, context);
  }
}

const isSuccess = (status: number): boolean => status >= HTTP_OK && status < HTTP_REDIRECT;

const target = ({ request, url }: FailureContext): string => `${url}${request.path}`;
const asked = (context: FailureContext): string => `${context.request.method} ${target(context)}`;

function httpFailure({ statusCode, statusText, headers, text }: Answered, context: FailureContext): Failure {
  const said = shownText(text, headers['content-type']);
  const status = `${statusCode} ${statusText}`.trimEnd();
  const { location } = headers;
  const hint =
    statusCode < 400 && location !== undefined
      ? `it leads to ${withoutCredentials(String(location))}, which is not followed`
      : STATUS_HINTS[statusCode];
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

const withoutCredentials = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');

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
      return badResponse(
        `${asked(context)}: expected an answer of at most ${megabytes(context.maxBodyBytes)} MB, got a larger one`,
      );
    case 'encoded':
      return badResponse(
        `${asked(context)}: expected an answer that is not compressed, got '${result.encoding}': a proxy may compress it`,
      );
  }
}

const badResponse = (message: string, cause?: unknown): Failure => ({
  code: 'SENSR_BAD_RESPONSE',
  message,
  outcome: 'unknown',
  passes: false,
  ...(cause === undefined ? {} : { cause }),
});

/** Rounded: a limit in whole bytes must not read 0.09999942779541016. */
const megabytes = (bytes: number): number => Number(bytesToMegabytes(bytes).toFixed(3));

/** Only what a proxy address can do wrong gets here. */
function setupFailure(error: unknown, context: FailureContext): Failure {
  return {
    code: 'SENSR_BAD_CONFIG',
    message: `${target(context)}: ${messageOf(error)}`,
    outcome: 'notSent',
    passes: false,
  };
}

function errorFailure(
  { error: thrown, sent, answered, isProven = false }: Extract<Failed, { kind: 'error' }>,
  context: FailureContext,
): Failure {
  const error = tellingOne(thrown);
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  const where = { ...context, url: target(context) };
  const outcome = sent ? 'unknown' : 'notSent';
  const proxy = sent ? undefined : /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxy !== undefined) return proxyFailure(Number(proxy), error, context);
  if (!sent && code === 'UND_ERR_INVALID_ARG') return badRequest(error, context);
  if (answered && (BROKEN_CODES.has(code) || isCutOff(error)))
    return {
      code: 'SENSR_UNREACHABLE',
      message: `${asked(context)}: the connection broke in the middle of the answer`,
      outcome,
      passes: true,
      cause: error,
    };
  if (
    isParserError(error) ||
    NOT_HTTP_CODES.has(code) ||
    (code === 'UND_ERR_SOCKET' && message.startsWith('bad '))
  )
    return context.url.startsWith('http:') && isTlsRecord(firstByte(error))
      ? { ...fromTable(needsTls(where.url)), outcome: 'notSent', cause: error }
      : badResponse(
          `${asked(context)}: expected an HTTP answer, got something else (${message}): check the port`,
          error,
        );
  const tls = tlsFailure(error, where);
  // With TLS 1.3 the server checks the client's certificate when the client thinks that all is well.
  if (tls) return { ...fromTable(tls), outcome: refusedClient(error) ? 'notSent' : outcome, cause: error };
  return {
    ...fromTable(networkFailure(asReset(error), sent && (answered || isProven), where)),
    outcome,
    cause: error,
  };
}

const NOT_HTTP_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  // Before the head has ended: two lengths.
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
/** By its name: in some editions of undici its code is missing. */
const isParserError = (error: unknown): boolean => error instanceof Error && error.name === 'HTTPParserError';
/** The connection ended between or inside chunks. */
const isCutOff = (error: unknown): boolean => isParserError(error) && /EOF/.test(messageOf(error));
const BROKEN_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'EPIPE',
]);

const fromTable = ({
  code,
  message,
  needsPerson,
}: ReturnType<typeof networkFailure>): Pick<Failure, 'code' | 'message' | 'passes'> => ({
  code,
  message,
  passes: !needsPerson,
});

function connectTimeout(context: FailureContext): Failure {
  const proxy = proxyName(context);
  const through = proxy === undefined ? '' : `, through ${proxy}`;
  return {
    code: 'SENSR_TIMEOUT',
    message: `${target(context)} did not answer within ${msToSeconds(context.connectTimeoutMs)} s${through}: no connection`,
    outcome: 'notSent',
    passes: true,
  };
}

/** A character in path, header or method that HTTP does not allow. */
const badRequest = (cause: unknown, context: FailureContext): Failure => ({
  code: 'SENSR_BAD_REQUEST',
  message: `${asked(context)} cannot be sent: ${messageOf(cause)}`,
  outcome: 'notSent',
  passes: false,
  cause,
});

function proxyFailure(status: number, cause: unknown, context: FailureContext): Failure {
  const hint = status === 407 ? ': its user name or password are missing or wrong' : '';
  return {
    code: `SENSR_HTTP_${status}`,
    message: `${target(context)}: ${proxyName(context) ?? 'the proxy'} answered HTTP ${status}${hint}`,
    outcome: 'notSent',
    passes: PASSING_STATUSES.has(status),
    statusCode: status,
    cause,
  };
}

/** Of a host with several addresses: that one answered "nobody listens" says more than that another has no route. */
function tellingOne(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors: readonly unknown[] = error.errors;
  return errors.find((one) => codeOf(one) === 'ECONNREFUSED') ?? errors[0] ?? error;
}

/** undici says "other side closed" of what Node.js calls a reset. */
function asReset(error: unknown): unknown {
  if (codeOf(error) !== 'UND_ERR_SOCKET') return error;
  return Object.assign(new Error(messageOf(error), { cause: error }), { code: 'ECONNRESET' });
}

/** undici hands out what its parser could not read, as text. */
function firstByte(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const { data } = error;
  return typeof data === 'string' && data !== '' ? data.charCodeAt(0) : undefined;
}
