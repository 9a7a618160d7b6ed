/** Main side of the socket thread: one for the process, started for the first socket, ended with the last, replaced when it dies. */
import { systemClock, type Clock, type StopTimer } from '../clock';
import { SensrError, fromRecord, messageOf } from '../errors';
import { fullBackoffMs } from '../socket/backoff';
import { Listener, type ListenerHandlers } from './listener';
import {
  SOCKET_COUNTER,
  createCounters,
  type FromThread,
  type ListenerOptions,
  type SocketOptions,
  type SocketStatus,
  type ToThread,
} from './protocol';
import { startSocketThread, type ThreadHandle } from './worker-source';

export interface SocketHandlers {
  readonly onStatus: (status: SocketStatus) => void;
  /** Something came that is no frame, or the thread failed; at most once a second and kind. */
  readonly onProblem: (error: SensrError, count: number) => void;
  /** SENSR reported OUTPUT_BUFFER_OVERFLOW; at most once a minute. */
  readonly onOverflow: () => void;
}

/** Monotonic ms, bytes and counts; 0 = never. */
export type SocketStatistics = Readonly<Record<keyof typeof SOCKET_COUNTER, number>>;

/** One socket as its owner sees it. */
export interface SocketHandle {
  readonly listen: (options: ListenerOptions, handlers: ListenerHandlers) => Listener;
  readonly reconnect: () => void;
  readonly statistics: () => SocketStatistics;
  /** Resolves when the socket is gone, and the thread too if it was the last one. */
  readonly close: () => Promise<void>;
}

interface SocketEntry {
  readonly options: SocketOptions;
  readonly handlers: SocketHandlers;
  readonly counters: SharedArrayBuffer;
  readonly onClosed: (() => void)[];
  closing?: Promise<void>;
}

/** A thread that dies again and again is started less and less often. */
const RESTART_BACKOFF = { initialMs: 1000, maxMs: 60_000 };
/** A thread that lived this long did not die of starting. */
const STABLE_MS = 30_000;
/** The thread closes a socket within 500 ms; if it does not answer at all, it is ended with what it holds. */
const CLOSE_DEADLINE_MS = 1000;

export class ThreadHost {
  readonly #start: () => ThreadHandle;
  readonly #clock: Clock;
  readonly #sockets = new Map<number, SocketEntry>();
  readonly #listeners = new Map<number, Listener>();
  #thread: ThreadHandle | undefined;
  #startedMs = 0;
  #failures = 0;
  #stopRestart: StopTimer | undefined;
  #nextId = 1;

  constructor(start: () => ThreadHandle = startSocketThread, clock: Clock = systemClock) {
    this.#start = start;
    this.#clock = clock;
  }

  get running(): boolean {
    return this.#thread !== undefined;
  }

