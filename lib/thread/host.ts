/** Main side of the socket thread: one for the process, started for the first socket, ended with the last, replaced when it dies. */
import { systemClock, type Clock, type StopTimer } from '../clock';
import { SensrError, fromRecord, messageOf } from '../errors';
import { fullBackoffMs } from '../socket/backoff';
import { LargeFrames, MAIN_HEAP } from '../vitals/large-frames';
import { Listener, type ListenerHandlers } from './listener';
import {
  SOCKET_COUNTER,
  createCounters,
  type FromThread,
  type HandedSocket,
  type ListenerOptions,
  type SocketOptions,
  type SocketStatus,
  type ThreadQuestion,
  type ToThread,
} from './protocol';
import { Recycling, type RecycleReport } from './recycling';
import { startSocketThread, type ThreadHandle } from './worker-source';

export type { RecycleReport };

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
  status: SocketStatus;
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

/** A thread that lives answers between two frames. */
const PING_LIMIT_MS = 2000;
export class ThreadHost {
  readonly #start: () => ThreadHandle;
  readonly #clock: Clock;
  readonly #largeFrames: LargeFrames;
  readonly #sockets = new Map<number, SocketEntry>();
  readonly #listeners = new Map<number, Listener>();
  #thread: ThreadHandle | undefined;
  #startedMs = 0;
  #failures = 0;
  #stopRestart: StopTimer | undefined;
  #nextId = 1;
  #recycling: Recycling | undefined;
  #recycled: Promise<RecycleReport> | undefined;
  readonly #questions = new Map<number, (answer: unknown) => void>();

  constructor(start: () => ThreadHandle = startSocketThread, clock: Clock = systemClock) {
    this.#start = start;
    this.#clock = clock;
    this.#largeFrames = new LargeFrames(clock, MAIN_HEAP);
  }

  get running(): boolean {
    return this.#thread !== undefined;
  }

