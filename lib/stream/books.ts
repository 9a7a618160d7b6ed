/** One node's accounting of frames: received = emitted + filtered + dropped + queued, exactly, at every moment. */
import type { ListenerCounts } from '../thread/listener';

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

/** What became of the frames that reached the main thread; the thread's own numbers are added when asked. */
export class Books {
  #emitted = 0;
  #filtered = 0;
  #undecodable = 0;

  emitted(): void {
    this.#emitted += 1;
  }

  filtered(): void {
    this.#filtered += 1;
  }

  undecodable(): void {
    this.#undecodable += 1;
  }

  /** @param waiting frames that reached the main thread and had none of these fates yet */
  counts(thread: ListenerCounts, waiting: number): StreamCounts {
    const droppedBy = { queue: thread.dropped, thread: thread.lost, undecodable: this.#undecodable };
    return {
      received: thread.received,
      emitted: this.#emitted,
      filtered: thread.filtered + this.#filtered,
      dropped: droppedBy.queue + droppedBy.thread + droppedBy.undecodable,
      queued: thread.queued + waiting,
      droppedBy,
      queuedBytes: thread.queuedBytes,
      oldestMs: thread.oldestMs,
    };
  }
}