  openSocket(options: SocketOptions, handlers: SocketHandlers): SocketHandle {
    const id = this.#nextId++;
    const entry: SocketEntry = { options, handlers, counters: createCounters(), onClosed: [] };
    this.#sockets.set(id, entry);
    if (this.#thread) this.#post({ op: 'open', socket: id, options, counters: entry.counters });
    else this.#ensureThread();
    return {
      listen: (listenerOptions, listenerHandlers) => this.#listen(id, listenerOptions, listenerHandlers),
      reconnect: () => {
        this.#post({ op: 'reconnect', socket: id });
      },
      statistics: () => statisticsOf(entry.counters),
      close: () => (entry.closing ??= this.#close(id)),
    };
  }

  #listen(socket: number, options: ListenerOptions, handlers: ListenerHandlers): Listener {
    const id = this.#nextId++;
    const post = (message: ToThread): void => {
      this.#post(message);
    };
    const listener = new Listener(id, socket, options, handlers, post, (closed) =>
      this.#listeners.delete(closed.id),
    );
    this.#listeners.set(id, listener);
    listener.attach();
    return listener;
  }

  async #close(id: number): Promise<void> {
    const entry = this.#sockets.get(id);
    if (!entry) return;
    for (const listener of this.#listeners.values())
      if (listener.socket === id) this.#listeners.delete(listener.id);
    if (this.#thread) await this.#askToClose(id, entry);
    this.#sockets.delete(id);
    if (this.#sockets.size === 0) await this.#endThread();
  }

  #askToClose(id: number, entry: SocketEntry): Promise<void> {
    return new Promise((resolve) => {
      const stopDeadline = this.#clock.after(CLOSE_DEADLINE_MS, resolve);
      entry.onClosed.push(() => {
        stopDeadline();
        resolve();
      });
      this.#post({ op: 'close', socket: id });
    });
  }

  #ensureThread(): void {
    if (this.#thread || this.#stopRestart) return;
    this.#startedMs = this.#clock.monotonicMs();
    let thread: ThreadHandle;
    try {
      thread = this.#start();
    } catch (error) {
      // In a later turn: whoever opens its first socket has no handle to it yet.
      this.#stopRestart = this.#clock.afterPoll(() => {
        this.#replace(error);
      });
      return;
    }
    this.#thread = thread;
    let failure: unknown;
    const isCurrent = (): boolean => this.#thread === thread;
    thread.on('message', (message) => {
      if (isCurrent()) this.#receive(message);
    });
    thread.on('error', (error) => {
      failure = error;
    });
    thread.on('messageerror', (error) => {
      failure = error;
      // What was in the message is gone, and the books with it: start over.
      void thread.terminate();
    });
    thread.on('exit', (exitCode) => {
      if (isCurrent()) this.#replace(failure ?? new Error(`the thread ended with code ${exitCode}`));
    });
    for (const [socket, { options, counters }] of this.#sockets)
      this.#post({ op: 'open', socket, options, counters });
    for (const listener of this.#listeners.values()) listener.attach();
  }

  /** The thread is gone, or could not be started: count what it held, tell everybody, start another one a little later. */
  #replace(cause: unknown): void {
    this.#thread = undefined;
    for (const listener of this.#listeners.values()) listener.detach();
    for (const { onClosed } of this.#sockets.values())
      onClosed.splice(0).forEach((resolve) => {
        resolve();
      });
    if (this.#clock.monotonicMs() - this.#startedMs >= STABLE_MS) this.#failures = 0;
    this.#failures += 1;
    const retryInMs = fullBackoffMs(this.#failures, RESTART_BACKOFF);
    const message = `The socket thread failed (${messageOf(cause)}); a new one starts in ${retryInMs / 1000} s`;
    const error = new SensrError('SENSR_THREAD', message, cause);
    const reason = { code: error.code, textKey: 'thread', message, needsPerson: false };
    for (const { handlers } of this.#sockets.values()) {
      handlers.onStatus({ state: 'waiting', attempt: this.#failures, retryInMs, reason });
      handlers.onProblem(error, 1);
    }
    this.#stopRestart = this.#clock.after(retryInMs, () => {
      this.#stopRestart = undefined;
      if (this.#sockets.size > 0) this.#ensureThread();
    });
  }

  async #endThread(): Promise<void> {
    this.#stopRestart?.();
    this.#stopRestart = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #receive(message: FromThread): void {
    switch (message.op) {
      case 'ready':
        return;
      case 'frames':
        this.#listeners.get(message.listener)?.deliver(message.frames);
        return;
      case 'status':
        this.#sockets.get(message.socket)?.handlers.onStatus(message.status);
        return;
      case 'problem':
        this.#sockets.get(message.socket)?.handlers.onProblem(fromRecord(message.problem), message.count);
        return;
      case 'overflow':
        this.#sockets.get(message.socket)?.handlers.onOverflow();
        return;
      case 'closed':
        this.#sockets
          .get(message.socket)
          ?.onClosed.splice(0)
          .forEach((resolve) => {
            resolve();
          });
        return;
    }
  }

  #post(message: ToThread): void {
    this.#thread?.postMessage(message);
  }
}

function statisticsOf(counters: SharedArrayBuffer): SocketStatistics {
  const values = new Float64Array(counters);
  const read = (name: keyof typeof SOCKET_COUNTER): number => values[SOCKET_COUNTER[name]] ?? 0;
  return {
    frames: read('frames'),
    bytes: read('bytes'),
    lastByteMs: read('lastByteMs'),
    openedMs: read('openedMs'),
    pingRttMs: read('pingRttMs'),
    attempts: read('attempts'),
    connections: read('connections'),
  };
}

/** The only global of the package: however many servers and nodes, they share one socket thread. */
export const threadHost = new ThreadHost();
