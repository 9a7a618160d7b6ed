/** The socket thread: turns messages from the main thread into sockets and outboxes, and frames into posts. */
import { systemClock, type Clock } from '../clock';
import type { ErrorCode } from '../errors';
import { PART, peekOutputFrame } from '../peek/frame-kind';
import { Counters } from '../queue/counters';
import { Outbox } from '../queue/outbox';
import { SharedFrame } from '../queue/shared-frame';
import { RateLimit } from '../rate-limit';
import { Connection } from '../socket/connection';
import { openLink, type OpenLink } from '../socket/link';
import {
  SOCKET_COUNTER,
  type FromThread,
  type ListenerOptions,
  type SocketOptions,
  type ToThread,
} from './protocol';

/** What the thread needs of its MessagePort. */
export interface ThreadPort {
  readonly postMessage: (message: FromThread, transfer?: readonly ArrayBuffer[]) => void;
  readonly on: (event: 'message', listener: (message: ToThread) => void) => unknown;
}

export interface ThreadDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly openLink: OpenLink;
}

const PROBLEM_PERIOD_MS = 1000;
const OVERFLOW_PERIOD_MS = 60_000;
/** How old the shared numbers of a socket may be; a queue's are always current. */
const REPORT_PERIOD_MS = 250;

/** One socket with everything that hangs on it. */
class ThreadSocket {
  readonly connection: Connection;
  readonly outboxes = new Map<number, Outbox>();
  readonly #id: number;
  readonly #options: SocketOptions;
  readonly #post: ThreadPort['postMessage'];
  readonly #clock: Clock;
  readonly #counters: Float64Array;
  readonly #problems = new Map<ErrorCode, RateLimit>();
  readonly #overflow: RateLimit;

  constructor(
    id: number,
    options: SocketOptions,
    counters: SharedArrayBuffer,
    post: ThreadPort['postMessage'],
    deps: ThreadDeps,
  ) {
    this.#id = id;
    this.#options = options;
    this.#post = post;
    this.#clock = deps.clock;
    this.#counters = new Float64Array(counters);
    this.#overflow = new RateLimit(OVERFLOW_PERIOD_MS, deps.clock);
    this.connection = new Connection(
      options,
      {
        onMessage: (data, isBinary) => {
          this.#receive(data, isBinary);
        },
        onStatus: (status) => {
          this.report();
          post({ op: 'status', socket: id, status });
        },
      },
      deps,
    );
  }

  /** Writes the numbers that health reads. */
  report(): void {
    const { bytes, openedMs, pingRttMs, attempts, connections } = this.connection.statistics;
    if (bytes !== this.#counters[SOCKET_COUNTER.bytes])
      this.#counters[SOCKET_COUNTER.lastByteMs] = this.#clock.monotonicMs();
    this.#counters[SOCKET_COUNTER.bytes] = bytes;
    this.#counters[SOCKET_COUNTER.openedMs] = openedMs;
    this.#counters[SOCKET_COUNTER.pingRttMs] = pingRttMs;
    this.#counters[SOCKET_COUNTER.attempts] = attempts;
    this.#counters[SOCKET_COUNTER.connections] = connections;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      this.#refuse(
        'SENSR_TEXT_FRAME',
        `${this.#options.url} sent a text frame of ${data.byteLength} bytes, expected binary`,
      );
      return;
    }
    if (data.byteLength === 0) {
      this.#refuse('SENSR_EMPTY_FRAME', `${this.#options.url} sent a frame without a single byte`);
      return;
    }
    this.#counters[SOCKET_COUNTER.frames] = (this.#counters[SOCKET_COUNTER.frames] ?? 0) + 1;
    const parts = this.#options.kind === 'output' ? peekOutputFrame(data) : 0;
    if ((parts & PART.overflow) !== 0 && this.#overflow.hit() > 0)
      this.#post({ op: 'overflow', socket: this.#id });
    const frame = new SharedFrame(data, this.#clock.monotonicMs(), this.#clock.wallMs());
    const hasEvent = (parts & PART.event) !== 0;
    for (const outbox of this.outboxes.values()) outbox.offer(frame, parts, hasEvent);
    // Only now: the first to post would give the bytes away from under the others.
    for (const outbox of this.outboxes.values()) outbox.deliver();
  }

  #refuse(code: ErrorCode, message: string): void {
    for (const outbox of this.outboxes.values()) outbox.reject();
    let limit = this.#problems.get(code);
    if (!limit) this.#problems.set(code, (limit = new RateLimit(PROBLEM_PERIOD_MS, this.#clock)));
    const count = limit.hit();
    if (count > 0) this.#post({ op: 'problem', socket: this.#id, problem: { code, message }, count });
  }
}

/** Serves `port` until the thread ends. */
export function runThread(
  port: ThreadPort,
  deps: ThreadDeps = { clock: systemClock, random: Math.random, openLink },
): void {
  const sockets = new Map<number, ThreadSocket>();
  /** Which socket a listener hangs on. */
  const homes = new Map<number, ThreadSocket>();
  const post: ThreadPort['postMessage'] = (message, transfer) => {
    port.postMessage(message, transfer);
  };

  const listen = (
    socketId: number,
    listener: number,
    options: ListenerOptions,
    counters: SharedArrayBuffer,
  ): void => {
    const socket = sockets.get(socketId);
    if (!socket) return;
    const { parts, queueFrames, queueBytes, protectEvents } = options;
    const limits = { parts, maxFrames: queueFrames, maxBytes: queueBytes, protectEvents };
    const outbox = new Outbox(limits, new Counters(counters), (frames, transfer) => {
      post({ op: 'frames', listener, frames }, transfer);
    });
    socket.outboxes.set(listener, outbox);
    homes.set(listener, socket);
  };

  const unlisten = (listener: number): void => {
    const socket = homes.get(listener);
    socket?.outboxes.get(listener)?.close();
    socket?.outboxes.delete(listener);
    homes.delete(listener);
  };

  const close = async (id: number): Promise<void> => {
    const socket = sockets.get(id);
    sockets.delete(id);
    if (socket) {
      for (const listener of [...socket.outboxes.keys()]) unlisten(listener);
      await socket.connection.close();
    }
    post({ op: 'closed', socket: id });
  };

  const handle = (message: ToThread): void => {
    switch (message.op) {
      case 'open': {
        const socket = new ThreadSocket(message.socket, message.options, message.counters, post, deps);
        sockets.set(message.socket, socket);
        socket.connection.open();
        return;
      }
      case 'close':
        void close(message.socket);
        return;
      case 'reconnect':
        sockets.get(message.socket)?.connection.reconnect();
        return;
      case 'listen':
        listen(message.socket, message.listener, message.options, message.counters);
        return;
      case 'unlisten':
        unlisten(message.listener);
        return;
      case 'credit':
        homes
          .get(message.listener)
          ?.outboxes.get(message.listener)
          ?.grant(message.frames, message.notBeforeMs);
        return;
    }
  };

  port.on('message', handle);
  deps.clock.every(REPORT_PERIOD_MS, () => {
    for (const socket of sockets.values()) socket.report();
  });
  post({ op: 'ready' });
}
