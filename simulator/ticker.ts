/** Owns one rhythm: so many calls a second, making up for late timers, giving up what is far too late. */

/** After a stall a real server sends 15 to 20 frames at once; what is older it does not send at all. */
const MOST_BURST = 20;

export class Ticker {
  readonly #action: (periodsPassed: number, periodMs: number) => void;
  #hz = 0;
  #nextMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `action` gets the periods since the call before: one, or more where some were given up. */
  constructor(action: (periodsPassed: number, periodMs: number) => void) {
    this.#action = action;
  }

  get hz(): number {
    return this.#hz;
  }

  /** Starts at once, or goes on from now at another rate; 0 stops. */
  setHz(hz: number): void {
    this.stop();
    this.#hz = hz;
    if (hz === 0) return;
    this.#nextMs = performance.now();
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hz = 0;
  }

  #schedule(): void {
    const delayMs = Math.max(0, this.#nextMs - performance.now());
    this.#timer = setTimeout(() => this.#run(), delayMs);
  }

  #run(): void {
    const periodMs = 1000 / this.#hz;
    const nowMs = performance.now();
    // A timer may fire a fraction of a millisecond early: then nothing is due yet.
    const due = Math.max(0, Math.floor((nowMs - this.#nextMs) / periodMs) + 1);
    const most = Math.max(MOST_BURST, Math.ceil(this.#hz / MOST_BURST));
    const givenUp = Math.max(0, due - most);
    this.#nextMs += due * periodMs;
    for (let index = 0; index < due - givenUp && this.#hz > 0; index += 1)
      this.#action(index === 0 ? 1 + givenUp : 1, periodMs);
    if (this.#hz > 0) this.#schedule();
  }
}
