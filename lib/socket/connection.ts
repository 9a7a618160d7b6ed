/** One socket to one port of SENSR, kept alive: connects, notices death, waits and tries again until it is closed. */
import type { Clock, StopTimer } from '../clock';
import { StateMachine } from '../state-machine';
import type { SocketOptions, SocketState, SocketStatus } from '../thread/protocol';
import { backoffMs } from './backoff';
import { closeReason, type Ending } from './close-reason';
import { Heartbeat } from './heartbeat';
import type { Link, OpenLink } from './link';
import { SOCKET_TRANSITIONS } from './transitions';

export interface ConnectionEvents {
  readonly onMessage: (data: Buffer, isBinary: boolean) => void;
  readonly onStatus: (status: SocketStatus) => void;
}

/** How the outside world comes in; replaced in tests. */
export interface ConnectionDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly openLink: OpenLink;
}

/** Backoff starts over only after a connection has held this long: a server that flaps must not be hammered. */
const STABLE_MS = 30_000;
/** Node-RED waits 15 s for a close and supervisors kill earlier; a peer that lives answers a close in one round trip. */
const CLOSE_HANDSHAKE_MS = 500;

export class Connection {
  readonly #options: SocketOptions;
  readonly #events: ConnectionEvents;
  readonly #deps: ConnectionDeps;
  readonly #machine: StateMachine<SocketState>;
  readonly #heartbeat: Heartbeat;
  #link: Link | undefined;
  #stopTimer: StopTimer | undefined;
  /** In a row: a connection counts as a success only once it is stable. */
  #failures = 0;
  #attempts = 0;
  #openedMs = 0;
  /** Of the first ping without an answer: a pong may be later than the next ping. */
  #pingedMs: number | undefined;
  #pingRttMs = 0;
  #connections = 0;
  #bytesOfEarlierLinks = 0;
  #status: SocketStatus = { state: 'idle', attempt: 0 };
  #onClosed: (() => void)[] = [];

