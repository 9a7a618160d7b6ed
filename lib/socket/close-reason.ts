/** Why a connection ended or could not be made: from what Node.js and ws report to a code, a text and who can help. */
import { codeOf, messageOf, type ErrorCode } from '../errors';
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

const TLS_ALERT_RECORD = 0x15;
const TLS_HANDSHAKE_RECORD = 0x16;
const HTTP_OK = 200;
const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;
const HTTP_NOT_FOUND = 404;
const HTTP_PROXY_AUTHENTICATION = 407;
const HTTP_SERVER_ERROR = 500;

/** What ws calls a failed certificate check comes from OpenSSL, with many codes; these are the ones with better words. */
const CERTIFICATE_TEXTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet; check the clocks',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the certificate is self-signed and not trusted; add it as CA in the TLS configuration',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the certificate authority is not trusted; add it as CA in the TLS configuration',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate authority is unknown; add it as CA in the TLS configuration',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate authority is unknown; add it as CA in the TLS configuration',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate authority is unknown; add it as CA in the TLS configuration',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate is for another name; use that name as host, or untick the check of the server name',
};

const NETWORK_TEXTS: Readonly<Record<string, readonly [textKey: string, text: string]>> = {
  ECONNREFUSED: ['refused', 'refused the connection: is SENSR running, and is the port right?'],
  ECONNRESET: ['lost', 'broke the connection (reset)'],
  EPIPE: ['lost', 'broke the connection (broken pipe)'],
  ENOTFOUND: ['hostNotFound', 'is not a known host name'],
  EAI_AGAIN: ['hostNotFound', 'could not be looked up: the name server does not answer'],
  EHOSTUNREACH: ['unreachable', 'cannot be reached: no route to the host'],
  ENETUNREACH: ['unreachable', 'cannot be reached: no network'],
  ETIMEDOUT: ['timeout', 'did not answer'],
};

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

/** The proxy's address without its credentials. */
const proxyOf = ({ proxyUrl }: Where): string | undefined =>
  proxyUrl === undefined
    ? undefined
    : URL.canParse(proxyUrl)
      ? `the proxy ${new URL(proxyUrl).host}`
      : 'the proxy';

function fromHttp(status: number, statusText: string, where: Where): CloseReason {
  const { url } = where;
  const proxy = proxyOf(where);
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
    fromTls(error, code, message, where) ??
    fromParser(error, code, message, opened, where) ??
    fromNetwork(error, code, message, opened, where)
  );
}

/** The limit was rounded to whole bytes: 0.1 MB must not read 0.09999942779541016. */
const megabytesAsSet = (bytes: number): number => Number(bytesToMegabytes(bytes).toFixed(3));

function fromTls(error: unknown, code: string, message: string, { url }: Where): CloseReason | undefined {
  const extra = { cause: error, needsPerson: true };
  const certificate = CERTIFICATE_TEXTS[code];
  if (certificate !== undefined) return make('SENSR_TLS', 'tls', `${url}: ${certificate}`, extra);
  if (/wrong version number|packet length too long/i.test(message))
    return make(
      'SENSR_TLS',
      'tls',
      `${url}: no TLS on that port; remove the TLS configuration or change the port`,
      extra,
    );
  if (
    code.startsWith('ERR_SSL_') ||
    code.startsWith('ERR_OSSL_') ||
    code.startsWith('ERR_TLS_') ||
    code === 'EPROTO' ||
    // The last two: what OpenSSL says, without a code, of a PKCS#12 container or its passphrase.
    /certificate|not enough data|mac verify failure/i.test(message)
  )
    return make('SENSR_TLS', 'tls', `${url}: the secure connection failed: ${message}`, extra);
  return undefined;
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
  const first = firstByte(error);
  const extra = { cause: error, needsPerson: true };
  if (url.startsWith('ws:') && (first === TLS_ALERT_RECORD || first === TLS_HANDSHAKE_RECORD))
    return make('SENSR_TLS', 'tls', `${url} expects a secure connection: choose a TLS configuration`, extra);
  if (
    code.startsWith('HPE_') ||
    /^Invalid (Sec-WebSocket-Accept|Upgrade)|^Server sent|redirect/i.test(message)
  )
    return make('SENSR_NOT_WEBSOCKET', 'notWebSocket', `${url} does not speak WebSocket: ${message}`, extra);
  return undefined;
}

function fromNetwork(
  error: unknown,
  code: string,
  message: string,
  opened: boolean,
  where: Where,
): CloseReason {
  const { url } = where;
  const proxy = proxyOf(where);
  // Until the tunnel stands, all that can fail on the network is the way to the proxy.
  if (proxy !== undefined && !opened)
    return make(
      code === 'ETIMEDOUT' ? 'SENSR_TIMEOUT' : 'SENSR_UNREACHABLE',
      NETWORK_TEXTS[code]?.[0] ?? 'unreachable',
      `${url}: ${proxy} cannot be reached, or broke the connection: ${message || code}`,
      { cause: error, needsPerson: code === 'ENOTFOUND' },
    );
  // Also what a port that expects TLS does when it is asked in plain HTTP: OpenSSL sends no alert then.
  if (code === 'ECONNRESET' && !opened && url.startsWith('ws:'))
    return make(
      'SENSR_UNREACHABLE',
      'lost',
      `${url} broke the connection (reset) before it answered; if the port expects TLS, choose a TLS configuration`,
      { cause: error },
    );
  const known = NETWORK_TEXTS[code];
  const needsPerson = code === 'ENOTFOUND';
  const errorCode = code === 'ETIMEDOUT' ? 'SENSR_TIMEOUT' : 'SENSR_UNREACHABLE';
  if (known) return make(errorCode, known[0], `${url} ${known[1]}`, { cause: error, needsPerson });
  return make(errorCode, 'unreachable', `${url} cannot be reached: ${message || code || 'unknown error'}`, {
    cause: error,
  });
}

/** Node.js' HTTP parser hands out what it could not read. */
function firstByte(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('rawPacket' in error)) return undefined;
  const { rawPacket } = error;
  return rawPacket instanceof Uint8Array ? rawPacket[0] : undefined;
}
