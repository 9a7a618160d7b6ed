/** Time that stands still until a test moves it, and that knows how many timers somebody still owns. */
import type { Clock, StopTimer } from '../../lib/clock';

interface Timer {
  dueMs: number;
  readonly order: number;
  readonly periodMs: number | undefined;
  readonly action: () => void;
}

/** Far from 0, so that a zero that means "never" cannot pass for a time. */
const START_MS = 1_000_000;
/** The wall clock is another scale: mixing the two up must show. */
const WALL_OFFSET_MS = 1_700_000_000_000;

export class FakeClock implements Clock {
  /** What the event loop finds when it looks for arrived data: called between timers and `afterPoll` actions. */
  onPoll: () => void = () => undefined;
  #nowMs = START_MS;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #afterPoll = new Set<() => void>();

  readonly wallMs = (): number => this.#nowMs + WALL_OFFSET_MS;
  readonly monotonicMs = (): number => this.#nowMs;

  readonly after = (delayMs: number, action: () => void): StopTimer => this.#add(delayMs, undefined, action);
  readonly every = (periodMs: number, action: () => void): StopTimer => this.#add(periodMs, periodMs, action);

  readonly afterPoll = (action: () => void): StopTimer => {
    const once = (): void => {
      action();
    };
    this.#afterPoll.add(once);
    return () => {
      this.#afterPoll.delete(once);
    };
  };

  /** Timers and `afterPoll` actions that are neither done nor cancelled. */
  get pending(): number {
    return this.#timers.size + this.#afterPoll.size;
  }

  /** Lets `ms` pass; everything runs at its time, with a turn of the event loop after each timer. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let timer = this.#next(endMs); timer; timer = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      this.#run(timer);
      this.turn();
    }
    this.#nowMs = endMs;
    this.turn();
  }

  /** One turn of the event loop: data arrives, then what waits for that runs. What they add waits for the next turn. */
  turn(): void {
    this.onPoll();
    const due = [...this.#afterPoll];
    for (const action of due) {
      // An earlier one may have cancelled it.
      if (this.#afterPoll.delete(action)) action();
    }
  }

  /** The machine sleeps: time passes and nothing runs. What is due runs late, all of it before data is looked for. */
  suspend(ms: number): void {
    this.#nowMs += ms;
    for (let timer = this.#next(this.#nowMs); timer; timer = this.#next(this.#nowMs)) this.#run(timer);
    this.turn();
  }

  #add(delayMs: number, periodMs: number | undefined, action: () => void): StopTimer {
    const timer: Timer = { dueMs: this.#nowMs + delayMs, order: this.#order++, periodMs, action };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #next(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs > untilMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order))
        next = timer;
    }
    return next;
  }

  #run(timer: Timer): void {
    if (timer.periodMs === undefined) this.#timers.delete(timer);
    else timer.dueMs = this.#nowMs + timer.periodMs;
    timer.action();
  }
}
