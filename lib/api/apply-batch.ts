/** Collects writes that are pending until applied, and applies them once: soon after the last, within seconds of the first. */
import type { Clock, StopTimer } from '../clock';
import { SensrError, messageOf } from '../errors';

/** @param writes how many the attempt was for; @param error absent when they are applied */
export type OnApplied = (error: SensrError | undefined, writes: number) => void;

/** Long enough for a burst of messages, short enough to seem immediate. */
const SETTLE_MS = 300;
/** A flow that writes without a pause has its changes applied all the same. */
const LONGEST_MS = 5000;
/** Node-RED waits for it, and so does whoever deploys. */
const CLOSE_LIMIT_MS = 1000;

export class ApplyBatch {
  readonly #run: () => Promise<unknown>;
  readonly #clock: Clock;
  readonly #settleMs: number;
  /** One for each write that waits for the next attempt. */
  #waiting: OnApplied[] = [];
  /** Those that the attempt under way is for. */
  #applying: readonly OnApplied[] = [];
  /** Of the first one that waits; monotonic. */
  #firstMs = 0;
  #stopTimer: StopTimer | undefined;
  #attempt: Promise<void> = Promise.resolve();
  /** From close() on. */
  #closed: Promise<number> | undefined;
  /** Writes of attempts that failed after close. */
  #failed = 0;

  constructor(run: () => Promise<unknown>, clock: Clock, settleMs = SETTLE_MS) {
    this.#run = run;
    this.#clock = clock;
    this.#settleMs = settleMs;
  }

  /** After each successful write. @param onApplied told once, when the attempt for this write has ended */
  note(onApplied: OnApplied): void {
    if (this.#closed) return;
    if (this.#waiting.length === 0) this.#firstMs = this.#clock.monotonicMs();
    this.#waiting.push(onApplied);
    this.#arm();
  }

  /**
   * Idempotent; nobody is told anything any more. What waits is applied at once, and has a moment for that.
   * @returns how many writes are not known to be applied
   */
  close(): Promise<number> {
    this.#stopTimer?.();
    return (this.#closed ??= this.#finish());
  }

  async #finish(): Promise<number> {
    if (this.#waiting.length + this.#applying.length === 0) return 0;
    const rest = async (): Promise<void> => {
      await this.#attempt;
      if (this.#waiting.length > 0) await this.#apply();
    };
    await new Promise<void>((resolve) => {
      const stopLimit = this.#clock.after(CLOSE_LIMIT_MS, resolve);
      void rest().then(() => {
        stopLimit();
        resolve();
      });
    });
    return this.#waiting.length + this.#applying.length + this.#failed;
  }

  #arm(): void {
    this.#stopTimer?.();
    // What was written after it began is for the next one.
    if (this.#applying.length > 0) return;
    const leftMs = this.#firstMs + LONGEST_MS - this.#clock.monotonicMs();
    this.#stopTimer = this.#clock.after(Math.max(0, Math.min(this.#settleMs, leftMs)), () => {
      this.#attempt = this.#apply();
    });
  }

  async #apply(): Promise<void> {
    this.#applying = this.#waiting;
    this.#waiting = [];
    let failure: SensrError | undefined;
    try {
      await this.#run();
    } catch (error) {
      failure =
        error instanceof SensrError ? error : new SensrError('SENSR_BAD_RESPONSE', messageOf(error), error);
    }
    const told = this.#applying;
    this.#applying = [];
    if (this.#closed) {
      if (failure) this.#failed += told.length;
      return;
    }
    if (this.#waiting.length > 0) this.#arm();
    for (const onApplied of told)
      tell(() => {
        onApplied(failure, told.length);
      });
  }
}

/** Whoever cannot listen must cost neither the others their answer nor Node-RED its life. */
function tell(action: () => void): void {
  try {
    action();
  } catch {
    return;
  }
}
