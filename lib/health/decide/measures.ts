/** What one sample hands to the decisions; whatever could not be measured is left out, never guessed. */
import type { Component, MemoryComponent, Thread } from './components';

export interface GcMeasures {
  /** Of collections that V8 started itself, since the previous sample. */
  readonly maxPauseMs?: number | undefined;
  /** All kinds, forced ones excluded. */
  readonly perMin?: number | undefined;
  /** The largest heap of one thread after a major collection. */
  readonly postGcBytes?: number | undefined;
  /** What a deep collection of the thread would take now. */
  readonly predictedPauseMs?: Readonly<Partial<Record<Thread, number>>> | undefined;
}

/** The most urgent trend that raises an alarm. */
export interface TrendMeasures {
  readonly series: string;
  readonly component: MemoryComponent;
  readonly window: 'short' | 'mid' | 'long';
  readonly slopeMBmin: number;
  /** Minutes until the limit is reached at this rate. */
  readonly ttlMin: number;
}

export interface Measures {
  /** Percent, or ms where the component says so. Only finite numbers count. */
  readonly values: Readonly<Partial<Record<Component, number | undefined>>>;
  /** What the memory components are in bytes, for the report of what a step freed. */
  readonly bytes: Readonly<Partial<Record<MemoryComponent, number | undefined>>>;
  readonly gc?: GcMeasures | undefined;
  readonly trend?: TrendMeasures | undefined;
  /** How late the sample's timer was. */
  readonly lateMs?: number | undefined;
  /** A deploy or a snapshot is under way: nothing may be repaired now. */
  readonly isBusy?: boolean | undefined;
  /** Little is going on: the moment for what can choose its moment. */
  readonly isQuiet?: boolean | undefined;
}

/** @returns the component's value when it is a number one can judge. */
export function valueOf(measures: Measures, component: Component): number | undefined {
  const value = measures.values[component];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
