/** A disk in memory: files outlive the StateFile, and writing can be made to fail. */
import type { StateStorage } from '../../../../../lib/health/decide/state-file';

export class MemoryStorage implements StateStorage {
  readonly files = new Map<string, string>();
  readonly writes: { readonly text: string; readonly isDurable: boolean }[] = [];
  failure: Error | undefined;

  readonly read = (path: string): Promise<string | undefined> => Promise.resolve(this.files.get(path));

  readonly write = (path: string, text: string, isDurable: boolean): Promise<void> => {
    if (this.failure) return Promise.reject(this.failure);
    this.files.set(path, text);
    this.writes.push({ text, isDurable });
    return Promise.resolve();
  };

  readonly move = (from: string, to: string): Promise<void> => {
    if (this.failure) return Promise.reject(this.failure);
    const text = this.files.get(from);
    if (text !== undefined) this.files.set(to, text);
    this.files.delete(from);
    return Promise.resolve();
  };
}
