/** The health of the process as the sidebar shows it: state, the samples of its charts, the restarts. */
import type { ActionMessage } from '../../lib/health/decide/messages';
import type { HistoryEntry } from '../../lib/health/decide/record';
import type { Sample } from '../../lib/health/sampling/sample';
import type { HealthSource } from './health-source';
import type { HealthState, RestartEntry, SampleRow, StepState } from './protocol';

/** As many as a narrow chart can show. */
export const SAMPLES_SHOWN = 360;
const PERCENT = 100;

export type HealthParts = Omit<HealthState, 'restarts'> & { readonly restarts: readonly RestartEntry[] };

/** @returns undefined while no health node is deployed */
export function healthState(source: HealthSource): HealthParts | undefined {
  const status = source.status();
  if (!status) return undefined;
  const restarts = source.record()?.history ?? [];
  return {
    status: status.status,
    since: status.since,
    reasons: status.reasons,
    lockedBy: status.lockedBy,
    lastStep: status.actions.last && stepState(status.actions.last),
    samples: source.history().fine.slice(-SAMPLES_SHOWN).map(sampleRow),
    restartsStamp: stampOf(restarts),
    restarts: restarts.map(restartEntry).reverse(),
  };
}

/** What one reader does not have yet. */
export function newerThan(
  parts: HealthParts,
  have: { readonly sampleAt: number; readonly restartsStamp: string },
): HealthState {
  // A clock that was set back makes all samples old: then all are sent again.
  const isAhead = have.sampleAt > (parts.samples.at(-1)?.at ?? 0);
  return {
    ...parts,
    samples: isAhead ? parts.samples : parts.samples.filter(({ at }) => at > have.sampleAt),
    restarts: parts.restartsStamp === have.restartsStamp ? null : parts.restarts,
  };
}

const sampleRow = ({ at, rss, heap, loop, cpuPct, gc }: Sample): SampleRow => ({
  at,
  rss,
  heapUsed: heap.main.used,
  loopPct: PERCENT * loop.main.elu,
  loopP99Ms: loop.main.p99Ms,
  cpuPct,
  gcPct: gc.main.sharePct,
});

const restartEntry = ({
  at,
  action,
  reason,
  cause,
  rssBefore,
  rssAfter,
  ok,
}: HistoryEntry): RestartEntry => ({
  at,
  action,
  reason,
  cause,
  rssBefore,
  rssAfter,
  ok,
});

/** The newest may still be judged. */
const stampOf = (restarts: readonly HistoryEntry[]): string => {
  const last = restarts.at(-1);
  return last ? `${restarts.length} ${last.at} ${last.ok} ${last.rssAfter}` : 'none';
};

function stepState(message: ActionMessage): StepState {
  const { at, action, reason, phase, blockedBy, blockedUntil, error, durationMs } = message;
  return { at, action, reason, phase, blockedBy, blockedUntil, error, durationMs };
}
