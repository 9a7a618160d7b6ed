/** The memory of this thread as V8 accounts for it. */
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

/** Bytes. */
export interface HeapReading {
  readonly used: number;
  /** Without the young generation: what survives, and what a limit is about. */
  readonly oldUsed: number;
  /** The limit of V8, young generation included. */
  readonly limit: number;
  readonly external: number;
  readonly malloced: number;
  readonly physical: number;
  readonly arrayBuffers: number;
}

export function readHeap(): HeapReading {
  const statistics = getHeapStatistics();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return {
    used: statistics.used_heap_size,
    oldUsed: statistics.used_heap_size - (young?.space_used_size ?? 0),
    limit: statistics.heap_size_limit,
    external: statistics.external_memory,
    malloced: statistics.malloced_memory,
    physical: statistics.total_physical_size,
    arrayBuffers: process.memoryUsage().arrayBuffers,
  };
}
