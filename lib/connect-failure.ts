/** Why a connection could not be made or broke, as Node.js and OpenSSL report it, in words: shared by sockets and HTTP. */
import { codeOf, messageOf, type ErrorCode } from './errors';

export interface ConnectFailure {
  readonly code: ErrorCode;
  /** Key of the short text that a status shows. */
  readonly textKey: string;
  readonly message: string;
  /** Waiting will not help; somebody has to change something. */
  readonly needsPerson: boolean;
}

/** Where the connection was to lead. */
export interface Where {
  readonly url: string;
  readonly proxyUrl?: string | undefined;
}

const TLS_ALERT_RECORD = 0x15;
const TLS_HANDSHAKE_RECORD = 0x16;

/** A failed certificate check comes from OpenSSL, with many codes; these are the ones with better words. */
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

/** @returns what is wrong with the secure connection; undefined when it is something else */
export function tlsFailure(error: unknown, { url }: Where): ConnectFailure | undefined {
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  const failure = (text: string): ConnectFailure => ({
    code: 'SENSR_TLS',
    textKey: 'tls',
    message: `${url}: ${text}`,
    needsPerson: true,
  });
  const certificate = CERTIFICATE_TEXTS[code];
  if (certificate !== undefined) return failure(certificate);
  if (/wrong version number|packet length too long/i.test(message))
    return failure('no TLS on that port; remove the TLS configuration or change the port');
  if (wantsClientCertificate(error))
    return failure(
      `the secure connection failed: the server demands a client certificate that it knows; choose it in the TLS configuration (${message.trim()})`,
    );
  if (
    code.startsWith('ERR_SSL_') ||
    code.startsWith('ERR_OSSL_') ||
    code.startsWith('ERR_TLS_') ||
    code === 'EPROTO' ||
    // The last two: what OpenSSL says, without a code, of a PKCS#12 container or its passphrase.
    /certificate|not enough data|mac verify failure/i.test(message)
  )
    return failure(`the secure connection failed: ${message}`);
  return undefined;
}

const wantsClientCertificate = (error: unknown): boolean =>
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA)$/.test(codeOf(error) ?? '');

/** @returns whether the server ended the handshake: whatever was sent after it was not read */
export const refusedClient = (error: unknown): boolean =>
  wantsClientCertificate(error) || /ALERT_(HANDSHAKE_FAILURE|ACCESS_DENIED)$/.test(codeOf(error) ?? '');

/** @param firstByte of what came where plain text was expected */
export const isTlsRecord = (firstByte: number | undefined): boolean =>
  firstByte === TLS_ALERT_RECORD || firstByte === TLS_HANDSHAKE_RECORD;

export const needsTls = (url: string): ConnectFailure => ({
  code: 'SENSR_TLS',
  textKey: 'tls',
  message: `${url} expects a secure connection: choose a TLS configuration`,
  needsPerson: true,
});

/** @param answered whether anything ever came over that connection */
export function networkFailure(error: unknown, answered: boolean, where: Where): ConnectFailure {
  const { url } = where;
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  const proxy = proxyName(where);
  const errorCode = code === 'ETIMEDOUT' ? 'SENSR_TIMEOUT' : 'SENSR_UNREACHABLE';
  const needsPerson = code === 'ENOTFOUND';
  const known = NETWORK_TEXTS[code];
  // Until the tunnel stands, all that can fail on the network is the way to the proxy.
  if (proxy !== undefined && !answered)
    return {
      code: errorCode,
      textKey: known?.[0] ?? 'unreachable',
      message: `${url}: ${proxy} cannot be reached, or broke the connection: ${message || code}`,
      needsPerson,
    };
  // Also what a port that expects TLS does when it is asked in plain HTTP, and one that expects a client certificate:
  // not all send an alert.
  if (code === 'ECONNRESET' && !answered) {
    const remedy = isSecure(url)
      ? 'if it demands a client certificate, choose one in the TLS configuration'
      : 'if the port expects TLS, choose a TLS configuration';
    return {
      code: errorCode,
      textKey: 'lost',
      message: `${url} broke the connection (reset) before it answered; ${remedy}`,
      needsPerson: false,
    };
  }
  if (known) return { code: errorCode, textKey: known[0], message: `${url} ${known[1]}`, needsPerson };
  return {
    code: errorCode,
    textKey: 'unreachable',
    message: `${url} cannot be reached: ${message || code || 'unknown error'}`,
    needsPerson: false,
  };
}

const isSecure = (url: string): boolean => /^(wss|https):/.test(url);

/** The proxy's address without its credentials. */
export const proxyName = ({ proxyUrl }: Where): string | undefined =>
  proxyUrl === undefined
    ? undefined
    : URL.canParse(proxyUrl)
      ? `the proxy ${new URL(proxyUrl).host}`
      : 'the proxy';
