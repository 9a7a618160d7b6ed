/** Collections by the clock, as far as somebody asked for them: each waits for a quiet moment, and the budget decides. */
import type { Clock, StopTimer } from '../clock';
import type { GcKind } from './decide/action-runner';

export interface PeriodicOptions {
  /** A full collection each so often; 0 = never. */
  readonly forcedGcMs: number;
  /** Minor each minute, major each ten. */
  readonly manualGenerations: boolean;
  /** Drop what is only kept for speed, and collect deeply when memory is short; 0 = never. */
  readonly cleanupMs: number;
}

export interface PeriodicEffects {
  readonly mayCollect: () => boolean;
  readonly collect: (kind: GcKind) => void;
  readonly dropCaches: () => void;
  readonly isMemoryShort: () => boolean;
}

interface Task {
  readonly periodMs: number;
  /** Undefined where there is nothing to collect now. */
  readonly run: () => GcKind | undefined;
}

const MINOR_PERIOD_MS = 60_000;
const MAJOR_PERIOD_MS = 600_000;
/** A machine that is never quiet is collected all the same. */
const QUIET_WAIT_MS = 60_000;
/** A larger collection does the smaller one's work. */
const KINDS: readonly GcKind[] = ['minor', 'major', 'deep'];

export class PeriodicCollections {
  readonly #effects: PeriodicEffects;
  readonly #clock: Clock;
  readonly #stops: readonly StopTimer[];
  #due: { kind: GcKind; readonly sinceMs: number } | undefined;

  constructor(options: PeriodicOptions, effects: PeriodicEffects, clock: Clock) {
    this.#effects = effects;
    this.#clock = clock;
    this.#stops = tasksOf(options, effects)
      .filter(({ periodMs }) => periodMs > 0)
      .map(({ periodMs, run }) =>
        clock.every(periodMs, () => {
          this.#want(run());
        }),
      );
  }

  /** With each sample. */
  observe(isQuiet: boolean): void {
    // What the budget refuses is not given up, only put off.
    if (!this.#due || !this.#effects.mayCollect()) return;
    if (!isQuiet && this.#clock.monotonicMs() - this.#due.sinceMs < QUIET_WAIT_MS) return;
    const { kind } = this.#due;
    this.#due = undefined;
    this.#effects.collect(kind);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#due = undefined;
  }

  #want(kind: GcKind | undefined): void {
    if (!kind) return;
    if (!this.#due) this.#due = { kind, sinceMs: this.#clock.monotonicMs() };
    else if (KINDS.indexOf(kind) > KINDS.indexOf(this.#due.kind)) this.#due.kind = kind;
  }
}

function tasksOf(options: PeriodicOptions, { dropCaches, isMemoryShort }: PeriodicEffects): readonly Task[] {
  const { forcedGcMs, manualGenerations, cleanupMs } = options;
  return [
    { periodMs: forcedGcMs, run: () => 'major' },
    { periodMs: manualGenerations ? MINOR_PERIOD_MS : 0, run: () => 'minor' },
    { periodMs: manualGenerations ? MAJOR_PERIOD_MS : 0, run: () => 'major' },
    {
      periodMs: cleanupMs,
      run: () => {
        dropCaches();
        return isMemoryShort() ? 'deep' : undefined;
      },
    },
  ];
}
