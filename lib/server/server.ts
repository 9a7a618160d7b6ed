/** One SENSR server, as one sensr-config describes it: owns both sockets, which all nodes share. */
import { systemClock, type Clock } from '../clock';
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
}

/** State and numbers of one socket, for health and bug reports. */
export interface ChannelReport {
  readonly status: SocketStatus;
  readonly statistics: SocketStatistics | undefined;
}

export interface ServerReport extends Readonly<Record<SocketKind, ChannelReport>> {
  /** By node id. */
  readonly streams: Readonly<Record<string, StreamCounts>>;
}

export class Server {
  readonly options: ServerOptions;
  readonly #channels: Readonly<Record<SocketKind, Channel>>;
  readonly #streams = new Map<string, () => StreamCounts>();

  constructor(
    options: ServerOptions,
    events: ChannelEvents,
    host: ThreadHost = threadHost,
    clock: Clock = systemClock,
  ) {
    this.options = options;
    const channel = (kind: SocketKind): Channel =>
      new Channel(socketOptions(kind, options), host, clock, events);
    this.#channels = { output: channel('output'), points: channel('points') };
  }

  /** Opens the socket if this is its first listener. */
  listen(kind: SocketKind, options: ListenerOptions, handlers: ChannelListenerHandlers): ChannelListener {
    return this.#channels[kind].listen(options, handlers);
  }

  /** @returns what takes the stream out of the report again */
  addStream(id: string, counts: () => StreamCounts): () => void {
    this.#streams.set(id, counts);
    return () => {
      // A redeployed node has the id of the one before it, and may have come first.
      if (this.#streams.get(id) === counts) this.#streams.delete(id);
    };
  }

  report(): ServerReport {
    const of = ({ status, statistics }: Channel): ChannelReport => ({ status, statistics });
    const streams = [...this.#streams].map(([id, counts]) => [id, counts()] as const);
    return {
      output: of(this.#channels.output),
      points: of(this.#channels.points),
      streams: Object.fromEntries(streams),
    };
  }

  /** Idempotent; resolves when both sockets are gone, within about a second whatever the peer does. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#channels).map((channel) => channel.close()));
  }
}

function socketOptions(kind: SocketKind, options: ServerOptions): SocketOptions {
  const scheme = options.secure ? 'wss' : 'ws';
  // An IPv6 address needs brackets in a URL.
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const url = `${scheme}://${host}:${options.ports[kind]}`;
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
