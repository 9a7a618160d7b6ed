/** Memory of the whole process. Node.js reads it from a file of the system, and so cannot when no file can be opened any more. */

export interface ProcessMemory {
  /** Bytes. */
  readonly rss: number;
  /** Of this thread; bytes. */
  readonly arrayBuffers: number;
}

const BYTES_PER_KIB = 1024;

/** @returns a reader that gives what it read last where it cannot read; before that, what needs no file: the peak */
export function createMemoryReader(
  read: () => ProcessMemory = process.memoryUsage,
  peakKiB = (): number => process.resourceUsage().maxRSS,
): () => ProcessMemory {
  let last: ProcessMemory | undefined;
  return () => {
    try {
      const { rss, arrayBuffers } = read();
      last = { rss, arrayBuffers };
    } catch {
      // Out of file descriptors is what health is to live through, and to tell of: with the next best number.
      last ??= { rss: peakKiB() * BYTES_PER_KIB, arrayBuffers: 0 };
    }
    return last;
  };
}

export const readProcessMemory = createMemoryReader();
