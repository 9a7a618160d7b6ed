/** One request that several wait for: each may give up by itself, the last one to do so ends it. */
import { SensrError } from '../errors';

/** @returns why the signal was aborted, as the one class of errors */
export function abortError(signal: AbortSignal | undefined): SensrError {
  const reason: unknown = signal?.reason;
  return reason instanceof SensrError
    ? reason
    : new SensrError('SENSR_CLOSED', 'The request was given up', reason);
}

export class Flight<T> {
  readonly #abortion = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;
  #maxAgeMs = 0;
  #isOver = false;

  /** @param onEnd the result, or undefined when there is none; called before anyone who waits hears of it */
  constructor(start: (signal: AbortSignal) => Promise<T>, onEnd: (result: T | undefined) => void) {
    const run = async (): Promise<T> => start(this.#abortion.signal);
    this.#result = run().then(
      (result) => {
        this.#isOver = true;
        onEnd(result);
        return result;
      },
      (error: unknown) => {
        this.#isOver = true;
        onEnd(undefined);
        throw error;
      },
    );
    // Nobody may be left to hear of it.
    this.#result.catch(() => undefined);
  }

  /** Nobody can join any more: it has ended, or everybody has given up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The longest that one of those who wait wants the result kept. */
  get maxAgeMs(): number {
    return this.#maxAgeMs;
  }

  join(signal: AbortSignal | undefined, maxAgeMs: number): Promise<T> {
    this.#waiting += 1;
    this.#maxAgeMs = Math.max(this.#maxAgeMs, maxAgeMs);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting -= 1;
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        leave();
        reject(abortError(signal));
        if (this.#waiting > 0) return;
        this.#isOver = true;
        this.#abortion.abort(abortError(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#result.then(
        (result) => {
          leave();
          resolve(result);
        },
        (error: unknown) => {
          leave();
          reject(error as Error);
        },
      );
    });
  }
}
