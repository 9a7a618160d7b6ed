/** What crosses between the main thread and the socket thread: messages, and counters in shared memory. */
import type { ErrorRecord } from '../errors';
import type { SecureOptions } from '../tls-options';

/** SENSR's two sockets: results on `output` (5050), point clouds on `points` (5051). */
export type SocketKind = 'output' | 'points';

export interface SocketOptions {
  readonly kind: SocketKind;
  /** `ws://host:port` or `wss://host:port`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secure?: SecureOptions;
  readonly proxyUrl?: string;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  readonly maxFrameBytes: number;
}

export interface ListenerOptions {
  /** Bit set of frame parts (lib/peek) this listener emits; 0 = every frame. */
  readonly parts: number;
  readonly queueFrames: number;
  readonly queueBytes: number;
  /** Frames with an event are dropped last. */
  readonly protectEvents: boolean;
  /** Frames with an event are never passed over for want of time. */
  readonly keepEvents: boolean;
}

export type SocketState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closing' | 'closed';

/** Why a connection ended or could not be made. */
export interface CloseReason extends ErrorRecord {
  /** Key of a short text in the catalogue, e.g. `refused`. */
  readonly textKey: string;
  /** True where waiting will hardly help: somebody must change a setting. */
  readonly needsPerson: boolean;
}

export interface SocketStatus {
  readonly state: SocketState;
  /** Failures in a row; 0 once a connection has been stable. */
  readonly attempt: number;
  /** Time until the next attempt, in state `waiting`; in `connecting` the wait before this one. */
  readonly retryInMs?: number;
  /** Why the last connection ended; absent after a connection came up. */
  readonly reason?: CloseReason;
}

/** A frame on its way to the main thread: the bytes as they came, alone in their ArrayBuffer. */
export interface FrameRecord {
  readonly bytes: ArrayBuffer;
  /** Wall time of arrival, epoch ms. */
  readonly receivedAtMs: number;
  /** The same on the monotonic clock. */
  readonly arrivedMs: number;
  readonly sequence: number;
}

/** A frame that waited in one thread, on its way to the queue of another. */
export interface MovedFrame extends FrameRecord {
  readonly hasEvent: boolean;
}

/** A listener as the thread that takes it over needs it. */
export interface AdoptedListener {
  readonly listener: number;
  readonly options: ListenerOptions;
  readonly counters: SharedArrayBuffer;
  readonly frames: readonly MovedFrame[];
  readonly credit: number;
  readonly notBeforeMs: number;
}

export type ToThread =
  | {
      readonly op: 'open';
      readonly socket: number;
      readonly options: SocketOptions;
      readonly counters: SharedArrayBuffer;
    }
  /** Connects like open, but keeps what comes, and the counters as they are, until it is told to adopt. */
  | { readonly op: 'shadow'; readonly socket: number; readonly options: SocketOptions }
  /** Remember what comes from now on, so that it can be recognised. */
  | { readonly op: 'watch' }
  /** Say when a frame with this print has come, or now if it has. */
  | { readonly op: 'find'; readonly socket: number; readonly print: string }
  /** Stop watching: the take-over does not take place. */
  | { readonly op: 'unwatch' }
  /** Give everything away, then close all sockets. */
  | { readonly op: 'handOver' }
  /** From now on this thread serves the socket: first what waited in the other, then what that one has not seen. */
  | {
      readonly op: 'adopt';
      readonly socket: number;
      readonly counters: SharedArrayBuffer;
      readonly prints: readonly string[];
      readonly listeners: readonly AdoptedListener[];
    }
  | { readonly op: 'ask'; readonly id: number; readonly question: ThreadQuestion }
  | { readonly op: 'close'; readonly socket: number }
  | { readonly op: 'reconnect'; readonly socket: number }
  | {
      readonly op: 'listen';
      readonly socket: number;
      readonly listener: number;
      readonly options: ListenerOptions;
      readonly counters: SharedArrayBuffer;
    }
  | { readonly op: 'unlisten'; readonly listener: number }
  /**
   * Allows `frames` more frames; those that arrived before `notBeforeMs` (monotonic) are passed over as filtered. Of
   * the frames that came, the last `unused` still wait for their turn.
   */
  | {
      readonly op: 'credit';
      readonly listener: number;
      readonly frames: number;
      readonly notBeforeMs: number;
      readonly unused: number;
    };

/** What the main thread asks of the thread itself: whether it lives, what it costs, to collect garbage. */
export type ThreadQuestion = 'ping' | 'measures' | 'minor' | 'major' | 'deep';

/** What a thread gives away of one socket. */
export interface HandedSocket {
  readonly socket: number;
  readonly prints: readonly string[];
  readonly listeners: readonly { readonly listener: number; readonly frames: readonly MovedFrame[] }[];
}

export type FromThread =
  | { readonly op: 'ready' }
  /** A frame came on a shadow socket. */
  | { readonly op: 'seen'; readonly socket: number; readonly print: string }
  | { readonly op: 'found'; readonly socket: number }
  | { readonly op: 'handedOver'; readonly sockets: readonly HandedSocket[] }
  /** All sockets that were handed over are closed. */
  | { readonly op: 'retired' }
  | { readonly op: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly op: 'frames'; readonly listener: number; readonly frames: readonly FrameRecord[] }
  | { readonly op: 'status'; readonly socket: number; readonly status: SocketStatus }
  | { readonly op: 'problem'; readonly socket: number; readonly problem: ErrorRecord; readonly count: number }
  | { readonly op: 'overflow'; readonly socket: number }
  | { readonly op: 'closed'; readonly socket: number };

/** Indexes into a listener's shared Float64Array. Written by the thread alone, read by the main thread at any time. */
export const LISTENER_COUNTER = {
  received: 0,
  filtered: 1,
  dropped: 2,
  posted: 3,
  queued: 4,
  queuedBytes: 5,
  oldestMs: 6,
} as const;
/** Indexes into a socket's shared Float64Array, likewise. Times are monotonic ms; 0 = never. */
export const SOCKET_COUNTER = {
  frames: 0,
  bytes: 1,
  lastByteMs: 2,
  openedMs: 3,
  pingRttMs: 4,
  attempts: 5,
  connections: 6,
  lastFrameMs: 7,
  /** What came and was no frame. */
  refused: 8,
} as const;

const BYTES_PER_FLOAT64 = 8;
const COUNTERS = 16;

/** Shared, so that the numbers stay exact when a thread dies, and readable while it is busy. */
export const createCounters = (): SharedArrayBuffer => new SharedArrayBuffer(COUNTERS * BYTES_PER_FLOAT64);
