/** The records that decisions produce, field by field as users see them. */
import type { ErrorCode } from '../../errors';
import type { Component, Rung, Unit } from './components';
import type { HealthState } from './states';

export interface Reason {
  readonly component: Component;
  readonly value: number;
  readonly threshold: number;
  readonly unit: Unit;
}

export interface Alert {
  readonly event: 'GC_ALERT' | 'STATE_CHANGE' | 'LEAK_SUSPECTED' | 'HIGH_MEMORY_MODE' | 'STALL';
  /** The new state of a STATE_CHANGE; else how bad it is. */
  readonly level: HealthState;
  readonly component: string | null;
  readonly value: number | null;
  readonly threshold: number | null;
  /** Epoch ms. */
  readonly at: number;
  /** Of a STATE_CHANGE only. */
  readonly from?: HealthState;
  /** Of a STATE_CHANGE only: back to normal. */
  readonly recovered?: boolean;
  /** Of a LEAK_SUSPECTED only. */
  readonly window?: string;
  readonly slopeMBmin?: number;
  readonly ttlMin?: number;
}

export type ActionPhase = 'start' | 'done' | 'blocked' | 'failed';

export interface ActionMessage {
  readonly event: 'ACTION';
  readonly action: Rung;
  /** A component, `scheduled`, `manual`, `periodic`. */
  readonly reason: string;
  readonly phase: ActionPhase;
  /** Bytes of the offender's memory, or RSS. */
  readonly before: number | null;
  readonly after: number | null;
  readonly freedBytes: number | null;
  /** The limit or option that stands against it. */
  readonly blockedBy: string | null;
  readonly durationMs: number | null;
  /** Whether the offender is better now; null where that is not judged. */
  readonly helped: boolean | null;
  /** Epoch ms until which it stays blocked; null = until something else changes. */
  readonly blockedUntil: number | null;
  /** Why it failed, and the error's code. */
  readonly error: string | null;
  readonly code: ErrorCode | null;
  /** Epoch ms. */
  readonly at: number;
}

export interface Recommendation {
  readonly event: 'RESTART_RECOMMENDATION';
  /** The step that would be next; null where no step can help. */
  readonly action: Rung | null;
  readonly reason: string;
  readonly unhealthySinceS: number;
  readonly rss: number | null;
  readonly heapPct: number | null;
  readonly slopeMBmin: number | null;
  readonly ttlMin: number | null;
  readonly autoRestart: boolean;
  readonly blockedBy: string | null;
  /** Epoch ms. */
  readonly at: number;
}
