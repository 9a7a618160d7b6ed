/** The state file on a real disk: written beside, synchronised, and renamed, so that it is never half there. */
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { codeOf } from '../../errors';
import type { StateStorage } from './state-file';

export const stateDisk: StateStorage = {
  read: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  write: async (path, text, isDurable) => {
    const besides = `${path}.tmp`;
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
