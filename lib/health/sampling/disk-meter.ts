/** How full the disk of the user directory is: space and files, looked at once a minute. */
import { statfs } from 'node:fs/promises';
import type { Clock } from '../../clock';

export interface DiskReading {
  /** The larger of space and number of files; null where it cannot be told. */
  readonly usedPct: number | null;
}

export interface DiskMeter {
  readonly read: () => DiskReading;
  readonly close: () => void;
}

export interface FileSystem {
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

const PERIOD_MS = 60_000;

/** Blocks kept for the superuser are neither used nor available to us. */
export function usedPct({ blocks, bfree, bavail, files, ffree }: FileSystem): number | null {
  const used = blocks - bfree;
  if (used + bavail <= 0) return null;
  const space = used / (used + bavail);
  // Some file systems count no files.
  const inodes = files > 0 ? (files - ffree) / files : 0;
  return 100 * Math.max(space, inodes);
}

export function startDiskMeter(
  path: string,
  clock: Clock,
  read = statfs as (path: string) => Promise<FileSystem>,
): DiskMeter {
  let reading: DiskReading = { usedPct: null };
  const look = (): void => {
    read(path).then(
      (found) => {
        reading = { usedPct: usedPct(found) };
      },
      () => {
        // Not a file system that can be asked.
        reading = { usedPct: null };
      },
    );
  };
  look();
  const stop = clock.every(PERIOD_MS, look);
  return { read: () => reading, close: stop };
}
