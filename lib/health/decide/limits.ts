/** Decides whether a step may run now, or which limit stands against it and until when. */
import {
  SCHEDULED_PER_DAY,
  type Cause,
  type HistoryEntry,
  type RestartRung,
  type StateRecord,
} from './record';

export interface Question {
  readonly rung: RestartRung;
  readonly cause: Exclude<Cause, 'crash'>;
  /** Epoch ms, on the scale of the record. */
  readonly nowMs: number;
  /** Of the process. */
  readonly uptimeMs: number;
  /** Memory is about to run out: the grace after a start would be the end. */
  readonly isUrgent: boolean;
  /** What is done can be remembered beyond the process. */
  readonly canPersist: boolean;
}

export interface LimitOptions {
  readonly startupGraceMs: number;
  readonly minIntervalMs: number;
}

export type Limit =
  | 'locked'
  | 'startupGrace'
  | 'stateFile'
  | 'recycleInterval'
  | 'minInterval'
  | 'backoff'
  | 'recyclesPerHour'
  | 'flowsPerHour'
  | 'exitsPerHour'
  | 'exitsPerDay'
  | 'scheduledPerDay'
  | 'gcBudget';

/**
 * wait       time alone lifts it
 * exhausted  the step was taken too often: it does not cure
 * never      nothing that happens in this process lifts it
 */
export type LimitKind = 'wait' | 'exhausted' | 'never';

export type Verdict =
  | { readonly isAllowed: true }
  | {
      readonly isAllowed: false;
      readonly limit: Limit;
      readonly kind: LimitKind;
      /** Epoch ms; undefined: not by time. */
      readonly untilMs: number | undefined;
    };

export const ALLOWED: Verdict = { isAllowed: true };

const MS_PER_MIN = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const RECYCLE_INTERVAL_MS = 60_000;
export const PER_HOUR: Readonly<Record<RestartRung, number>> = { recycle: 6, flows: 3, process: 3 };
export const EXITS_PER_DAY = 12;

interface Rule {
  readonly limit: Limit;
  readonly kind: LimitKind;
  readonly appliesTo: (question: Question) => boolean;
  /** @returns until when the step is blocked (Infinity: not by time), or undefined */
  readonly until: (question: Question, record: StateRecord, options: LimitOptions) => number | undefined;
}

const isOwn = ({ cause }: Question): boolean => cause !== 'scheduled';

const perHour = (limit: Limit, rung: RestartRung): Rule => ({
  limit,
  kind: 'exhausted',
  appliesTo: (question) => question.rung === rung && isOwn(question),
  until: (question, record) => full(countedTimes(record, rung), PER_HOUR[rung], HOUR_MS, question.nowMs),
});

const RULES: readonly Rule[] = [
  {
    limit: 'locked',
    kind: 'exhausted',
    appliesTo: () => true,
    until: ({ nowMs }, { lockedUntil }) => {
      if (lockedUntil === null) return undefined;
      if (lockedUntil === 'reset') return Infinity;
      return lockedUntil > nowMs ? lockedUntil : undefined;
    },
  },
  {
    limit: 'stateFile',
    kind: 'never',
    appliesTo: ({ rung }) => rung === 'process',
    until: ({ canPersist }) => (canPersist ? undefined : Infinity),
  },
  perHour('recyclesPerHour', 'recycle'),
  perHour('flowsPerHour', 'flows'),
  perHour('exitsPerHour', 'process'),
  {
    limit: 'exitsPerDay',
    kind: 'exhausted',
    appliesTo: (question) => question.rung === 'process' && isOwn(question),
    until: ({ nowMs }, record) => full(countedTimes(record, 'process'), EXITS_PER_DAY, DAY_MS, nowMs),
  },
  {
    limit: 'scheduledPerDay',
    kind: 'wait',
    appliesTo: ({ cause }) => cause === 'scheduled',
    until: ({ nowMs }, record) => full(record.scheduledAt, SCHEDULED_PER_DAY, DAY_MS, nowMs),
  },
  {
    limit: 'startupGrace',
    kind: 'wait',
    appliesTo: ({ isUrgent, rung }) => !(isUrgent && rung === 'recycle'),
    until: ({ nowMs, uptimeMs }, _record, { startupGraceMs }) =>
      uptimeMs < startupGraceMs ? nowMs + startupGraceMs - uptimeMs : undefined,
  },
  {
    limit: 'recycleInterval',
    kind: 'wait',
    appliesTo: ({ rung }) => rung === 'recycle',
    until: ({ nowMs }, record) =>
      after(
        last(record, ({ action }) => action === 'recycle'),
        RECYCLE_INTERVAL_MS,
        nowMs,
      ),
  },
  {
    limit: 'minInterval',
    kind: 'wait',
    appliesTo: ({ rung }) => rung !== 'recycle',
    until: ({ nowMs }, record, { minIntervalMs }) =>
      after(
        last(record, ({ action }) => action !== 'recycle'),
        minIntervalMs,
        nowMs,
      ),
  },
  {
    limit: 'backoff',
    kind: 'wait',
    appliesTo: (question) => question.rung === 'process' && isOwn(question),
    until: ({ nowMs }, record) =>
      after(
        last(record, ({ action, cause }) => action === 'process' && cause !== 'scheduled'),
        record.backoffMin * MS_PER_MIN,
        nowMs,
      ),
  },
];

