/** The counters that the system keeps of this process: exact whenever they are read, and free to read. */
import { performance } from 'node:perf_hooks';

export interface ProcessFacts {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly uptimeS: number;
  /** Of all threads, user and system. */
  readonly cpuS: number;
}

const US_PER_S = 1e6;

export function readProcessFacts(): ProcessFacts {
  const { user, system } = process.cpuUsage();
  return {
    startedAt: performance.timeOrigin,
    uptimeS: process.uptime(),
    cpuS: (user + system) / US_PER_S,
  };
}
