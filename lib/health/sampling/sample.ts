/** One look at the process: every number that health judges, shows and keeps. Field names are public. */
import type { GcReading } from '../../vitals/gc-meter';
import type { LoopReading } from '../../vitals/loop-meter';
import type { TrendReport } from '../trend/verdict';
import type { ServerHealth } from './server-health';

/** Bytes, except where the name says percent. */
export interface HeapSample {
  readonly used: number;
  readonly total: number;
  readonly oldUsed: number;
  /** The lowest old generation of the last minute: what is left after collections. */
  readonly postGc: number;
  readonly oldLimit: number;
  /** `postGc` in percent of `oldLimit`, or of the soft limit where that is lower. */
  readonly pct: number;
  readonly external: number;
  readonly malloced: number;
  readonly physical: number;
  readonly arrayBuffers: number;
}

export type ThreadName = 'main' | 'worker';
type PerThread<T> = Readonly<{ main: T } & Partial<Record<'worker', T>>>;

export interface Sample {
  /** Epoch ms. */
  readonly at: number;
  /** Bytes. */
  readonly rss: number;
  readonly ceiling: number;
  readonly rssPct: number;
  readonly heap: PerThread<HeapSample>;
  /** Resident memory that no thread's heap accounts for, in bytes; null while the socket thread does not answer. */
  readonly residual: number | null;
  /** Of the machine; information only. */
  readonly hostFreePct: number;
  readonly gc: PerThread<GcReading>;
  readonly loop: PerThread<LoopReading>;
  /** Of all processors. */
  readonly cpuPct: number;
  /** To the socket thread and back, or how long it has not answered; null without a thread. */
  readonly pingMs: number | null;
  /** Age of the newest SENSR message of a connection that is open; null without one. */
  readonly messageAgeMs: number | null;
  /** SENSR messages a second, of all servers. */
  readonly msgRate: number;
  /** Messages that could not be used, of those of the last minute; null below 20 of them. */
  readonly errorPct: number | null;
  readonly disk: { readonly usedPct: number | null };
  /** Timers, sockets and the like that the process holds. */
  readonly handles: number;
  readonly trend: TrendReport;
  /** By server name. */
  readonly servers: Readonly<Record<string, ServerHealth>>;
}
