/** One node's accounting of frames: received = emitted + filtered + dropped + queued, exactly, at every moment. */
import type { StreamCounts } from '../server/stream-counts';
import type { ListenerCounts } from '../thread/listener';

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
