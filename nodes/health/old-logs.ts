/** Which rotated logs have had their time, by age and by number; and their removal. */
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface LogFile {
  readonly name: string;
  /** Of the last change, epoch ms. */
  readonly changedMs: number;
}

export interface KeepOptions {
  /** Of the log that is written; rotated ones are `name.1`, `name.2` and so on. */
  readonly name: string;
  /** The one that is written included. */
  readonly maxFiles: number;
  readonly maxAgeMs: number;
}

/** @returns the names of those that go; the log itself never does */
export const outdated = (
  files: readonly LogFile[],
  { name, maxFiles, maxAgeMs }: KeepOptions,
  nowMs: number,
): readonly string[] =>
  files
    .filter((file) => {
      const suffix = file.name.startsWith(`${name}.`) ? file.name.slice(name.length + 1) : '';
      if (!/^[1-9]\d*$/.test(suffix)) return false;
      return Number(suffix) >= maxFiles || nowMs - file.changedMs > maxAgeMs;
    })
    .map((file) => file.name);

/** Never rejects: a file that cannot be removed is tried again another day. */
export async function removeOldLogs(directory: string, options: KeepOptions, nowMs: number): Promise<void> {
  try {
    const names = (await readdir(directory)).filter((name) => name.startsWith(`${options.name}.`));
    const files = await Promise.all(
      names.map(async (name) => ({ name, changedMs: (await stat(join(directory, name))).mtimeMs })),
    );
    await Promise.allSettled(outdated(files, options, nowMs).map((name) => unlink(join(directory, name))));
  } catch {
    // No directory, or none that may be read: then there is no log to write either, and that is told.
  }
}
