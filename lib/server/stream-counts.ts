/** What one node's accounting looks like, for whoever reports on a server. */

/** Frames by fate: received = emitted + filtered + dropped + queued. */
export interface StreamCounts {
  readonly received: number;
  readonly emitted: number;
  /** Not of the node's kind, too early for `interval`, or nothing left after its filters. */
  readonly filtered: number;
  readonly dropped: number;
  readonly queued: number;
  /** What `dropped` is made of: no room in the queue or no frame at all, a failed thread, bytes nobody can decode. */
  readonly droppedBy: { readonly queue: number; readonly thread: number; readonly undecodable: number };
  readonly queuedBytes: number;
  /** When the oldest waiting frame arrived, monotonic ms; 0 = none waits. */
  readonly oldestMs: number;
}
