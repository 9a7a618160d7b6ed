/** Why a connection ended or could not be made: from what Node.js and ws report to a code, a text and who can help. */
import {
  isTlsRecord,
  needsTls,
  networkFailure,
  proxyName,
  tlsFailure,
  type ConnectFailure,
} from '../connect-failure';
import { SensrError, codeOf, messageOf, type ErrorCode } from '../errors';
import { bytesToMegabytes, msToSeconds } from '../units';
import type { CloseReason, SocketOptions } from '../thread/protocol';

/** All ways a connection can end, as they are noticed. */
export type Ending =
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'error'; readonly error: unknown; readonly opened: boolean }
  | { readonly kind: 'http'; readonly status: number; readonly statusText: string }
  | { readonly kind: 'connectTimeout' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'requested' };

type Where = Pick<SocketOptions, 'url' | 'proxyUrl' | 'connectTimeoutMs' | 'pongTimeoutMs' | 'maxFrameBytes'>;

const HTTP_OK = 200;
const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;
const HTTP_NOT_FOUND = 404;
const HTTP_PROXY_AUTHENTICATION = 407;
const HTTP_SERVER_ERROR = 500;

/** @returns the reason that status, log and Catch show. */
export function closeReason(ending: Ending, where: Where): CloseReason {
  switch (ending.kind) {
    case 'closed':
      return closedByServer(ending.code, ending.reason, where);
    case 'error':
      return fromError(ending.error, ending.opened, where);
    case 'http':
      return fromHttp(ending.status, ending.statusText, where);
    case 'connectTimeout':
      return make(
        'SENSR_TIMEOUT',
        'timeout',
        `${where.url} did not answer within ${msToSeconds(where.connectTimeoutMs)} s`,
      );
    case 'silent':
      return make(
        'SENSR_SILENT',
        'silent',
        `${where.url} went silent: not one byte for ${msToSeconds(where.pongTimeoutMs)} s after a ping`,
      );
    case 'requested':
      return make('SENSR_CLOSED', 'closed', `The connection to ${where.url} was closed by request`);
  }
}

function make(
  code: ErrorCode,
  textKey: string,
  message: string,
  extra: { readonly cause?: unknown; readonly needsPerson?: boolean } = {},
): CloseReason {
  const base = { code, textKey, message, needsPerson: extra.needsPerson ?? false };
  if (!(extra.cause instanceof Error)) return base;
  const causeCode = codeOf(extra.cause);
  const cause = { message: extra.cause.message, ...(causeCode === undefined ? {} : { code: causeCode }) };
  return { ...base, cause };
}

function closedByServer(code: number, reason: string, { url }: Where): CloseReason {
  // The reason text is SENSR's: its send queue for this client is full, since link or client are too slow.
  if (code === 1011 && reason.includes('Writing buffer is full'))
    return make(
      'SENSR_TOO_SLOW',
      'tooSlow',
      `${url} closed the connection: its send buffer for this client was full`,
    );
  if (code === 1001 && reason === 'timeout')
    return make(
      'SENSR_CLOSED_BY_SERVER',
      'closedByServer',
      `${url} closed the connection: it found this client unresponsive`,
    );
  // 1006 is never sent: the connection ended without the closing handshake.
  if (code === 1006) return make('SENSR_UNREACHABLE', 'lost', `${url} ended the connection without a word`);
  const text = reason === '' ? '' : ` '${reason}'`;
  return make('SENSR_CLOSED_BY_SERVER', 'closedByServer', `${url} closed the connection (${code}${text})`);
}

function fromHttp(status: number, statusText: string, where: Where): CloseReason {
  const { url } = where;
  const proxy = proxyName(where);
  const needsPerson = status < HTTP_SERVER_ERROR;
  if (proxy !== undefined && status === HTTP_PROXY_AUTHENTICATION)
    return make(
      `SENSR_HTTP_${status}`,
      'http',
      `${url}: ${proxy} answered HTTP ${status}: its user name or password are missing or wrong`,
      { needsPerson },
    );
  if (status >= HTTP_OK && status < 300)
    return make(
      'SENSR_NOT_WEBSOCKET',
      'notWebSocket',
      `${url} is a web server, not SENSR's stream: check the port`,
      { needsPerson },
    );
  const hints: Readonly<Record<number, string>> = {
    [HTTP_UNAUTHORIZED]: ': user name, password or token are missing or wrong',
    [HTTP_FORBIDDEN]: ': this user may not use the stream',
    [HTTP_NOT_FOUND]: ": is this SENSR's port?",
  };
  const who = proxy === undefined ? url : `${url}, or ${proxy} before it,`;
  const message = `${who} answered HTTP ${status} ${statusText}`.trimEnd() + (hints[status] ?? '');
  return make(`SENSR_HTTP_${status}`, 'http', message, { needsPerson });
}

function fromError(error: unknown, opened: boolean, where: Where): CloseReason {
  const { url } = where;
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  // Ours, before anything was tried.
  if (error instanceof SensrError)
    return make(error.code, 'badConfig', `${url}: ${message}`, { needsPerson: true });
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return make(
      'SENSR_FRAME_TOO_LARGE',
      'frameTooLarge',
      `${url} sent a frame of more than ${megabytesAsSet(where.maxFrameBytes)} MB, the limit set in maxFrameMB`,
      { cause: error, needsPerson: true },
    );
  if (code.startsWith('WS_ERR_'))
    return make('SENSR_PROTOCOL', 'protocol', `${url} broke the WebSocket protocol: ${message}`, {
      cause: error,
    });
  return (
    reason(error, tlsFailure(error, where)) ??
    fromParser(error, code, message, opened, where) ??
    reason(error, networkFailure(error, opened, where))
  );
}

/** The limit was rounded to whole bytes: 0.1 MB must not read 0.09999942779541016. */
const megabytesAsSet = (bytes: number): number => Number(bytesToMegabytes(bytes).toFixed(3));

function reason(error: unknown, failure: ConnectFailure): CloseReason;
function reason(error: unknown, failure: ConnectFailure | undefined): CloseReason | undefined;
function reason(error: unknown, failure: ConnectFailure | undefined): CloseReason | undefined {
  if (!failure) return undefined;
  const { code, textKey, message, needsPerson } = failure;
  return make(code, textKey, message, { cause: error, needsPerson });
}

/** What answers is not the HTTP upgrade that was asked for. */
function fromParser(
  error: unknown,
  code: string,
  message: string,
  opened: boolean,
  { url }: Where,
): CloseReason | undefined {
  if (opened) return undefined;
  const extra = { cause: error, needsPerson: true };
  if (url.startsWith('ws:') && isTlsRecord(firstByte(error))) return reason(error, needsTls(url));
  if (
    code.startsWith('HPE_') ||
    /^Invalid (Sec-WebSocket-Accept|Upgrade)|^Server sent|redirect/i.test(message)
  )
    return make('SENSR_NOT_WEBSOCKET', 'notWebSocket', `${url} does not speak WebSocket: ${message}`, extra);
  return undefined;
}

/** Node.js' HTTP parser hands out what it could not read. */
function firstByte(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('rawPacket' in error)) return undefined;
  const { rawPacket } = error;
  return rawPacket instanceof Uint8Array ? rawPacket[0] : undefined;
}
