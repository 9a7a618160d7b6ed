/** One of the session's connections: made when it is first wanted, made anew when it broke or is old. */
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock';

export interface LaneEvents {
  readonly onOpened: () => void;
  readonly onClosed: () => void;
}

export class Lane {
  readonly #create: (onSocket: (socket: Socket) => void) => Dispatcher;
  readonly #lifeMs: number;
  readonly #events: LaneEvents;
  readonly #clock: Clock;
  /** Also those that still connect; one at a time, but for one that is on its way out. */
  readonly #sockets = new Set<Socket>();
  #dispatcher: Dispatcher | undefined;
  #openedMs: number | undefined;
  #isProven = false;

  constructor(
    create: (onSocket: (socket: Socket) => void) => Dispatcher,
    lifeMs: number,
    events: LaneEvents,
    clock: Clock,
  ) {
    this.#create = create;
    this.#lifeMs = lifeMs;
    this.#events = events;
    this.#clock = clock;
  }

  /** Whether the present connection has answered a request. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** To be called when a request was answered. */
  prove(): void {
    this.#isProven = true;
  }

  /** For one request; the next one asks again, after the first has ended. */
  async dispatcher(): Promise<Dispatcher> {
    // Between two requests, so nothing is cut off. undici's clientTtl would: it stalls a pool whose connections are
    // all too old at the same time.
    if (this.#isOld) await this.close();
    this.#dispatcher ??= this.#create(this.#watch);
    return this.#dispatcher;
  }

  /** Idempotent: ends the connection, or the attempt to make one, whatever runs on it. The lane can be used again. */
  async close(): Promise<void> {
    const dispatcher = this.#dispatcher;
    this.#dispatcher = undefined;
    const gone = [...this.#sockets].map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('close', () => {
            resolve();
          });
        }),
    );
    const destroyed = dispatcher?.destroy();
    // undici leaves a connection alone that is still being made.
    for (const socket of this.#sockets) socket.destroy(GIVEN_UP);
    await Promise.all([destroyed, ...gone]);
  }

  get #isOld(): boolean {
    return this.#openedMs !== undefined && this.#clock.monotonicMs() - this.#openedMs > this.#lifeMs;
  }

  readonly #watch = (socket: Socket): void => {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.once('connect', () => {
      this.#openedMs = this.#clock.monotonicMs();
      this.#isProven = false;
      this.#events.onOpened();
      socket.once('close', () => {
        if (this.#sockets.size === 0) this.#openedMs = undefined;
        this.#events.onClosed();
      });
    });
  };
}

/** With an error, so that undici's connector hears of it and stops its timer. */
const GIVEN_UP = new Error('The connection was given up');