  openSocket(options: SocketOptions, handlers: SocketHandlers): SocketHandle {
    const id = this.#nextId++;
    const entry: SocketEntry = {
      status: { state: 'idle', attempt: 0 },
      options,
      handlers,
      counters: createCounters(),
      onClosed: [],
    };
    this.#sockets.set(id, entry);
    this.#recycling?.abandon('a socket was opened meanwhile');
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

  /** @returns what the thread answers; undefined when none runs, or it does not answer in time */
  ask(question: ThreadQuestion, limitMs: number): Promise<unknown> {
    if (!this.#thread || this.#recycling?.isHandingOver) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      // If it is this thread that was busy, the answer is there, and comes once the event loop looks for it.
      let stopLimit = this.#clock.after(limitMs, () => {
        stopLimit = this.#clock.afterPoll(() => {
          this.#questions.get(id)?.(undefined);
        });
      });
      this.#questions.set(id, (answer) => {
        this.#questions.delete(id);
        stopLimit();
        resolve(answer);
      });
      this.#post({ op: 'ask', id, question });
    });
  }

  /**
   * Has a new thread take all sockets over before the old one is ended: each frame reaches its listeners once, in
   * order. Never rejects; simultaneous calls share one recycling.
   */
  recycle(): Promise<RecycleReport> {
    this.#recycled ??= this.#recycle().finally(() => {
      this.#recycled = undefined;
    });
    return this.#recycled;
  }

  async #recycle(): Promise<RecycleReport> {
    const startMs = this.#clock.monotonicMs();
    const report = (
      outcome: RecycleReport['outcome'],
      more: { reason?: string; seams?: Recycling['seams'] } = {},
    ): RecycleReport => ({
      outcome,
      ...(more.reason === undefined ? {} : { reason: more.reason }),
      durationMs: this.#clock.monotonicMs() - startMs,
      sockets: [...this.#sockets].map(([id, { options }]) => ({
        url: options.url,
        seam: more.seams?.[id],
      })),
    });
    const old = this.#thread;
    if (!old) return report('abandoned', { reason: 'no socket is open, so no thread runs' });
    const pong = await this.ask('ping', PING_LIMIT_MS);
    if (this.#thread !== old) return report('abandoned', { reason: 'the thread changed meanwhile' });
    if (pong === undefined) {
      await old.terminate();
      return report('replaced', { reason: `the thread did not answer within ${PING_LIMIT_MS / 1000} s` });
    }
    let next: ThreadHandle;
    try {
      next = this.#start();
    } catch (error) {
      return report('abandoned', { reason: `no new thread could be started: ${messageOf(error)}` });
    }
    this.#hook(next);
    const sockets = [...this.#sockets].map(([id, entry]) => ({
      id,
      options: entry.options,
      isOpen: () => entry.status.state === 'open',
      counts: () => statisticsOf(entry.counters),
    }));
    const recycling = new Recycling(
      {
        old,
        next,
        sockets,
        onHandedOver: (handed) => {
          this.#switch(recycling, handed);
        },
      },
      this.#clock,
    );
    this.#recycling = recycling;
    const reason = await recycling.run();
    this.#recycling = undefined;
    if (reason !== undefined) return report('abandoned', { reason });
    if (recycling.nextFailure !== undefined)
      return report('replaced', {
        reason: `the new thread failed while it took over: ${messageOf(recycling.nextFailure)}`,
      });
    this.#startedMs = this.#clock.monotonicMs();
    return report('done', { seams: recycling.seams });
  }

  /** Everything that the old thread ever posts has come: from here on the new one serves. */
  #switch(recycling: Recycling, handed: readonly HandedSocket[]): void {
    const { next } = recycling;
    this.#thread = next;
    for (const { socket, prints, listeners } of handed) {
      const entry = this.#sockets.get(socket);
      if (!entry) continue;
      const adopted = listeners.flatMap(({ listener, frames }) => {
        const found = this.#listeners.get(listener);
        return found ? [found.adoption(frames)] : [];
      });
      const expected = recycling.expected(socket, prints);
      next.postMessage(
        { op: 'adopt', socket, counters: entry.counters, prints: expected, listeners: adopted },
        adopted.flatMap(({ frames }) => frames.map(({ bytes }) => bytes)),
      );
    }
    for (const message of recycling.release()) this.#post(message);
    // Its exit came while the old thread was the one that serves, so nobody has replaced it.
    if (recycling.nextFailure !== undefined) this.#replace(recycling.nextFailure);
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
    this.#recycling?.abandon('a socket was closed meanwhile');
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
    this.#hook(thread);
    for (const [socket, { options, counters }] of this.#sockets)
      this.#post({ op: 'open', socket, options, counters });
    for (const listener of this.#listeners.values()) listener.attach();
  }

  #hook(thread: ThreadHandle): void {
    let failure: unknown;
    thread.on('message', (message) => {
      if (this.#thread === thread) this.#receive(message);
      else this.#recycling?.receive(thread, message);
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
      const cause = failure ?? new Error(`the thread ended with code ${exitCode}`);
      this.#recycling?.onExit(thread, cause);
      if (this.#thread === thread) this.#replace(cause);
    });
  }

  /** The thread is gone, or could not be started: count what it held, tell everybody, start another one a little later. */
  #replace(cause: unknown): void {
    this.#thread = undefined;
    this.#dropQuestions();
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
    this.#dropQuestions();
    this.#recycling?.abandon('no socket is open any more');
    this.#largeFrames.close();
    await thread?.terminate();
  }

  /** Who has gone does not answer any more. */
  #dropQuestions(): void {
    for (const settle of [...this.#questions.values()]) settle(undefined);
  }

  #receive(message: FromThread): void {
    switch (message.op) {
      case 'ready':
        return;
      case 'frames':
        for (const { bytes } of message.frames) this.#largeFrames.arrived(bytes.byteLength);
        this.#listeners.get(message.listener)?.deliver(message.frames);
        return;
      case 'status': {
        const entry = this.#sockets.get(message.socket);
        if (!entry) return;
        entry.status = message.status;
        entry.handlers.onStatus(message.status);
        return;
      }
      case 'answer':
        this.#questions.get(message.id)?.(message.answer);
        return;
      case 'found':
      case 'handedOver':
      case 'seen':
      case 'retired':
        if (this.#thread) this.#recycling?.receive(this.#thread, message);
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
    if (!this.#recycling?.hold(message)) this.#thread?.postMessage(message);
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
    lastFrameMs: read('lastFrameMs'),
    refused: read('refused'),
  };
}

/** The only global of the package: however many servers and nodes, they share one socket thread. */
export const threadHost = new ThreadHost();
