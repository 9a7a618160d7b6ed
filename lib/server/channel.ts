/** Main side of one of a server's sockets: open while somebody listens, and a little longer across a redeploy. */
import type { Clock, StopTimer } from '../clock';
import type { SensrError } from '../errors';
import type { SocketHandle, SocketStatistics, ThreadHost } from '../thread/host';
import type { Listener, ListenerCounts, ListenerHandlers } from '../thread/listener';
import type { ListenerOptions, SocketKind, SocketOptions, SocketStatus } from '../thread/protocol';

export interface ChannelEvents {
  readonly onStatus: (kind: SocketKind, status: SocketStatus) => void;
  readonly onProblem: (kind: SocketKind, error: SensrError, count: number) => void;
  readonly onOverflow: (kind: SocketKind) => void;
}

export interface ChannelListenerHandlers extends ListenerHandlers {
  readonly onStatus: (status: SocketStatus) => void;
}

/** What one listener holds of a channel. */
export interface ChannelListener {
  readonly status: () => SocketStatus;
  readonly counts: () => ListenerCounts;
  readonly grant: (frames: number, notBeforeMs: number, unused?: number) => void;
  readonly reconnect: () => void;
  /**
   * @param comesBack the node is only being redeployed: the socket waits a moment for it
   * @returns a promise that is settled when nothing of this listener is left
   */
  readonly close: (comesBack: boolean) => Promise<void>;
}

/** A redeployed node is back within milliseconds; with its socket still open it misses nothing. */
const LINGER_MS = 1000;
const IDLE: SocketStatus = { state: 'idle', attempt: 0 };

export class Channel {
  readonly #options: SocketOptions;
  readonly #host: ThreadHost;
  readonly #clock: Clock;
  readonly #events: ChannelEvents;
  readonly #listeners = new Map<Listener, ChannelListenerHandlers>();
  #socket: SocketHandle | undefined;
  #closing: Promise<void> = Promise.resolve();
  #stopLinger: StopTimer | undefined;
  #status = IDLE;
  readonly #losses: Record<string, number> = {};

  constructor(options: SocketOptions, host: ThreadHost, clock: Clock, events: ChannelEvents) {
    this.#options = options;
    this.#host = host;
    this.#clock = clock;
    this.#events = events;
  }

  get status(): SocketStatus {
    return this.#status;
  }

  /** Connections that were open and ended, by the reason's code. */
  get losses(): Readonly<Record<string, number>> {
    return { ...this.#losses };
  }

  get statistics(): SocketStatistics | undefined {
    return this.#socket?.statistics();
  }

  /** Drops the connection, if there is one, and connects at once. @returns whether there was a socket */
  reconnect(): boolean {
    this.#socket?.reconnect();
    return this.#socket !== undefined;
  }

  listen(options: ListenerOptions, handlers: ChannelListenerHandlers): ChannelListener {
    this.#stopLinger?.();
    this.#stopLinger = undefined;
    this.#socket ??= this.#open();
    const listener = this.#socket.listen(options, handlers);
    this.#listeners.set(listener, handlers);
    return {
      status: () => this.#status,
      counts: () => listener.counts,
      grant: (frames, notBeforeMs, unused) => {
        listener.grant(frames, notBeforeMs, unused);
      },
      reconnect: () => this.#socket?.reconnect(),
      close: (comesBack) => this.#leave(listener, comesBack),
    };
  }

  /** Idempotent; ends the socket whoever listens. */
  async close(): Promise<void> {
    this.#stopLinger?.();
    this.#stopLinger = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    this.#listeners.clear();
    this.#status = IDLE;
    if (socket) this.#closing = socket.close();
    await this.#closing;
  }

  #open(): SocketHandle {
    const socket: SocketHandle = this.#host.openSocket(this.#options, {
      onStatus: (status) => {
        if (socket !== this.#socket) return;
        const code =
          this.#status.state === 'open' && status.state !== 'open' ? status.reason?.code : undefined;
        if (code !== undefined) this.#losses[code] = (this.#losses[code] ?? 0) + 1;
        this.#status = status;
        this.#events.onStatus(this.#options.kind, status);
        for (const { onStatus } of this.#listeners.values()) onStatus(status);
      },
      onProblem: (error, count) => {
        if (socket === this.#socket) this.#events.onProblem(this.#options.kind, error, count);
      },
      onOverflow: () => {
        if (socket === this.#socket) this.#events.onOverflow(this.#options.kind);
      },
    });
    return socket;
  }

  async #leave(listener: Listener, comesBack: boolean): Promise<void> {
    if (!this.#listeners.delete(listener)) return;
    listener.close();
    if (this.#listeners.size > 0) return;
    if (!comesBack) {
      await this.close();
      return;
    }
    this.#stopLinger = this.#clock.after(LINGER_MS, () => {
      void this.close();
    });
  }
}
