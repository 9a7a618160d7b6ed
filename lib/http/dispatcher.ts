/** How undici is set up for one connection to the server, direct or through a proxy's tunnel. */
import { Socket } from 'node:net';
import type * as Undici from 'undici';
import { checkProxyAddress } from '../proxy-address';
import { tlsConnectOptions, type SecureOptions } from '../tls-options';

export interface DispatcherOptions {
  readonly origin: string;
  readonly host: string;
  readonly secure?: SecureOptions;
  readonly proxyUrl?: string;
}

type Connector = Undici.buildConnector.connector;

/**
 * An idle connection is closed after this, unless the server announces another time. A poll every few seconds keeps
 * its connection; firewalls forget idle ones only after a minute or more.
 */
const IDLE_MS = 30_000;
/** Of what a server announces. */
const MAX_IDLE_MS = 600_000;

/**
 * @param onSocket gets each TCP socket that is about to connect, to the server or to the proxy
 * @returns makes a dispatcher that holds one TCP connection at most
 * @throws SensrError SENSR_BAD_CONFIG for a proxy address that cannot be used
 */
export function dispatcherFactory(
  undici: typeof Undici,
  options: DispatcherOptions,
): (onSocket: (socket: Socket) => void) => Undici.Dispatcher {
  const { Client, ProxyAgent, buildConnector } = undici;
  const { origin, host, secure, proxyUrl } = options;
  // No limits of undici's own: its timers are a second late. Each attempt has them, for connection and answer.
  const noLimit = { timeout: 0 };
  const tls = { ...noLimit, ...(secure ? (tlsConnectOptions(secure, host) as object) : {}) };
  const common = {
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: MAX_IDLE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxyUrl === undefined) {
    // One for all: it remembers TLS sessions, which makes the next handshake short.
    const connect = buildConnector(tls);
    return (onSocket) => new Client(origin, { ...common, connect: watched(connect, onSocket) });
  }
  checkProxyAddress(proxyUrl);
  const proxy = proxyAddress(proxyUrl);
  return (onSocket) =>
    new ProxyAgent({
      ...common,
      ...proxy,
      connections: 1,
      requestTls: tls,
      proxyTls: noLimit,
      clientFactory: (address, given) => {
        const { connect } = given as { readonly connect: Connector };
        return new Client(address, { ...common, connect: watched(connect, onSocket) });
      },
    });
}

function watched(connect: Connector, onSocket: (socket: Socket) => void): Connector {
  return (options, callback) => {
    // undici's connector returns the socket at once; undici itself lets go of it only when it is connected.
    const socket = connect(options, callback) as unknown;
    if (socket instanceof Socket) onSocket(socket);
  };
}

/** undici signs in to a proxy only where both are given; a user name alone is a user name with an empty password. */
function proxyAddress(proxyUrl: string): { uri: string; token?: string } {
  const url = new URL(proxyUrl);
  if (url.username === '' && url.password === '') return { uri: url.href };
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { uri: url.href, token: `Basic ${Buffer.from(user).toString('base64')}` };
}
