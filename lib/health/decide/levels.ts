/** Decides each component's level: how long a value must stay above a threshold to count, and below it to be forgotten. */
import { COMPONENT_NAMES, componentRow, type Component } from './components';
import { valueOf, type Measures } from './measures';
import type { Reason } from './messages';
import type { Threshold, Thresholds } from './thresholds';

export type Level = 'normal' | 'warning' | 'critical';

const RANK: Readonly<Record<Level, number>> = { normal: 0, warning: 1, critical: 2 };

/** Samples in a row at or above a threshold before its level is reached. */
const SUSTAINED_SAMPLES = { warning: 2, critical: 3 } as const;
/** How long a component must stay below a threshold, less hysteresis, before its level is left. */
const FALL_MS = 60_000;

interface Run {
  readonly sinceMs: number;
  readonly samples: number;
}

interface Track {
  readonly level: Level;
  readonly value: number | undefined;
  readonly overWarning: Run | undefined;
  readonly overCritical: Run | undefined;
  readonly underWarningMs: number | undefined;
  readonly underCriticalMs: number | undefined;
}

const FRESH: Track = {
  level: 'normal',
  value: undefined,
  overWarning: undefined,
  overCritical: undefined,
  underWarningMs: undefined,
  underCriticalMs: undefined,
};

export class Levels {
  readonly #thresholds: Thresholds;
  readonly #sampleIntervalMs: number;
  readonly #tracks = new Map<Component, Track>();

  constructor(thresholds: Thresholds, sampleIntervalMs: number) {
    this.#thresholds = thresholds;
    this.#sampleIntervalMs = sampleIntervalMs;
  }

  /** @param nowMs monotonic */
  observe(measures: Measures, nowMs: number): void {
    for (const name of COMPONENT_NAMES) {
      const track = this.#tracks.get(name) ?? FRESH;
      this.#tracks.set(
        name,
        step(track, valueOf(measures, name), this.#thresholds[name], nowMs, this.#sampleIntervalMs),
      );
    }
  }

  of(component: Component): Level {
    return this.#tracks.get(component)?.level ?? 'normal';
  }

  /** The worst of all. */
  get overall(): Level {
    return COMPONENT_NAMES.map((name) => this.of(name)).reduce(worse, 'normal');
  }

  /** Critical components that a restart can cure, those with the smallest cure first. */
  get offenders(): readonly Component[] {
    return COMPONENT_NAMES.filter(
      (name) => componentRow(name).isRestartCurable && this.of(name) === 'critical',
    );
  }

  /** Why the level is not normal, the worst first. */
  get reasons(): readonly Reason[] {
    const ranked = COMPONENT_NAMES.flatMap((component) => {
      const { level, value } = this.#tracks.get(component) ?? FRESH;
      if (level === 'normal' || value === undefined) return [];
      const threshold = this.#thresholds[component][level];
      const reason: Reason = { component, value, threshold, unit: componentRow(component).unit };
      return [{ reason, rank: RANK[level], excess: value / threshold }];
    });
    ranked.sort((a, b) => b.rank - a.rank || b.excess - a.excess);
    return ranked.map(({ reason }) => reason);
  }
}

const worse = (a: Level, b: Level): Level => (RANK[a] >= RANK[b] ? a : b);

function step(
  track: Track,
  value: number | undefined,
  threshold: Threshold,
  nowMs: number,
  intervalMs: number,
): Track {
  const next = {
    value,
    overWarning: extend(track.overWarning, value, threshold.warning, nowMs),
    overCritical: extend(track.overCritical, value, threshold.critical, nowMs),
    // What is not measured any longer is no evidence of trouble.
    underWarningMs: below(value, threshold.leaveWarning) ? (track.underWarningMs ?? nowMs) : undefined,
    underCriticalMs: below(value, threshold.leaveCritical) ? (track.underCriticalMs ?? nowMs) : undefined,
  };
  return { ...next, level: levelAfter(track.level, next, threshold, nowMs, intervalMs) };
}

function levelAfter(
  level: Level,
  next: Omit<Track, 'level'>,
  threshold: Threshold,
  nowMs: number,
  intervalMs: number,
): Level {
  if (next.value !== undefined && next.value >= threshold.immediate) return 'critical';
  if (isSustained(next.overCritical, SUSTAINED_SAMPLES.critical, nowMs, intervalMs)) return 'critical';
  if (level === 'normal')
    return isSustained(next.overWarning, SUSTAINED_SAMPLES.warning, nowMs, intervalMs) ? 'warning' : 'normal';
  if (level === 'critical') return hasLasted(next.underCriticalMs, nowMs) ? 'warning' : 'critical';
  return hasLasted(next.underWarningMs, nowMs) ? 'normal' : 'warning';
}

const extend = (
  run: Run | undefined,
  value: number | undefined,
  threshold: number,
  nowMs: number,
): Run | undefined =>
  value !== undefined && value >= threshold
    ? { sinceMs: run?.sinceMs ?? nowMs, samples: (run?.samples ?? 0) + 1 }
    : undefined;

const below = (value: number | undefined, threshold: number): boolean =>
  value === undefined || value < threshold;

const hasLasted = (sinceMs: number | undefined, nowMs: number): boolean =>
  sinceMs !== undefined && nowMs - sinceMs >= FALL_MS;

/**
 * Counted in samples, and in time too: when samples come faster than normal, a short spike must not count for more.
 * Half an interval of slack, since timers are late by some ms, each by another.
 */
const isSustained = (run: Run | undefined, samples: number, nowMs: number, intervalMs: number): boolean =>
  run !== undefined && run.samples >= samples && nowMs - run.sinceMs >= (samples - 1.5) * intervalMs;