const GRAVITY: Readonly<Record<LimitKind, number>> = { wait: 0, exhausted: 1, never: 2 };

/** Of several limits, the one that stands longest is told. */
export function mayRun(question: Question, record: StateRecord, options: LimitOptions): Verdict {
  const [gravest] = RULES.filter((rule) => rule.appliesTo(question))
    .flatMap((rule) => {
      const untilMs = rule.until(question, record, options);
      return untilMs === undefined ? [] : [{ rule, untilMs }];
    })
    .sort((a, b) => GRAVITY[b.rule.kind] - GRAVITY[a.rule.kind] || laterFirst(a.untilMs, b.untilMs));
  if (!gravest) return ALLOWED;
  const { rule, untilMs } = gravest;
  return {
    isAllowed: false,
    limit: rule.limit,
    kind: rule.kind,
    untilMs: Number.isFinite(untilMs) ? untilMs : undefined,
  };
}

/** Both may be infinite, so they cannot be subtracted. */
const laterFirst = (a: number, b: number): number => Number(b > a) - Number(a > b);

/** Collections may take a hundredth of the time. */
const GC_BUDGET_FACTOR = 100;
const GC_INTERVAL_MS = 30_000;

/** All times on one scale. */
export function mayCollect(
  nowMs: number,
  lastMs: number | undefined,
  lastPauseMs: number,
  leastIntervalMs = GC_INTERVAL_MS,
): Verdict {
  const intervalMs = Math.max(leastIntervalMs, GC_INTERVAL_MS, lastPauseMs * GC_BUDGET_FACTOR);
  const untilMs = after(lastMs, intervalMs, nowMs);
  return untilMs === undefined ? ALLOWED : { isAllowed: false, limit: 'gcBudget', kind: 'wait', untilMs };
}

/** @returns the end of an interval that is still running; a time ahead of now has just been. */
function after(lastMs: number | undefined, intervalMs: number, nowMs: number): number | undefined {
  if (lastMs === undefined) return undefined;
  const untilMs = Math.min(lastMs, nowMs) + intervalMs;
  return untilMs > nowMs ? untilMs : undefined;
}

function last(record: StateRecord, isMeant: (entry: HistoryEntry) => boolean): number | undefined {
  const times = record.history.filter(isMeant).map(({ at }) => at);
  return times.length > 0 ? Math.max(...times) : undefined;
}

const countedTimes = (record: StateRecord, rung: RestartRung): readonly number[] =>
  record.history
    .filter(({ action, cause, at }) => action === rung && cause !== 'scheduled' && at >= record.countFrom)
    .map(({ at }) => at);

/** @returns when one of `most` in the window leaves it, if the window is full */
function full(times: readonly number[], most: number, windowMs: number, nowMs: number): number | undefined {
  const recent = times
    .map((at) => Math.min(at, nowMs))
    .filter((at) => nowMs - at < windowMs)
    .sort((a, b) => a - b);
  const first = recent.at(-most);
  return recent.length >= most && first !== undefined ? first + windowMs : undefined;
}
