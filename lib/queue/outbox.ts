/** What one listener is owed: takes the frames of its kind into its queue and posts them against credits. */
import type { FrameRecord, MovedFrame } from '../thread/protocol';
import { BoundedQueue, type QueueLimits } from './bounded-queue';
import type { Counters } from './counters';
import { SharedFrame } from './shared-frame';

export interface OutboxOptions extends QueueLimits {
  /** Bit set of frame parts; 0 = every frame. */
  readonly parts: number;
  /** Frames with an event are never passed over for want of time. */
  readonly keepEvents: boolean;
}

interface Entry {
  readonly sequence: number;
  readonly byteLength: number;
  readonly hasEvent: boolean;
  readonly arrivedMs: number;
  readonly frame: SharedFrame;
}

/** One message across the thread carries at most this many bytes: more would delay what comes after it. */
const MAX_BATCH_BYTES = 1_048_576;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #counters: Counters;
  readonly #post: (frames: FrameRecord[], transfer: ArrayBuffer[]) => void;
  readonly #queue: BoundedQueue<Entry>;
  /** Sizes of the frames posted and not yet used by the main thread, oldest first. */
  #heldBytes: number[] = [];
  #credit = 0;
  #notBeforeMs = 0;

  constructor(
    options: OutboxOptions,
    counters: Counters,
    post: (frames: FrameRecord[], transfer: ArrayBuffer[]) => void,
  ) {
    this.#options = options;
    this.#counters = counters;
    this.#post = post;
    this.#queue = new BoundedQueue<Entry>(options, ({ frame }) => {
      frame.release();
      this.#counters.add('dropped');
    });
  }

  /** A frame came on the socket. To be followed by deliver(), once every outbox has had its chance to claim it. */
  offer(frame: SharedFrame, parts: number, hasEvent: boolean): void {
    this.#counters.add('received');
    const wanted = this.#options.parts === 0 || (parts & this.#options.parts) !== 0;
    if (!wanted || this.#tooEarly(frame.arrivedMs, hasEvent)) {
      this.#counters.add('filtered');
      return;
    }
    frame.retain();
    const { byteLength, arrivedMs } = frame;
    this.#queue.push({ sequence: this.#counters.get('received'), byteLength, hasEvent, arrivedMs, frame });
  }

  /** A message came that is no frame at all: it counts, or the books would not balance. */
  reject(): void {
    this.#counters.add('received');
    this.#counters.add('dropped');
  }

  /** The main thread can use `frames` more, and has used all that it ever got but the last `unused`. */
  grant(frames: number, notBeforeMs: number, unused = 0): void {
    this.#credit = frames;
    this.#notBeforeMs = notBeforeMs;
    this.#heldBytes = unused > 0 ? this.#heldBytes.slice(-unused) : [];
    this.#hold();
    this.deliver();
  }

  /** Gives away what waits, for the outbox of another thread; the books go on there. */
  drain(): MovedFrame[] {
    this.#credit = 0;
    return this.#queue.clear().map(({ sequence, hasEvent, arrivedMs, frame }) => ({
      sequence,
      hasEvent,
      arrivedMs,
      receivedAtMs: frame.receivedAtMs,
      bytes: frame.takeBytes(),
    }));
  }

  /** The other end of drain(): what waited there waits here, before anything new. It is counted already. */
  restore(frames: readonly MovedFrame[]): void {
    for (const { sequence, hasEvent, arrivedMs, receivedAtMs, bytes } of frames) {
      const frame = new SharedFrame(Buffer.from(bytes), arrivedMs, receivedAtMs);
      frame.retain();
      this.#queue.push({ sequence, byteLength: bytes.byteLength, hasEvent, arrivedMs, frame });
    }
    this.#report();
  }

  close(): void {
    this.#queue.clear().forEach(({ frame }) => {
      frame.release();
    });
    this.#credit = 0;
    this.#report();
  }

  /** Posts what credits allow. */
  deliver(): void {
    while (this.#credit > 0) {
      const batch = this.#nextBatch();
      if (batch.length === 0) break;
      this.#post(
        batch,
        batch.map(({ bytes }) => bytes),
      );
    }
    this.#report();
  }

  #nextBatch(): FrameRecord[] {
    const batch: FrameRecord[] = [];
    let batchBytes = 0;
    while (this.#credit > 0 && batchBytes < MAX_BATCH_BYTES) {
      const entry = this.#queue.shift();
      if (!entry) break;
      if (this.#tooEarly(entry.arrivedMs, entry.hasEvent)) {
        entry.frame.release();
        this.#counters.add('filtered');
        continue;
      }
      batch.push({
        bytes: entry.frame.takeBytes(),
        receivedAtMs: entry.frame.receivedAtMs,
        arrivedMs: entry.arrivedMs,
        sequence: entry.sequence,
      });
      batchBytes += entry.byteLength;
      this.#heldBytes.push(entry.byteLength);
      this.#credit -= 1;
      this.#counters.add('posted');
    }
    if (batch.length > 0) this.#hold();
    return batch;
  }

  #hold(): void {
    this.#queue.hold(
      this.#heldBytes.length,
      this.#heldBytes.reduce((sum, bytes) => sum + bytes, 0),
    );
  }

  /** `interval` never costs an event, also where the queue makes no difference between frames. */
  #tooEarly(arrivedMs: number, hasEvent: boolean): boolean {
    return arrivedMs < this.#notBeforeMs && !(hasEvent && this.#options.keepEvents);
  }

  #report(): void {
    this.#counters.set('queued', this.#queue.length);
    this.#counters.set('queuedBytes', this.#queue.bytes);
    this.#counters.set('oldestMs', this.#queue.peek()?.arrivedMs ?? 0);
  }
}
