/** Raw frames in order of arrival, bounded by count and by bytes; decides who is dropped when there is no room. */
import { Fifo } from './fifo';

export interface QueuedFrame {
  readonly sequence: number;
  readonly byteLength: number;
  readonly hasEvent: boolean;
  readonly arrivedMs: number;
}

export interface QueueLimits {
  readonly maxFrames: number;
  readonly maxBytes: number;
  /** Frames with an event are dropped only when nothing else is left. */
  readonly protectEvents: boolean;
}

/**
 * At least one frame always fits, however large: else a frame above maxBytes would make the node silent for ever.
 * Frames handed out but not yet used count against the limits too (`held`), so that nothing piles up elsewhere.
 */
export class BoundedQueue<Frame extends QueuedFrame> {
  readonly #plain = new Fifo<Frame>();
  readonly #events = new Fifo<Frame>();
  readonly #limits: QueueLimits;
  readonly #onDrop: (frame: Frame) => void;
  #bytes = 0;
  #heldFrames = 0;
  #heldBytes = 0;

  constructor(limits: QueueLimits, onDrop: (frame: Frame) => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  get length(): number {
    return this.#plain.length + this.#events.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest frame, without taking it. */
  peek(): Frame | undefined {
    return this.#oldest().peek();
  }

  push(frame: Frame): void {
    this.#fifoOf(frame).push(frame);
    this.#bytes += frame.byteLength;
    this.#makeRoom();
  }

  /** Takes the oldest frame. */
  shift(): Frame | undefined {
    return this.#take(this.#oldest());
  }

  /** What was handed out and not yet used. */
  hold(frames: number, bytes: number): void {
    this.#heldFrames = frames;
    this.#heldBytes = bytes;
    this.#makeRoom();
  }

  /** Empties the queue without counting anything as dropped. @returns what was in it. */
  clear(): Frame[] {
    const all: Frame[] = [];
    for (let frame = this.shift(); frame; frame = this.shift()) all.push(frame);
    return all;
  }

  #makeRoom(): void {
    const frames = this.#limits.maxFrames - this.#heldFrames;
    const bytes = this.#limits.maxBytes - this.#heldBytes;
    while (this.length > 1 && (this.length > frames || this.#bytes > bytes)) {
      const dropped = this.#take(this.#plain.length > 0 ? this.#plain : this.#events);
      if (dropped) this.#onDrop(dropped);
    }
  }

  #take(fifo: Fifo<Frame>): Frame | undefined {
    const frame = fifo.shift();
    if (frame) this.#bytes -= frame.byteLength;
    return frame;
  }

  #fifoOf(frame: Frame): Fifo<Frame> {
    return frame.hasEvent && this.#limits.protectEvents ? this.#events : this.#plain;
  }

  #oldest(): Fifo<Frame> {
    const plain = this.#plain.peek();
    const event = this.#events.peek();
    if (!plain) return this.#events;
    return event && event.sequence < plain.sequence ? this.#events : this.#plain;
  }
}
