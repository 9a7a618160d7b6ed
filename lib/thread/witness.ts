/** The prints of a socket's last frames, and who waits for one of them to come. */

/** Ten seconds of the busiest socket. */
const KEPT = 1024;

export class Witness {
  #prints: string[] = [];
  readonly #wanted = new Set<string>();
  readonly #onFound: () => void;

  constructor(onFound: () => void) {
    this.#onFound = onFound;
  }

  get prints(): readonly string[] {
    return this.#prints;
  }

  add(print: string): void {
    this.#prints.push(print);
    if (this.#prints.length > KEPT * 2) this.#prints = this.#prints.slice(-KEPT);
    if (this.#wanted.delete(print)) this.#onFound();
  }

  find(print: string): void {
    if (this.#prints.includes(print)) this.#onFound();
    else this.#wanted.add(print);
  }
}
