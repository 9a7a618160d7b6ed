/** Owns sensr-health.json: read once, written whole before every step, so that limits outlive the process. */
import type { Clock } from '../../clock';
import { messageOf } from '../../errors';
import { parseRecord } from './parse-record';
import {
  continueRecord,
  emptyRecord,
  LOCK_AFTER_CORRUPT_MS,
  withHeartbeat,
  withLock,
  type StateRecord,
} from './record';

export const STATE_FILE_NAME = 'sensr-health.json';

/** The part of a file system that is needed here. */
export interface StateStorage {
  /** @returns undefined when there is no such file */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Replaces the file whole; `isDurable`: on the disk, not only on its way. */
  readonly write: (path: string, text: string, isDurable: boolean) => Promise<void>;
  readonly move: (from: string, to: string) => Promise<void>;
}

/**
 * unwritable  limits are known in this process only, so it may not be ended
 * corrupt     the file was put aside; locked for ten minutes
 * newer       likewise: a later release wrote it
 */
export interface StateFileProblem {
  readonly kind: 'unwritable' | 'corrupt' | 'newer';
  readonly message: string;
}

export interface StateFileOptions {
  /** undefined: there is no directory to write to. */
  readonly path: string | undefined;
  readonly bootId: string;
  /** Of the process. */
  readonly uptimeMs: number;
}

export interface StateFileSurroundings {
  readonly storage: StateStorage;
  readonly clock: Clock;
  readonly onProblem: (problem: StateFileProblem) => void;
}

export class StateFile {
  readonly #path: string | undefined;
  readonly #storage: StateStorage;
  readonly #clock: Clock;
  readonly #onProblem: (problem: StateFileProblem) => void;
  /** From monotonic to epoch ms: fixed, so that no jump of the wall clock shortens or stretches an interval. */
  readonly #offsetMs: number;
  #record: StateRecord;
  #isWritable = false;
  #hasComplained = false;
  #writing: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(options: StateFileOptions, { storage, clock, onProblem }: StateFileSurroundings) {
    this.#path = options.path;
    this.#storage = storage;
    this.#clock = clock;
    this.#onProblem = onProblem;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
    const nowMs = this.nowMs();
    this.#record = emptyRecord(options.bootId, nowMs - options.uptimeMs, nowMs);
  }

  /** Never rejects: without a file that can be written, the process is not ended, that is all. */
  static async open(options: StateFileOptions, surroundings: StateFileSurroundings): Promise<StateFile> {
    const file = new StateFile(options, surroundings);
    await file.#load(options);
    await file.save();
    return file;
  }

  /** Epoch ms as of the start, counted on by the monotonic clock. */
  nowMs(): number {
    return this.#clock.monotonicMs() + this.#offsetMs;
  }

  get record(): StateRecord {
    return this.#record;
  }

  get isWritable(): boolean {
    return this.#isWritable;
  }

  /** Changes what is remembered; it is on the disk after the next `save` or `heartbeat`. */
  change(change: (record: StateRecord, nowMs: number) => StateRecord): void {
    this.#record = change(this.#record, this.nowMs());
  }

  /** @returns whether the record as it is now will survive this process */
  save(): Promise<boolean> {
    return this.#write(true);
  }

  /** @returns `removed` when somebody has deleted the file, which unlocks */
  async heartbeat(): Promise<'beaten' | 'removed'> {
    const isRemoved = this.#isWritable && (await this.#isMissing());
    this.change(withHeartbeat);
    await this.#write(false);
    return isRemoved ? 'removed' : 'beaten';
  }

  /** All nodes are away, for a moment or because Node-RED ends: until that is known, an end is no crash. */
  async pause(): Promise<void> {
    await this.#setClean(true);
  }

  /** They are back. */
  async resume(): Promise<void> {
    if (this.#record.cleanExit) await this.#setClean(false);
  }

  /** The process ends in good order, or nobody asks for health any longer. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.change((record, nowMs) => ({ ...withHeartbeat(record, nowMs), cleanExit: true }));
    await this.#write(true, true);
  }

  #setClean(cleanExit: boolean): Promise<boolean> {
    this.change((record) => ({ ...record, cleanExit }));
    return this.save();
  }

  async #load({ bootId, uptimeMs }: StateFileOptions): Promise<void> {
    if (this.#path === undefined) return;
    let text: string | undefined;
    try {
      text = await this.#storage.read(this.#path);
    } catch (error) {
      await this.#putAside(this.#path, 'corrupt', messageOf(error));
      return;
    }
    if (text === undefined) return;
    const parsed = parseRecord(text);
    if (parsed.kind !== 'ok') {
      await this.#putAside(this.#path, parsed.kind, parsed.why);
      return;
    }
    const nowMs = this.nowMs();
    this.#record = continueRecord(parsed.record, bootId, nowMs - uptimeMs, nowMs);
  }

  async #putAside(path: string, kind: 'corrupt' | 'newer', why: string): Promise<void> {
    this.change((record, nowMs) => withLock(record, nowMs + LOCK_AFTER_CORRUPT_MS, `${kind}StateFile`));
    const aside = `${path}.${kind}`;
    this.#onProblem({
      kind,
      message: `${path} cannot be understood: ${why}. It is kept as ${aside}; nothing is restarted for ten minutes`,
    });
    try {
      await this.#storage.move(path, aside);
    } catch {
      // It will be written over, or the first write says what is wrong with the directory.
    }
  }

  async #isMissing(): Promise<boolean> {
    if (this.#path === undefined) return false;
    await this.#writing;
    try {
      return (await this.#storage.read(this.#path)) === undefined;
    } catch {
      return false;
    }
  }

  /** One after the other: two writers would share the temporary file. */
  #write(isDurable: boolean, isLast = false): Promise<boolean> {
    const write = this.#writing.then(() => {
      // A heartbeat that comes late must not say that the process is still up.
      if (this.#closing && !isLast) return this.#isWritable;
      return this.#writeNow(isDurable);
    });
    this.#writing = write;
    return write;
  }

  async #writeNow(isDurable: boolean): Promise<boolean> {
    if (this.#path === undefined) {
      this.#complain('there is no directory for it');
      return false;
    }
    try {
      await this.#storage.write(this.#path, `${JSON.stringify(this.#record)}\n`, isDurable);
      this.#isWritable = true;
    } catch (error) {
      this.#isWritable = false;
      this.#complain(messageOf(error));
    }
    return this.#isWritable;
  }

  #complain(why: string): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#onProblem({
      kind: 'unwritable',
      message: `${this.#path ?? STATE_FILE_NAME} cannot be written: ${why}. The process will not be restarted, since that could not be remembered`,
    });
  }
}
