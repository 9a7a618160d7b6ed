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

export type ToThread =
  | {
      readonly op: 'open';
      readonly socket: number;
      readonly options: SocketOptions;
      readonly counters: SharedArrayBuffer;
    }
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
  /** Allows `frames` more frames; those that arrived before `notBeforeMs` (monotonic) are passed over as filtered. */
  | {
      readonly op: 'credit';
      readonly listener: number;
      readonly frames: number;
      readonly notBeforeMs: number;
    };

export type FromThread =
  | { readonly op: 'ready' }
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
} as const;

const BYTES_PER_FLOAT64 = 8;
const COUNTERS = 8;

/** Shared, so that the numbers stay exact when a thread dies, and readable while it is busy. */
export const createCounters = (): SharedArrayBuffer => new SharedArrayBuffer(COUNTERS * BYTES_PER_FLOAT64);
