/** Asks again and again while it runs: one question at a time, each so long after the one before. */
import { AskFailure, type Asked } from './ask';

export interface PollOptions<T> {
  readonly ask: () => Asked<T>;
  /** @returns how long to wait, from the start of this question */
  readonly onAnswer: (answer: T) => number;
  readonly onFailure: (message: string) => void;
}

const FAILED_MS = 2000;
/** Permissions may be given while the sidebar is open. */
const REFUSED_MS = 10_000;

export class Poll<T> {
  readonly #options: PollOptions<T>;
  #asked: Asked<T> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers to an earlier number come too late. */
  #run = 0;
  #isRunning = false;

  constructor(options: PollOptions<T>) {
    this.#options = options;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#next();
  }

  /** Idempotent; what is asked is given up. */
  stop(): void {
    this.#isRunning = false;
    this.#run += 1;
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = undefined;
  }

  /** Asks now, with what has changed. */
  again(): void {
    if (!this.#isRunning) return;
    this.stop();
    this.start();
  }

  async #next(): Promise<void> {
    const run = this.#run;
    const startMs = performance.now();
    const waitMs = await this.#ask(run);
    if (run !== this.#run) return;
    this.#timer = setTimeout(() => void this.#next(), Math.max(0, startMs + waitMs - performance.now()));
  }

  async #ask(run: number): Promise<number> {
    this.#asked = this.#options.ask();
    try {
      const answer = await this.#asked.answer;
      return run === this.#run ? this.#options.onAnswer(answer) : 0;
    } catch (error) {
      if (run === this.#run) this.#options.onFailure(error instanceof Error ? error.message : String(error));
      return error instanceof AskFailure && error.isRefused ? REFUSED_MS : FAILED_MS;
    }
  }
}
