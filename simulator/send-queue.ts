/** Owns what waits to be sent to one client: whole writes, taken out in pieces of any size. */

interface Entry {
  readonly parts: readonly Uint8Array[];
  readonly isFrame: boolean;
}

export interface Taken {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  /** Frames whose last byte is among the pieces. */
  readonly framesEnded: number;
}

/** So many spent entries may stay in the list before it is cut. */
const MOST_SPENT = 1024;

export class SendQueue {
  #entries: Entry[] = [];
  /** Entries before this one are gone; shifting the array for each would cost too much. */
  #head = 0;
  /** Where in the first entry the next piece starts. */
  #part = 0;
  #offset = 0;
  #bytes = 0;
  #frames = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Frames of which at least a byte still waits. */
  get frames(): number {
    return this.#frames;
  }

  add(parts: readonly Uint8Array[], isFrame: boolean): void {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes === 0) return;
    this.#entries.push({ parts: parts.filter((part) => part.length > 0), isFrame });
    this.#bytes += bytes;
    if (isFrame) this.#frames += 1;
  }

  take(maxBytes: number): Taken {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    let framesEnded = 0;
    for (
      let entry = this.#entries[this.#head];
      entry && bytes < maxBytes;
      entry = this.#entries[this.#head]
    ) {
      const part = entry.parts[this.#part];
      if (!part) break;
      const end = Math.min(part.length, this.#offset + maxBytes - bytes);
      pieces.push(this.#offset === 0 && end === part.length ? part : part.subarray(this.#offset, end));
      bytes += end - this.#offset;
      this.#offset = end;
      if (end === part.length) {
        this.#part += 1;
        this.#offset = 0;
        if (this.#part === entry.parts.length) {
          this.#advanceEntry();
          if (entry.isFrame) framesEnded += 1;
        }
      }
    }
    this.#bytes -= bytes;
    this.#frames -= framesEnded;
    return { pieces, bytes, framesEnded };
  }

  /** Drops all that has not begun; what has begun must be finished, or the peer loses its place in the stream. */
  dropUnbegun(): void {
    const first = this.#entries[this.#head];
    const hasBegun = first !== undefined && (this.#part > 0 || this.#offset > 0);
    const rest = hasBegun ? first.parts.slice(this.#part) : [];
    this.#entries = hasBegun ? [first] : [];
    this.#head = 0;
    this.#bytes = rest.reduce((sum, part) => sum + part.length, 0) - (hasBegun ? this.#offset : 0);
    this.#frames = hasBegun && first.isFrame ? 1 : 0;
    if (!hasBegun) this.#part = this.#offset = 0;
  }

  #advanceEntry(): void {
    this.#head += 1;
    this.#part = 0;
    this.#offset = 0;
    if (this.#head < MOST_SPENT && this.#head < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
