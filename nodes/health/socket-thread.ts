/** The socket thread as health sees it: what it tells of itself, its collections, and its replacement. */
import type { Clock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';
import type { MonitorEffects } from '../../lib/health/monitor';
import type { SamplerSources, WorkerReading } from '../../lib/health/sampling/sampler';
import type { Collected } from '../../lib/thread/answers';
import type { ThreadHost } from '../../lib/thread/host';

type Host = Pick<ThreadHost, 'running' | 'ask' | 'recycle'>;

/** A deep collection of a large heap takes seconds. */
const COLLECT_LIMIT_MS = 30_000;

export function threadMeasures(host: Host, clock: Clock): SamplerSources['worker'] {
  return async (limitMs) => {
    if (!host.running) return undefined;
    const askedMs = clock.monotonicMs();
    const answer = await host.ask('measures', limitMs);
    if (answer !== undefined) return answer as WorkerReading;
    // A thread that is just being replaced is not asked at all; only one that was is silent.
    return clock.monotonicMs() - askedMs >= limitMs && host.running ? 'silent' : undefined;
  };
}

export function threadEffects(host: Host): Pick<MonitorEffects, 'collectWorker' | 'recycle'> {
  return {
    collectWorker: async (kind) => {
      const answer = (await host.ask(kind, COLLECT_LIMIT_MS)) as Collected | undefined;
      if (!answer)
        throw new SensrError(
          'SENSR_THREAD',
          host.running
            ? 'the socket thread does not answer'
            : 'no socket thread runs: no socket is open, or the thread has just ended',
        );
      if ('failure' in answer) throw new SensrError('SENSR_THREAD', answer.failure);
      return answer;
    },
    recycle: async () => {
      const { outcome, reason } = await host.recycle();
      if (outcome === 'abandoned')
        throw new SensrError(
          'SENSR_THREAD',
          `the socket thread was not replaced: ${reason ?? 'unknown reason'}`,
        );
    },
  };
}
