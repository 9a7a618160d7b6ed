/** How much of the processors that it may use the process takes. */
import { availableParallelism } from 'node:os';
import type { Clock } from '../../clock';

export interface CpuMeter {
  /** Percent of all processors since the last reading. */
  readonly read: () => number;
}

const US_PER_MS = 1000;

export function startCpuMeter(clock: Clock): CpuMeter {
  let usage = process.cpuUsage();
  let atMs = clock.monotonicMs();
  return {
    read: () => {
      const { user, system } = process.cpuUsage(usage);
      const nowMs = clock.monotonicMs();
      const wallMs = Math.max(1, nowMs - atMs);
      usage = process.cpuUsage();
      atMs = nowMs;
      return (100 * (user + system)) / US_PER_MS / wallMs / availableParallelism();
    },
  };
}
