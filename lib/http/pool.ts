/** The connections of a session: an undici pool, through a proxy where there is one, replaced as a whole when it is old. */
import type * as Undici from 'undici';
import type { Clock } from '../clock';
import { tlsConnectOptions, type SecureOptions } from '../tls-options';

export interface PoolOptions {
  readonly origin: string;
  readonly host: string;
  readonly secure?: SecureOptions;
  readonly proxyUrl?: string;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly connectionLifeMs: number;
}

/**
 * An idle connection is closed after this, unless the server announces another time. A poll every few seconds keeps
 * its connection; firewalls forget idle ones only after a minute or more.
 */
const IDLE_MS = 30_000;
/** Of what a server announces. */
const MAX_IDLE_MS = 600_000;

type Connector = Undici.buildConnector.connector;

export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #clock: Clock;
  readonly #undici: typeof Undici;
  /** Replaced ones that still have a request to finish. */
  readonly #leaving = new Set<Undici.Dispatcher>();
  #current: { readonly dispatcher: Undici.Dispatcher; readonly sinceMs: number } | undefined;
  #connected = 0;
  #opened = 0;
  #closed = false;

  constructor(options: PoolOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    // Not before a flow asks for something: it takes as long to load as all the rest of the package.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    this.#undici = require('undici') as typeof Undici;
  }

  /** TCP connections that are open now. */
  get connected(): number {
    return this.#connected;
  }

  /** TCP connections ever opened. */
  get opened(): number {
    return this.#opened;
  }

  /** For one request, to be used at once. */
  dispatcher(): Undici.Dispatcher {
    const nowMs = this.#clock.monotonicMs();
    if (this.#current && nowMs - this.#current.sinceMs > this.#options.connectionLifeMs) this.#retire();
    this.#current ??= { dispatcher: this.#create(), sinceMs: nowMs };
    return this.#current.dispatcher;
  }

  /** Idempotent: ends every connection, whatever runs on it. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#leaving, ...(this.#current ? [this.#current.dispatcher] : [])];
    this.#current = undefined;
    this.#leaving.clear();
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }

  /**
   * Its idle connections close now, the others after their request. undici's own clientTtl would keep requests waiting
   * for ever once all connections of a full pool are too old at the same time.
   */
  #retire(): void {
    const old = this.#current?.dispatcher;
    this.#current = undefined;
    if (!old) return;
    this.#leaving.add(old);
    const forget = (): void => {
      this.#leaving.delete(old);
    };
    old.close().then(forget, forget);
  }

  #create(): Undici.Dispatcher {
    const { Pool, ProxyAgent, buildConnector } = this.#undici;
    const { origin, host, secure, proxyUrl, connections, connectTimeoutMs } = this.#options;
    const tls = {
      timeout: connectTimeoutMs,
      ...(secure ? (tlsConnectOptions(secure, host) as object) : {}),
    };
    const common = {
      connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MAX_IDLE_MS,
      // Each attempt has a deadline of its own, for the answer as a whole.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    const dispatcher =
      proxyUrl === undefined
        ? new Pool(origin, { ...common, connect: this.#counted(buildConnector(tls)) })
        : new ProxyAgent({
            ...common,
            ...proxyAddress(proxyUrl),
            requestTls: tls,
            proxyTls: { timeout: connectTimeoutMs },
            factory: (target, given) => {
              const { connect, ...rest } = given as { readonly connect: Connector };
              return new Pool(target, { ...rest, connect: this.#counted(connect) });
            },
            clientFactory: (proxy, given) =>
              new Pool(proxy, { ...given, headersTimeout: connectTimeoutMs, bodyTimeout: connectTimeoutMs }),
          });
    // undici reports what went wrong to the request; an emitter without a listener for this one would end the process.
    dispatcher.on('error' as 'connectionError', () => undefined);
    return dispatcher;
  }

  #counted(connect: Connector): Connector {
    return (options, callback) => {
      connect(options, (...result) => {
        const socket = result[1];
        if (socket) this.#count(socket);
        callback(...result);
        // A connection that comes up after the end belongs to nobody.
        if (socket && this.#closed) socket.destroy();
      });
    };
  }

  #count(socket: NonNullable<Parameters<Parameters<Connector>[1]>[1]>): void {
    this.#opened += 1;
    this.#connected += 1;
    socket.once('close', () => {
      this.#connected -= 1;
    });
  }
}

/** undici signs in to a proxy only where both are given; a user name alone is a user name with an empty password. */
function proxyAddress(proxyUrl: string): { uri: string; token?: string } {
  const url = new URL(proxyUrl);
  if (url.username === '') return { uri: url.href };
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { uri: url.href, token: `Basic ${Buffer.from(user).toString('base64')}` };
}
