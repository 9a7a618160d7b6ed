/** Main side of one listener: what came across, what is still allowed to come, and the books. */
import {
  LISTENER_COUNTER,
  createCounters,
  type AdoptedListener,
  type FrameRecord,
  type ListenerOptions,
  type ToThread,
} from './protocol';

export interface ListenerHandlers {
  readonly onFrames: (frames: readonly FrameRecord[]) => void;
}

/** Frames by fate, as far as the thread knows: received = filtered + dropped + lost + arrived + queued. */
export interface ListenerCounts {
  readonly received: number;
  readonly filtered: number;
  /** For want of room, or since they were no frames. */
  readonly dropped: number;
  /** With a thread that died. */
  readonly lost: number;
  /** Handed to the main thread. */
  readonly arrived: number;
  /** Waiting in the thread, or on the way. */
  readonly queued: number;
  readonly queuedBytes: number;
  /** When the oldest waiting frame arrived, monotonic ms; 0 = none waits. */
  readonly oldestMs: number;
}

export class Listener {
  readonly id: number;
  readonly socket: number;
  readonly #options: ListenerOptions;
  readonly #handlers: ListenerHandlers;
  readonly #memory = createCounters();
  readonly #counters = new Float64Array(this.#memory);
  readonly #post: (message: ToThread) => void;
  readonly #onClose: (listener: Listener) => void;
  #arrived = 0;
  #lost = 0;
  #outstanding = 0;
  #notBeforeMs = 0;

  constructor(
    id: number,
    socket: number,
    options: ListenerOptions,
    handlers: ListenerHandlers,
    post: (message: ToThread) => void,
    onClose: (listener: Listener) => void,
  ) {
    this.id = id;
    this.socket = socket;
    this.#options = options;
    this.#handlers = handlers;
    this.#post = post;
    this.#onClose = onClose;
  }

  get counts(): ListenerCounts {
    const read = (name: keyof typeof LISTENER_COUNTER): number => this.#counters[LISTENER_COUNTER[name]] ?? 0;
    // `received` last: the thread counts a frame there first, so nothing read before it can be ahead of it.
    const [filtered, dropped] = [read('filtered'), read('dropped')];
    const received = read('received');
    return {
      received,
      filtered,
      dropped,
      lost: this.#lost,
      arrived: this.#arrived,
      queued: received - filtered - dropped - this.#lost - this.#arrived,
      queuedBytes: read('queuedBytes'),
      oldestMs: read('oldestMs'),
    };
  }

  /**
   * Allows `frames` more, once all that were allowed before have come. Frames that arrived before `notBeforeMs`
   * (monotonic) are passed over as filtered.
   * @param unused how many of those that came wait for their turn: these count against the queue's limits
   */
  grant(frames: number, notBeforeMs: number, unused = 0): void {
    this.#outstanding = frames;
    this.#notBeforeMs = notBeforeMs;
    this.#post({ op: 'credit', listener: this.id, frames, notBeforeMs, unused });
  }

  close(): void {
    this.#onClose(this);
    this.#post({ op: 'unlisten', listener: this.id });
  }

  /** Called by the host. */
  deliver(frames: readonly FrameRecord[]): void {
    this.#arrived += frames.length;
    this.#outstanding -= frames.length;
    this.#handlers.onFrames(frames);
  }

  /** Called by the host when a thread begins to serve this listener: the first one, or a replacement. */
  attach(): void {
    const { id: listener, socket } = this;
    this.#post({ op: 'listen', socket, listener, options: this.#options, counters: this.#memory });
    if (this.#outstanding > 0) this.grant(this.#outstanding, this.#notBeforeMs);
  }

  /** Called by the host when another thread takes over, with what waited in the one before. */
  adoption(frames: AdoptedListener['frames']): AdoptedListener {
    return {
      listener: this.id,
      options: this.#options,
      counters: this.#memory,
      frames,
      credit: this.#outstanding,
      notBeforeMs: this.#notBeforeMs,
    };
  }

  /** Called by the host when the thread is gone: what it held is lost, and counted. */
  detach(): void {
    this.#lost += this.counts.queued;
    for (const name of ['queued', 'queuedBytes', 'oldestMs'] as const)
      this.#counters[LISTENER_COUNTER[name]] = 0;
  }
}
