/** The log of health in the user directory: JSON lines, rotated, bounded on disk and in memory, and never in anybody's way. */
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { systemClock, type Clock } from '../../lib/clock';
import { messageOf } from '../../lib/errors';
import { StateMachine, type Transitions } from '../../lib/state-machine';
import { removeOldLogs } from './old-logs';
import { isTorn } from './torn-line';

export interface HealthLogOptions {
  readonly directory: string;
  readonly name?: string;
  readonly maxFileBytes?: number;
  /** The one that is written included. */
  readonly maxFiles?: number;
  readonly maxAgeMs?: number;
  /** What may wait while the disk is slow or full. */
  readonly maxWaitingBytes?: number;
}

/** Both are told once for each outage, however often it is tried again. */
export interface HealthLogHandlers {
  readonly onProblem: (message: string) => void;
  readonly onRecovered?: () => void;
}

const DEFAULTS = {
  name: 'sensr-health.log',
  maxFileBytes: 10 * 1_048_576,
  maxFiles: 5,
  maxAgeMs: 30 * 86_400_000,
  // Days of what is usually written.
  maxWaitingBytes: 1_048_576,
} as const;

/** A full disk does not get empty by itself. */
const RETRY_MS = 60_000;
const PRUNE_INTERVAL_MS = 86_400_000;
/** A disk that hangs must not hold up a deploy. */
const CLOSE_LIMIT_MS = 2000;

/**
 * idle     nothing is being written
 * writing  one line after the other goes to the disk
 * broken   the disk refused; what comes waits for the next attempt
 * closed   for good
 */
type LogState = 'idle' | 'writing' | 'broken' | 'closed';

const TRANSITIONS: Transitions<LogState> = {
  idle: ['writing', 'closed'],
  writing: ['idle', 'broken', 'closed'],
  broken: ['writing', 'closed'],
  closed: [],
};

export class HealthLog {
  readonly #options: Required<HealthLogOptions>;
  readonly #path: string;
  readonly #handlers: HealthLogHandlers;
  readonly #clock: Clock;
  readonly #machine = new StateMachine<LogState>('idle', TRANSITIONS, () => undefined);
  readonly #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #stream: Writable | undefined;
  #drained: Promise<void> = Promise.resolve();
  #retryMs = 0;
  #prunedMs: number | undefined;
  /** What the stream took last: it does not tell when the disk has taken only a part. */
  #last: string | undefined;
  /** A line was cut off: the next one must not be joined to it. */
  #isTorn = false;
  #isTold = false;
  #closing: Promise<void> | undefined;

  constructor(options: HealthLogOptions, handlers: HealthLogHandlers, clock: Clock = systemClock) {
    this.#options = { ...DEFAULTS, ...options };
    this.#path = join(this.#options.directory, this.#options.name);
    this.#handlers = handlers;
    this.#clock = clock;
  }

  /** Returns at once. A record that cannot be kept is counted, and the log says how many were lost. */
  write(record: object): void {
    if (this.#closing) return;
    const line = lineOf(record);
    const bytes = Buffer.byteLength(line ?? '');
    if (line === undefined || this.#waitingBytes + bytes > this.#options.maxWaitingBytes) {
      this.#lost += 1;
    } else {
      this.#waiting.push(line);
      this.#waitingBytes += bytes;
    }
    const { state } = this.#machine;
    const isDue = state === 'broken' && this.#clock.monotonicMs() >= this.#retryMs;
    if (state === 'idle' || isDue) this.#start();
  }

  /** Idempotent; what waits is written first, if the disk takes it in time. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    let stopTimer = (): void => undefined;
    const limit = new Promise<void>((resolve) => {
      stopTimer = this.#clock.after(CLOSE_LIMIT_MS, resolve);
    });
    if (this.#machine.state === 'broken' && this.#waiting.length > 0) this.#start();
    await Promise.race([this.#drained, limit]);
    this.#machine.move('closed');
    await Promise.race([this.#closeStream(), limit]);
    stopTimer();
  }

  #start(): void {
    this.#machine.move('writing');
    // A handler that throws must not end the process.
    this.#drained = this.#drain().catch(() => undefined);
  }

  async #drain(): Promise<void> {
    try {
      await this.#prune();
      while (this.#machine.state === 'writing' && this.#waiting.length + this.#lost > 0) {
        const line = this.#waiting[0];
        if (line === undefined) await this.#tellLost();
        else {
          await this.#put(line);
          this.#waiting.shift();
          this.#waitingBytes -= Buffer.byteLength(line);
        }
      }
      if (this.#machine.state === 'writing') this.#machine.move('idle');
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #tellLost(): Promise<void> {
    const lost = this.#lost;
    await this.#put(`${JSON.stringify({ event: 'LOG_GAP', lost, at: this.#clock.wallMs() })}\n`);
    this.#lost -= lost;
  }

  async #put(line: string): Promise<void> {
    this.#stream ??= await this.#open();
    await written(this.#stream, this.#isTorn ? `\n${line}` : line);
    this.#isTorn = false;
    this.#last = line;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#handlers.onRecovered?.();
  }

  async #open(): Promise<Writable> {
    const { name, directory, maxFileBytes, maxFiles } = this.#options;
    // Only who has a log needs it.
    const { createStream } = await import('rotating-file-stream');
    this.#isTorn = await isTorn(this.#path);
    const size = `${maxFileBytes}B` as const;
    const stream = createStream(name, { path: directory, size, rotate: Math.max(1, maxFiles - 1) });
    // What fails is told to whoever writes; without a listener it would end the process.
    stream.on('error', () => undefined);
    return stream;
  }

  async #fail(error: unknown): Promise<void> {
    this.#retryMs = this.#clock.monotonicMs() + RETRY_MS;
    const isFirst = !this.#isTold;
    this.#isTold = true;
    await this.#closeStream();
    if (this.#last !== undefined && (await isTorn(this.#path))) {
      this.#waiting.unshift(this.#last);
      this.#waitingBytes += Buffer.byteLength(this.#last);
    }
    this.#last = undefined;
    if (this.#machine.state === 'writing') this.#machine.move('broken');
    if (isFirst) this.#handlers.onProblem(`The health log cannot be written: ${messageOf(error)}`);
  }

  async #prune(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#prunedMs !== undefined && nowMs - this.#prunedMs < PRUNE_INTERVAL_MS) return;
    this.#prunedMs = nowMs;
    await removeOldLogs(this.#options.directory, this.#options, this.#clock.wallMs());
  }

  async #closeStream(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (!stream || stream.closed) return;
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      if (stream.errored) stream.destroy();
      else stream.end();
    });
  }
}

/** @returns undefined for what has no JSON, such as a circle */
function lineOf(record: object): string | undefined {
  try {
    return `${JSON.stringify(record)}\n`;
  } catch {
    return undefined;
  }
}

const written = (stream: Writable, line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(line, (error) => {
      // A stream that could not be opened only says that it was destroyed.
      if (error) reject(stream.errored ?? error);
      else resolve();
    });
  });