  constructor(options: SocketOptions, events: ConnectionEvents, deps: ConnectionDeps) {
    this.#options = options;
    this.#events = events;
    this.#deps = deps;
    this.#machine = new StateMachine<SocketState>('idle', SOCKET_TRANSITIONS, (state) => {
      this.#status = { ...this.#status, state, attempt: this.#failures };
    });
    this.#heartbeat = new Heartbeat(
      {
        ping: () => {
          this.#pingedMs ??= deps.clock.monotonicMs();
          this.#link?.ping();
        },
        bytesRead: () => this.#link?.bytesRead() ?? 0,
        onSilent: () => {
          this.#fail({ kind: 'silent' });
        },
      },
      options,
      deps.clock,
    );
  }

  get status(): SocketStatus {
    return this.#status;
  }

  /** Monotonic ms, bytes and counts, for health. */
  get statistics(): {
    bytes: number;
    openedMs: number;
    pingRttMs: number;
    attempts: number;
    connections: number;
  } {
    return {
      bytes: this.#bytesOfEarlierLinks + (this.#link?.bytesRead() ?? 0),
      openedMs: this.#machine.state === 'open' ? this.#openedMs : 0,
      pingRttMs: this.#pingRttMs,
      attempts: this.#attempts,
      connections: this.#connections,
    };
  }

  /** Starts; from then on the connection looks after itself. */
  open(): void {
    if (this.#machine.state === 'idle') this.#connect();
  }

  /** Drops the present connection or the wait, and connects at once; a close or a running attempt is left alone. */
  reconnect(): void {
    if (this.#machine.state === 'open') this.#fail({ kind: 'requested' });
    if (this.#machine.state !== 'waiting') return;
    this.#failures = 0;
    this.#connect();
  }

  /** Idempotent, safe in every state; resolves when nothing is left. */
  close(): Promise<void> {
    if (this.#machine.state === 'closed') return Promise.resolve();
    const closed = new Promise<void>((resolve) => this.#onClosed.push(resolve));
    if (this.#machine.state === 'closing') return closed;
    if (this.#machine.state === 'idle' || this.#machine.state === 'waiting') {
      this.#finish();
      return closed;
    }
    const wasOpen = this.#machine.state === 'open';
    this.#heartbeat.stop();
    this.#stopTimer?.();
    this.#machine.move('closing');
    // Only an established connection can say goodbye.
    if (!wasOpen) {
      this.#finish();
      return closed;
    }
    this.#stopTimer = this.#deps.clock.after(CLOSE_HANDSHAKE_MS, () => {
      this.#finish();
    });
    this.#link?.close();
    return closed;
  }

  #connect(): void {
    this.#stopTimer?.();
    this.#attempts += 1;
    this.#machine.move('connecting');
    this.#publish({});
    // Whoever heard that may have closed it.
    if (this.#machine.state !== 'connecting') return;
    this.#stopTimer = this.#deps.clock.after(this.#options.connectTimeoutMs, () => {
      this.#fail({ kind: 'connectTimeout' });
    });
    try {
      this.#link = this.#openLink();
    } catch (error) {
      // ws throws for what cannot even be tried: a bad URL, an unreadable certificate or key.
      this.#fail({ kind: 'error', error, opened: false });
    }
  }

  /** Events of an earlier link must not touch the present one: each checks that it still is the one. */
  #openLink(): Link {
    const link: Link = this.#deps.openLink(this.#options, {
      onOpen: () => {
        if (link === this.#link) this.#opened();
      },
      onMessage: (data, isBinary) => {
        if (link === this.#link && this.#machine.state === 'open') this.#events.onMessage(data, isBinary);
      },
      onPong: () => {
        if (link === this.#link) this.#ponged();
      },
      onEnd: (ending) => {
        if (link === this.#link) this.#ended(ending);
      },
    });
    return link;
  }

  #ponged(): void {
    if (this.#pingedMs === undefined) return;
    this.#pingRttMs = this.#deps.clock.monotonicMs() - this.#pingedMs;
    this.#pingedMs = undefined;
  }

  #opened(): void {
    if (this.#machine.state !== 'connecting') return;
    this.#stopTimer?.();
    this.#pingedMs = undefined;
    this.#openedMs = this.#deps.clock.monotonicMs();
    this.#connections += 1;
    this.#machine.move('open');
    this.#heartbeat.start();
    this.#stopTimer = this.#deps.clock.after(STABLE_MS, () => {
      if (this.#failures === 0) return;
      this.#failures = 0;
      this.#publish({});
    });
    // Last: whoever hears it may close the connection.
    this.#publish({});
  }

  #ended(ending: Ending): void {
    if (this.#machine.state === 'closing') this.#finish();
    else this.#fail(ending);
  }

  /** The one way a connection is lost, whatever the cause: release all, say why, schedule the next attempt. */
  #fail(ending: Ending): void {
    if (this.#machine.state !== 'open' && this.#machine.state !== 'connecting') return;
    this.#release();
    this.#failures += 1;
    const { backoffInitialMs, backoffMaxMs } = this.#options;
    const limits = { initialMs: backoffInitialMs, maxMs: backoffMaxMs };
    const retryInMs = backoffMs(this.#failures, limits, this.#deps.random());
    this.#machine.move('waiting');
    this.#stopTimer = this.#deps.clock.after(retryInMs, () => {
      this.#connect();
    });
    this.#publish({ retryInMs, reason: closeReason(ending, this.#options) });
  }

  #finish(): void {
    this.#release();
    this.#machine.move('closed');
    this.#publish({});
    this.#onClosed.splice(0).forEach((resolve) => {
      resolve();
    });
  }

  #release(): void {
    this.#heartbeat.stop();
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#bytesOfEarlierLinks += this.#link?.bytesRead() ?? 0;
    this.#link?.destroy();
    this.#link = undefined;
  }

  #publish(change: Pick<SocketStatus, 'retryInMs' | 'reason'>): void {
    const { state } = this.#machine;
    // While connecting again, the last failure and how long it was waited since still is what a person wants to know.
    const { retryInMs, reason } = state === 'connecting' ? { ...this.#status, ...change } : change;
    this.#status = {
      state,
      attempt: this.#failures,
      ...(retryInMs === undefined ? {} : { retryInMs }),
      ...(reason === undefined ? {} : { reason }),
    };
    this.#events.onStatus(this.#status);
  }
}
