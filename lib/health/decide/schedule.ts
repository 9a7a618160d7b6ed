/** Decides when a scheduled restart is due: by time, by the hands of a clock, or by the memory in use. */
import { Cron } from 'croner';
import { SensrError, messageOf } from '../../errors';
import { shownValue } from '../../options';

export type ScheduleTarget = 'recycle' | 'flows' | 'process';

export type Schedule =
  | { readonly when: 'never' }
  | { readonly when: 'every'; readonly everyMs: number; readonly target: ScheduleTarget }
  | { readonly when: 'times'; readonly cron: string; readonly target: ScheduleTarget }
  /** When RSS reaches that part of the ceiling; again once it has been below, or after `everyMs`. */
  | {
      readonly when: 'rss';
      readonly rssPct: number;
      readonly everyMs: number;
      readonly target: ScheduleTarget;
    };

/** Supervisors take runs of equal length for a boot loop, and a site's machines must not restart all at once. */
export const MAX_JITTER_MS = 30_000;
/** How long a due restart waits for a quiet moment. */
const QUIET_WAIT_MS = 60_000;
/** Below this a restart by time has nothing to cure. */
const MIN_RSS_PCT = 50;
/** So far below its threshold RSS must have been before it can trigger again. */
const REARM_POINTS = 5;

/** @throws SensrError SENSR_BAD_CONFIG */
export function cronTimes(value: unknown): string {
  const expected = "scheduledRestartTimes: expected cron times such as '0 3 * * *'";
  if (typeof value !== 'string')
    throw new SensrError('SENSR_BAD_CONFIG', `${expected}, got ${shownValue(value)}`);
  try {
    if (cron(value).nextRun() !== null) return value;
  } catch (error) {
    throw new SensrError('SENSR_BAD_CONFIG', `${expected}, got '${value}': ${messageOf(error)}`, error);
  }
  throw new SensrError('SENSR_BAD_CONFIG', `${expected} that come again, got '${value}'`);
}

/** Only a calculator: paused, it starts no timer. */
const cron = (pattern: string): Cron => new Cron(pattern, { paused: true });

/** @returns when the restart after `fromMs` is due, epoch ms; undefined where no time decides */
export function nextTimeMs(schedule: Schedule, fromMs: number, jitterMs: number): number | undefined {
  switch (schedule.when) {
    case 'never':
    case 'rss':
      return undefined;
    case 'every':
      return fromMs + schedule.everyMs + jitterMs;
    case 'times': {
      const next = cron(schedule.cron).nextRun(new Date(fromMs));
      return next === null ? undefined : next.getTime() + jitterMs;
    }
  }
}

export interface ScheduleMoment {
  /** Epoch ms. */
  readonly nowMs: number;
  readonly rssPct: number | undefined;
  readonly isQuiet: boolean;
  /** Nothing else is being repaired or deployed. */
  readonly isFree: boolean;
}

export type ScheduleVerdict = 'notDue' | 'waiting' | 'skipped' | 'run';

export class RestartSchedule {
  readonly #schedule: Schedule;
  readonly #random: () => number;
  #nextMs: number | undefined;
  #dueSinceMs: number | undefined;
  /** RSS was below its threshold since it last triggered. */
  #isArmed = false;
  #lastMs: number;

  /** @param fromMs the last scheduled restart, else now; epoch ms */
  constructor(schedule: Schedule, fromMs: number, random: () => number) {
    this.#schedule = schedule;
    this.#random = random;
    this.#lastMs = fromMs;
    this.#nextMs = this.#after(fromMs);
  }

  get schedule(): Schedule {
    return this.#schedule;
  }

  /** Epoch ms; undefined where no time decides. */
  get nextMs(): number | undefined {
    return this.#nextMs;
  }

  /** After `run` and `skipped` the next time is set; what came of it does not matter here. */
  observe(moment: ScheduleMoment): ScheduleVerdict {
    if (!this.#isDue(moment)) {
      this.#dueSinceMs = undefined;
      return 'notDue';
    }
    if (this.#schedule.when !== 'rss' && moment.rssPct !== undefined && moment.rssPct < MIN_RSS_PCT) {
      this.#passed(moment.nowMs);
      return 'skipped';
    }
    this.#dueSinceMs ??= moment.nowMs;
    if (!moment.isFree) return 'waiting';
    if (!moment.isQuiet && moment.nowMs - this.#dueSinceMs < QUIET_WAIT_MS) return 'waiting';
    this.#passed(moment.nowMs);
    return 'run';
  }

  #isDue({ nowMs, rssPct }: ScheduleMoment): boolean {
    if (this.#schedule.when !== 'rss') return this.#nextMs !== undefined && nowMs >= this.#nextMs;
    if (rssPct === undefined) return false;
    if (rssPct < this.#schedule.rssPct - REARM_POINTS) this.#isArmed = true;
    if (rssPct < this.#schedule.rssPct) return false;
    return this.#isArmed || nowMs - this.#lastMs >= this.#schedule.everyMs;
  }

  #passed(nowMs: number): void {
    this.#dueSinceMs = undefined;
    this.#isArmed = false;
    this.#lastMs = nowMs;
    this.#nextMs = this.#after(nowMs);
  }

  #after(fromMs: number): number | undefined {
    return nextTimeMs(this.#schedule, fromMs, this.#random() * MAX_JITTER_MS);
  }
}
