/** What the main thread and the process tell of themselves. */
import type { Clock } from '../../clock';
import { startGcMeter, type GcMeter, type GcReading } from '../../vitals/gc-meter';
import { readHeap, type HeapReading } from '../../vitals/heap';
import { startLoopMeter, type LoopReading } from '../../vitals/loop-meter';
import { readProcessMemory } from '../../vitals/process-memory';
import { startCpuMeter } from './cpu-meter';

export interface MainReading {
  readonly heap: HeapReading;
  readonly gc: GcReading;
  readonly loop: LoopReading;
  readonly cpuPct: number;
  /** Bytes. */
  readonly rss: number;
  readonly handles: number;
}

export interface MainThread {
  readonly read: () => MainReading;
  readonly whileForced: GcMeter['whileForced'];
  readonly close: () => void;
}

export function startMainThread(clock: Clock): MainThread {
  const gc = startGcMeter();
  const loop = startLoopMeter(clock);
  const cpu = startCpuMeter(clock);
  return {
    read: () => ({
      heap: readHeap(),
      gc: gc.read(),
      loop: loop.read(),
      cpuPct: cpu.read(),
      rss: readProcessMemory().rss,
      handles: process.getActiveResourcesInfo().length,
    }),
    whileForced: gc.whileForced,
    close: () => {
      gc.close();
      loop.close();
    },
  };
}
