/** At most so many at once: whoever comes later waits for a free slot, in the order of coming. */

export class Slots {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Rejects with the signal's reason when that comes first. Each slot taken is to be given back once. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (next) next();
    else this.#free += 1;
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', onAbort);
      };
      const go = (): void => {
        leave();
        resolve();
      };
      const onAbort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', onAbort);
    });
  }
}
