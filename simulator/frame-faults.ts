/** Decides what becomes of a frame while faults of single frames are set: garbage, cut, text, empty, oversize. */

import { DEFAULT_EVERY, type FaultSet } from './faults';
import { createRandom } from './random';
import type { Frame } from './stream-client';

const GARBAGE_SEED = 0xbad;
/** As long as a usual frame where the frame itself is longer: garbage need not be large to be garbage. */
const MOST_GARBAGE_BYTES = 64 * 1024;
/** A field that no generation knows, so that a reader that takes the size can skip it. */
const UNKNOWN_FIELD_TAG = [0xfa, 0x7f] as const;

const bytesOf = ({ parts }: Frame): Buffer => Buffer.concat(parts);

const cut = (frame: Frame): Frame => {
  const bytes = bytesOf(frame);
  return { ...frame, parts: [bytes.subarray(0, Math.floor(bytes.length / 2))] };
};

/** Text must be UTF-8, or the receiver would end the connection for that instead. */
const asText = (frame: Frame): Frame => ({
  ...frame,
  isText: true,
  parts: [Buffer.from(bytesOf(frame).toString('latin1'))],
});

/** A frame of exactly so many bytes: one unknown field full of zeros. */
export const oversizeFrame = (bytes: number): Buffer => {
  const frame = Buffer.alloc(bytes);
  frame.set(UNKNOWN_FIELD_TAG);
  // A length of always five bytes, so that it does not change with itself.
  const lengthBytes = 5;
  let rest = bytes - UNKNOWN_FIELD_TAG.length - lengthBytes;
  for (let index = 0; index < lengthBytes; index += 1) {
    const isLast = index === lengthBytes - 1;
    frame[UNKNOWN_FIELD_TAG.length + index] = (rest & 0x7f) | (isLast ? 0 : 0x80);
    rest >>>= 7;
  }
  return frame;
};

export class FrameFaults {
  readonly #faults: FaultSet;
  readonly #random = createRandom(GARBAGE_SEED);
  #count = 0;
  #oversize: Buffer = Buffer.alloc(0);

  constructor(faults: FaultSet) {
    this.#faults = faults;
  }

  /** Counts frames since the last clearing, so that 'every third' starts with the third. */
  restart(): void {
    this.#count = 0;
    this.#oversize = Buffer.alloc(0);
  }

  apply(frame: Frame): Frame {
    if (this.#faults.list().length === 0) return frame;
    this.#count += 1;
    if (this.#isHit('garbage')) return this.#garbage(frame);
    if (this.#isHit('truncate')) return cut(frame);
    if (this.#isHit('text')) return asText(frame);
    if (this.#isHit('empty')) return { ...frame, parts: [] };
    const oversize = this.#faults.get('oversize');
    if (oversize && this.#isHit('oversize')) return { ...frame, parts: [this.#ofSize(oversize.bytes)] };
    return frame;
  }

  #isHit(name: 'garbage' | 'truncate' | 'text' | 'empty' | 'oversize'): boolean {
    const fault = this.#faults.get(name);
    return fault !== undefined && this.#count % (fault.every ?? DEFAULT_EVERY) === 0;
  }

  #garbage(frame: Frame): Frame {
    const frameBytes = frame.parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = Buffer.alloc(Math.min(frameBytes, MOST_GARBAGE_BYTES));
    for (let index = 0; index < bytes.length; index += 1)
      bytes[index] = Math.floor(this.#random.next() * 256);
    return { ...frame, parts: [bytes] };
  }

  #ofSize(bytes: number): Buffer {
    if (this.#oversize.length !== bytes) this.#oversize = oversizeFrame(bytes);
    return this.#oversize;
  }
}
