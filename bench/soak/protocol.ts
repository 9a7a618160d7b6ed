/** What the soaking process and its Node-RED say to each other. */
import type { ServerReport } from '../../lib/server/server';
import type { FlowNode } from '../../test/helpers/embedded-node-red';

export type Question =
  | { readonly op: 'deploy'; readonly flows: readonly FlowNode[]; readonly type: 'full' | 'nodes' | 'flows' }
  | { readonly op: 'report' }
  /** Asked once, at the end: hours of them, each second, would be a load of their own. */
  | { readonly op: 'events' }
  | { readonly op: 'block'; readonly ms: number }
  | { readonly op: 'stall'; readonly isStalled: boolean }
  | { readonly op: 'ask'; readonly node: string; readonly operation: string }
  | { readonly op: 'collect' }
  | { readonly op: 'stop' };

export interface SinkCounts {
  readonly messages: number;
}

/** Since the start, by server: `type timestamp zone object`, in the order in which they came. */
export type ReceivedEvents = readonly (readonly string[])[];

export interface NodeRedReport {
  /** Since the last deploy, by the name of the sink. */
  readonly sinks: Readonly<Record<string, SinkCounts>>;
  /** Since the start, of all streams. */
  readonly messages: number;
  /** The last messages that had a lower sequence than the one before them. */
  readonly outOfOrder: readonly string[];
  /** By server; absent while a deploy is under way. */
  readonly servers: readonly (ServerReport | undefined)[];
  /** Errors to Catch, by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests asked of the API nodes, and answers and errors that came of them. */
  readonly requests: { readonly asked: number; readonly ended: number };
  readonly uncaught: readonly string[];
  readonly heapUsedBytes: number;
}
