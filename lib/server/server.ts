/** One SENSR server, as one sensr-config describes it: owns both sockets and the HTTP session, which all nodes share. */
import { ApiClient } from '../api/api-client';
import { systemClock, type Clock } from '../clock';
import { ApiVersion } from '../http/api-version';
import { HttpSession, type HttpSessionOptions, type HttpStatistics } from '../http/session';
import { threadHost, type SocketStatistics, type ThreadHost } from '../thread/host';
import type { ListenerOptions, SocketKind, SocketOptions, SocketStatus } from '../thread/protocol';
import type { SecureOptions } from '../tls-options';
import { authorizationHeaders, type Credentials } from './auth';
import type { StreamCounts } from './stream-counts';
import { Channel, type ChannelEvents, type ChannelListener, type ChannelListenerHandlers } from './channel';

export interface ServerOptions {
  /** The config node's name, else the host: the first part of every topic. */
  readonly name: string;
  readonly host: string;
  readonly ports: Readonly<Record<SocketKind, number>>;
  readonly secure?: SecureOptions;
  readonly credentials: Credentials;
  /** The proxy for an address, or undefined for a direct connection. */
  readonly proxyFor: (url: string) => string | undefined;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  readonly maxFrameBytes: number;
  readonly http: HttpOptions;
}

/** The HTTP half; host, TLS, credentials and proxy are those of the sockets. */
export interface HttpOptions extends Pick<
  HttpSessionOptions,
  'port' | 'connections' | 'responseTimeoutMs' | 'longResponseTimeoutMs' | 'retries' | 'retryDelayMs'
> {
  /** Empty = detected. */
  readonly apiVersion: string;
}

/** State and numbers of one socket, for health and bug reports. */
export interface ChannelReport {
  readonly status: SocketStatus;
  readonly statistics: SocketStatistics | undefined;
  /** Connections that were open and ended, by the reason's code. */
  readonly losses: Readonly<Record<string, number>>;
}

/** The accounting of one stream node. */
export interface StreamReport extends StreamCounts {
  readonly socket: SocketKind;
}

export interface ServerReport extends Readonly<Record<SocketKind, ChannelReport>> {
  /** By node id. */
  readonly streams: Readonly<Record<string, StreamReport>>;
  /** Absent until the first request. */
  readonly http: HttpStatistics | undefined;
}

/** The HTTP side of a server, made when a node first wants it. */
interface Rest {
  readonly session: HttpSession;
  readonly version: ApiVersion;
  readonly api: ApiClient;
}

export class Server {
  readonly options: ServerOptions;
  readonly #channels: Readonly<Record<SocketKind, Channel>>;
  readonly #clock: Clock;
  #rest: Rest | undefined;
  #closed = false;
  readonly #streams = new Map<string, () => StreamReport>();

  constructor(
    options: ServerOptions,
    events: ChannelEvents,
    host: ThreadHost = threadHost,
    clock: Clock = systemClock,
  ) {
    this.options = options;
    this.#clock = clock;
    const onStatus: ChannelEvents['onStatus'] = (kind, status) => {
      // Whatever made it connect anew may have been an upgrade.
      if (status.state === 'open') this.#rest?.version.forget();
      events.onStatus(kind, status);
    };
    const channel = (kind: SocketKind): Channel =>
      new Channel(socketOptions(kind, options), host, clock, { ...events, onStatus });
    this.#channels = { output: channel('output'), points: channel('points') };
  }

  /** Opens the socket if this is its first listener. */
  listen(kind: SocketKind, options: ListenerOptions, handlers: ChannelListenerHandlers): ChannelListener {
    return this.#channels[kind].listen(options, handlers);
  }

  /** Drops the connection, which all nodes share, and connects at once. @returns whether there was a socket */
  reconnect(kind: SocketKind): boolean {
    return this.#channels[kind].reconnect();
  }

  /** SENSR's REST API; opens no connection before the first request. */
  get api(): ApiClient {
    this.#rest ??= openRest(this.options, this.#clock);
    if (this.#closed) void this.#rest.session.close();
    return this.#rest.api;
  }

  /** @returns what takes the stream out of the report again */
  addStream(id: string, counts: () => StreamReport): () => void {
    this.#streams.set(id, counts);
    return () => {
      // A redeployed node has the id of the one before it, and may have come first.
      if (this.#streams.get(id) === counts) this.#streams.delete(id);
    };
  }

  report(): ServerReport {
    const of = ({ status, statistics, losses }: Channel): ChannelReport => ({
      status,
      statistics,
      losses,
    });
    const streams = [...this.#streams].map(([id, counts]) => [id, counts()] as const);
    return {
      output: of(this.#channels.output),
      points: of(this.#channels.points),
      streams: Object.fromEntries(streams),
      http: this.#rest?.session.statistics(),
    };
  }

  /** Forgets answers that are only kept for speed. */
  dropCaches(): void {
    this.#rest?.api.dropCache();
  }

  /**
   * Idempotent; resolves when all connections are gone: within about a second whatever the peer does, two where changes
   * wait to be applied.
   * @returns how many changes are not known to be applied
   */
  async close(): Promise<number> {
    this.#closed = true;
    const channels = Object.values(this.#channels).map((channel) => channel.close());
    const unapplied = (await this.#rest?.api.close()) ?? 0;
    await Promise.all([...channels, this.#rest?.session.close()]);
    return unapplied;
  }
}

/** An IPv6 address needs brackets in a URL. */
const urlOf = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;

function openRest(options: ServerOptions, clock: Clock): Rest {
  const { host, secure, http } = options;
  const proxyUrl = options.proxyFor(urlOf(secure ? 'https' : 'http', host, http.port));
  const session = new HttpSession(
    {
      ...http,
      host,
      headers: authorizationHeaders(options.credentials),
      ...(secure ? { secure } : {}),
      ...(proxyUrl === undefined ? {} : { proxyUrl }),
      connectTimeoutMs: options.connectTimeoutMs,
    },
    clock,
  );
  const version = new ApiVersion(session, http.apiVersion);
  return { session, version, api: new ApiClient(session, version, { clock }) };
}

function socketOptions(kind: SocketKind, options: ServerOptions): SocketOptions {
  const url = urlOf(options.secure ? 'wss' : 'ws', options.host, options.ports[kind]);
  const proxyUrl = options.proxyFor(url);
  return {
    kind,
    url,
    headers: authorizationHeaders(options.credentials),
    ...(options.secure ? { secure: options.secure } : {}),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    pingIntervalMs: options.pingIntervalMs,
    pongTimeoutMs: options.pongTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs,
    backoffInitialMs: options.backoffInitialMs,
    backoffMaxMs: options.backoffMaxMs,
    maxFrameBytes: options.maxFrameBytes,
  };
}
