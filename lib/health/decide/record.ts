/** What must survive the process so that restarts stay limited: the record's fields, and each change to it. */
import type { Rung } from './components';

export const RECORD_VERSION = 1;

/** Steps that are limited by the record; collections have a budget of their own. */
export type RestartRung = Exclude<Rung, 'gc'>;

/** `crash`: the process ended without us; it counts as an exit. */
export type Cause = 'auto' | 'manual' | 'scheduled' | 'crash';

export interface HistoryEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly action: RestartRung;
  readonly reason: string;
  readonly cause: Cause;
  readonly rssBefore: number | null;
  readonly rssAfter: number | null;
  readonly uptimeS: number;
  /** null: not known yet, or not judged. */
  readonly ok: boolean | null;
}

export interface StateRecord {
  readonly v: typeof RECORD_VERSION;
  /** One per process. */
  readonly bootId: string;
  readonly startedAt: number;
  readonly heartbeatAt: number;
  readonly cleanExit: boolean;
  readonly pending: { readonly action: RestartRung; readonly reason: string; readonly at: number } | null;
  readonly history: readonly HistoryEntry[];
  readonly backoffMin: number;
  /** Epoch ms; `reset`: until somebody says so. */
  readonly lockedUntil: number | 'reset' | null;
  readonly lockedBy: string | null;
  /** Times of scheduled restarts, which have a count of their own. */
  readonly scheduledAt: readonly number[];
  /** Processes in a row that ended young. */
  readonly earlyExits: number;
  /** Only what came after the last reset counts against the hourly and daily limits. */
  readonly countFrom: number;
  /** Since the file was made: per action and reason, and per limit. */
  readonly totals: Readonly<Record<string, number>>;
  readonly blocked: Readonly<Record<string, number>>;
}

const MS_PER_S = 1000;
/** Per kind the newest are kept, more than any limit counts; 50 in all. */
const KEPT: Readonly<Record<string, number>> = { process: 16, recycle: 10, flows: 8, scheduled: 16 };
/** One day's worth of scheduled restarts. */
export const SCHEDULED_PER_DAY = 48;
/** A process that lives shorter has gained nothing by its start. */
const EARLY_EXIT_MS = 600_000;
export const MAX_EARLY_EXITS = 3;
/** The file says nothing about what happened before: wait as long as a restart would have to prove itself. */
export const LOCK_AFTER_CORRUPT_MS = 600_000;
const BACKOFF_MIN = { first: 5, max: 60 } as const;

export function emptyRecord(bootId: string, startedAt: number, nowMs: number): StateRecord {
  return {
    v: RECORD_VERSION,
    bootId,
    startedAt,
    heartbeatAt: nowMs,
    cleanExit: false,
    pending: null,
    history: [],
    backoffMin: 0,
    lockedUntil: null,
    lockedBy: null,
    scheduledAt: [],
    earlyExits: 0,
    countFrom: 0,
    totals: {},
    blocked: {},
  };
}

/** The record of a new process, or of the same one when it was only closed in between. */
export function continueRecord(
  saved: StateRecord,
  bootId: string,
  startedAt: number,
  nowMs: number,
): StateRecord {
  if (saved.bootId === bootId) {
    // An exit that is under way goes on; any other step ended with whoever took it.
    const pending = saved.pending?.action === 'process' ? saved.pending : null;
    return { ...withoutFuture(saved, nowMs), pending, cleanExit: false, heartbeatAt: nowMs };
  }
  const previous = withoutFuture(saved, startedAt);
  const hasCrashed = !previous.cleanExit && previous.pending?.action !== 'process';
  const wasRestart = hasCrashed || previous.pending?.action === 'process';
  const livedMs = Math.max(0, previous.heartbeatAt - previous.startedAt);
  const counted = hasCrashed ? withCrash(previous, livedMs) : previous;
  const earlyExits = livedMs >= EARLY_EXIT_MS ? 0 : counted.earlyExits + (wasRestart ? 1 : 0);
  const next: StateRecord = {
    ...counted,
    bootId,
    startedAt,
    heartbeatAt: nowMs,
    cleanExit: false,
    pending: null,
    earlyExits,
  };
  return earlyExits >= MAX_EARLY_EXITS && next.lockedUntil === null
    ? withLock(next, 'reset', 'earlyExits')
    : next;
}

