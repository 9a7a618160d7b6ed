/** The state file on a real disk: written beside, synchronised, and renamed, so that it is never half there. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { codeOf } from '../../errors';
import type { StateStorage } from './state-file';

/** Some hundred times what is ever written: whatever is larger would only fill the memory. */
const MAX_BYTES = 1_048_576;

export const stateDisk: StateStorage = {
  read: async (path) => {
    try {
      const found = await stat(path);
      if (!found.isFile() || found.size > MAX_BYTES)
        throw new Error(
          `expected a file of up to ${MAX_BYTES} bytes, got ${found.isFile() ? found.size : 'something else'}`,
        );
      return await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  write: async (path, text, isDurable) => {
    // A second Node-RED with the same user directory must not take away what this one is about to rename.
    const besides = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(besides, 'w');
      try {
        await file.writeFile(text);
        if (isDurable) await file.sync();
      } finally {
        await file.close();
      }
      await rename(besides, path);
    } catch (error) {
      await unlink(besides).catch(() => undefined);
      throw error;
    }
  },
  move: (from, to) => rename(from, to),
};
