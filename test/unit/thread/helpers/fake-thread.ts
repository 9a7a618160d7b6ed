/** Threads that do only what a test tells them. */
import type { FromThread, ToThread } from '../../../../lib/thread/protocol';
import type { ThreadHandle } from '../../../../lib/thread/worker-source';

type AnyListener = (value: never) => void;

export class FakeThread implements ThreadHandle {
  readonly posted: ToThread[] = [];
  terminations = 0;
  /** Whether terminate() is followed by the exit, as it should be. */
  diesWhenTerminated = true;
  readonly #listeners: [event: string, listener: AnyListener][] = [];

  readonly on = (event: string, listener: AnyListener): unknown => this.#listeners.push([event, listener]);
  readonly postMessage = (message: ToThread): void => {
    this.posted.push(message);
  };
  readonly terminate = (): Promise<unknown> => {
    this.terminations += 1;
    if (this.diesWhenTerminated) this.emit('exit', 1);
    return Promise.resolve();
  };

  emit(event: 'message', message: FromThread): void;
  emit(event: 'error' | 'messageerror', error: Error): void;
  emit(event: 'exit', exitCode: number): void;
  emit(event: string, value: unknown): void {
    for (const [of, listener] of this.#listeners) if (of === event) (listener as (v: unknown) => void)(value);
  }

  /** What was posted with that `op`. */
  of<Op extends ToThread['op']>(op: Op): Extract<ToThread, { op: Op }>[] {
    return this.posted.filter((message) => message.op === op) as Extract<ToThread, { op: Op }>[];
  }
}

export class FakeThreads {
  readonly all: FakeThread[] = [];
  /** What starting a thread throws, if anything. */
  failure: Error | undefined;

  readonly start = (): ThreadHandle => {
    if (this.failure) throw this.failure;
    const thread = new FakeThread();
    this.all.push(thread);
    return thread;
  };

  get last(): FakeThread {
    const thread = this.all.at(-1);
    if (!thread) throw new Error('No thread was started');
    return thread;
  }
}
