/** What the measuring process and its Node-RED say to each other. */
import type { ServerReport } from '../../lib/server/server';

export type ToChild =
  | { readonly id: number; readonly op: 'deploy'; readonly flows: readonly unknown[] }
  | { readonly id: number; readonly op: 'report' }
  | { readonly id: number; readonly op: 'stop' };

export interface SinkReport {
  readonly count: number;
  readonly outOfOrder: number;
  readonly reportedDrops: number;
  readonly lastSequence: number;
  readonly ageMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly events: readonly string[];
}

export interface ChildReport {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly heapLimit: number;
  readonly cpu: { readonly user: number; readonly system: number };
  readonly server: ServerReport | undefined;
  readonly sinks: Readonly<Record<string, SinkReport>>;
  readonly errors: { readonly code: string; readonly message: string }[];
  readonly statuses: readonly string[];
}
