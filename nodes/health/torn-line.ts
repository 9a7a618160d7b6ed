/** Tells whether a log ends in the middle of a line: a full disk takes a part of it, a crash leaves one. */
import { open } from 'node:fs/promises';

const NEWLINE = 10;

/** Never rejects: a file that is not there, or cannot be read, has no such end. */
export async function isTorn(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size === 0) return false;
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      return buffer[0] !== NEWLINE;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
