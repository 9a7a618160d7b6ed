/** Writes the main thread's heap to a file for Chrome's DevTools, when memory and disk have room for it. */
import { stat, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics, writeHeapSnapshot } from 'node:v8';
import type { Clock } from '../clock';
import { SensrError } from '../errors';
import { bytesToMegabytes } from '../units';

export interface SnapshotReport {
  readonly event: 'SNAPSHOT';
  readonly path: string;
  readonly bytes: number;
  /** The main thread stood still all that time. */
  readonly durationMs: number;
  /** Epoch ms. */
  readonly at: number;
}

export interface SnapshotOptions {
  /** Undefined: nowhere to write to. */
  readonly directory: string | undefined;
  /** What the process may still take. */
  readonly spareBytes: number;
  /** Also where room is short. */
  readonly force: boolean;
}

/** V8 builds the graph beside the heap, and the file is larger than either. */
const MEMORY_FACTOR = 2;
const DISK_FACTOR = 4;

/** @throws SensrError SENSR_BAD_REQUEST naming what is short, and by how much */
export async function writeSnapshot(options: SnapshotOptions, clock: Clock): Promise<SnapshotReport> {
  const { directory, spareBytes, force } = options;
  if (directory === undefined)
    throw new SensrError('SENSR_BAD_REQUEST', 'snapshot: expected a user directory to write to, got none');
  if (!force) {
    const { used_heap_size: heapBytes } = getHeapStatistics();
    demand('memory', heapBytes * MEMORY_FACTOR, Math.min(spareBytes, freemem()));
    const { bavail, bsize } = await statfs(directory);
    demand('disk', heapBytes * DISK_FACTOR, bavail * bsize);
  }
  const at = clock.wallMs();
  const stamp = new Date(at).toISOString().replace(/[:.]/g, '-');
  const path = join(directory, `sensr-${stamp}.heapsnapshot`);
  const startMs = clock.monotonicMs();
  writeHeapSnapshot(path);
  const durationMs = clock.monotonicMs() - startMs;
  return { event: 'SNAPSHOT', path, bytes: (await stat(path)).size, durationMs, at };
}

function demand(what: 'memory' | 'disk', neededBytes: number, spareBytes: number): void {
  if (spareBytes >= neededBytes) return;
  const mb = (bytes: number): string => bytesToMegabytes(bytes).toFixed(0);
  throw new SensrError(
    'SENSR_BAD_REQUEST',
    `snapshot: expected ${mb(neededBytes)} MB of ${what} to spare, got ${mb(spareBytes)} MB; msg.force writes it all the same`,
  );
}
