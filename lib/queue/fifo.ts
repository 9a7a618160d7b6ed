/** A first-in, first-out list that gives up its head in constant time. */

/** Entries already taken are cut off once they are this many and the larger half: amortised constant, bounded garbage. */
const COMPACT_FROM = 64;

export class Fifo<T> {
  #entries: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  peek(): T | undefined {
    return this.#entries[this.#head];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const entry = this.#entries[this.#head];
    // Not held any longer: a taken frame may be megabytes.
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= COMPACT_FROM && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }
}
