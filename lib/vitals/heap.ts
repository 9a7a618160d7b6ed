/** The memory of this thread as V8 accounts for it. */
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { readProcessMemory } from './process-memory';

/** Bytes. */
export interface HeapReading {
  readonly used: number;
  /** What V8 has taken from the system for the heap, used or not. */
  readonly total: number;
  /** Without the young generation: what survives, and what a limit is about. */
  readonly oldUsed: number;
  /** The limit of V8, young generation included. */
  readonly limit: number;
  readonly external: number;
  readonly malloced: number;
  readonly physical: number;
  readonly arrayBuffers: number;
}

const YOUNG_SPACES: ReadonlySet<string> = new Set(['new_space', 'new_large_object_space']);

const youngBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => YOUNG_SPACES.has(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);

/** `oldUsed` of HeapReading alone, for whoever asks often. */
export const readOldUsed = (): number => getHeapStatistics().used_heap_size - youngBytes();

export function readHeap(): HeapReading {
  const statistics = getHeapStatistics();
  return {
    used: statistics.used_heap_size,
    total: statistics.total_heap_size,
    oldUsed: statistics.used_heap_size - youngBytes(),
    limit: statistics.heap_size_limit,
    external: statistics.external_memory,
    malloced: statistics.malloced_memory,
    physical: statistics.total_physical_size,
    arrayBuffers: readProcessMemory().arrayBuffers,
  };
}