function withCrash(record: StateRecord, livedMs: number): StateRecord {
  return withEntry(record, {
    at: record.heartbeatAt,
    action: 'process',
    reason: 'crash',
    cause: 'crash',
    rssBefore: null,
    rssAfter: null,
    uptimeS: Math.round(livedMs / MS_PER_S),
    ok: false,
  });
}

/** A clock that was set back must not make the past last for years: what lies ahead has just happened. */
function withoutFuture(record: StateRecord, nowMs: number): StateRecord {
  const past = (at: number): number => Math.min(at, nowMs);
  return {
    ...record,
    startedAt: past(record.startedAt),
    heartbeatAt: past(record.heartbeatAt),
    countFrom: past(record.countFrom),
    history: record.history.map((entry) => ({ ...entry, at: past(entry.at) })),
    scheduledAt: record.scheduledAt.map(past),
    lockedUntil:
      typeof record.lockedUntil === 'number'
        ? Math.min(record.lockedUntil, nowMs + LOCK_AFTER_CORRUPT_MS)
        : record.lockedUntil,
  };
}

/** A step that is about to run: from now on it counts, whatever becomes of it. */
export function withPending(record: StateRecord, entry: HistoryEntry): StateRecord {
  const { action, reason, at } = entry;
  return { ...withEntry(record, entry), pending: { action, reason, at }, heartbeatAt: at };
}

function withEntry(record: StateRecord, entry: HistoryEntry): StateRecord {
  const key = `${entry.action} ${entry.reason}`;
  return {
    ...record,
    backoffMin: backoffAfter(record, entry),
    history: prune([...record.history, entry]),
    scheduledAt:
      entry.cause === 'scheduled'
        ? [...record.scheduledAt, entry.at].slice(-SCHEDULED_PER_DAY)
        : record.scheduledAt,
    totals: { ...record.totals, [key]: (record.totals[key] ?? 0) + 1 },
  };
}

const isFailureExit = (entry: HistoryEntry): boolean =>
  entry.action === 'process' && (entry.cause === 'auto' || entry.cause === 'crash');

/** Exits that repeat, or that did not help, come at growing intervals. */
function backoffAfter(record: StateRecord, entry: HistoryEntry): number {
  if (!isFailureExit(entry)) return record.backoffMin;
  if (record.backoffMin === 0) return BACKOFF_MIN.first;
  const last = record.history.filter(isFailureExit).at(-1);
  const isRepeated =
    last === undefined || last.reason === entry.reason || last.ok !== true || entry.ok === false;
  return isRepeated ? Math.min(record.backoffMin * 2, BACKOFF_MIN.max) : record.backoffMin;
}

/** One kind must never push out another that limits still count. */
function prune(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const seen = new Map<string, number>();
  const kept = [...history].reverse().filter((entry) => {
    const kind = entry.cause === 'scheduled' ? 'scheduled' : entry.action;
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= (KEPT[kind] ?? 0);
  });
  return kept.reverse();
}

/** What became of the step that began at `at`. */
export function withOutcome(
  record: StateRecord,
  at: number,
  outcome: { readonly rssAfter: number | null; readonly ok: boolean | null },
): StateRecord {
  const history = record.history.map((entry) => (entry.at === at ? { ...entry, ...outcome } : entry));
  return { ...record, pending: null, history };
}

export const withLock = (
  record: StateRecord,
  lockedUntil: number | 'reset',
  lockedBy: string,
): StateRecord => ({
  ...record,
  lockedUntil,
  lockedBy,
});

export const withoutLock = (record: StateRecord): StateRecord => ({
  ...record,
  lockedUntil: null,
  lockedBy: null,
});

/** A person takes over: everything may be tried again. */
export const withReset = (record: StateRecord, nowMs: number): StateRecord => ({
  ...withoutLock(record),
  backoffMin: 0,
  earlyExits: 0,
  countFrom: nowMs,
});

/** An hour of health: the trouble is over, the next one starts with short intervals. */
export const withHealthyHour = (record: StateRecord): StateRecord => ({
  ...record,
  backoffMin: 0,
  earlyExits: 0,
});

export const withBlocked = (record: StateRecord, limit: string): StateRecord => ({
  ...record,
  blocked: { ...record.blocked, [limit]: (record.blocked[limit] ?? 0) + 1 },
});

/** Alive; a process that has come this far did not fail at its start. */
export const withHeartbeat = (record: StateRecord, nowMs: number): StateRecord => ({
  ...record,
  heartbeatAt: nowMs,
  earlyExits: nowMs - record.startedAt >= EARLY_EXIT_MS ? 0 : record.earlyExits,
});
