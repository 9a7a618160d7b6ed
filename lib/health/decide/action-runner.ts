/** Carries out one step at a time: remembers it first, runs it with a time limit, gives it time to show what it did. */
import type { Clock, StopTimer } from '../../clock';
import { SensrError, messageOf } from '../../errors';
import { msToSeconds } from '../../units';
import type { Component, Rung, Thread } from './components';
import type { ActionMessage } from './messages';
import { withOutcome, withPending, type Cause, type RestartRung } from './record';
import type { StateFile } from './state-file';

export type GcKind = 'minor' | 'major' | 'deep';

/** What acts on the process; each answers when its work is done, and rejects when it could not be done. */
export interface Effects {
  readonly gc: (kind: GcKind, thread: Thread) => Promise<{ readonly pauseMs: number }>;
  readonly recycle: () => Promise<void>;
  readonly restartFlows: () => Promise<void>;
  readonly exitProcess: (code: number) => Promise<void>;
}

export interface Job {
  readonly rung: Rung;
  readonly gcKind: GcKind;
  readonly thread: Thread;
  readonly reason: string;
  readonly cause: Exclude<Cause, 'crash'> | 'periodic';
  /** Whom it is to cure; undefined where nobody judges. */
  readonly offender: Component | undefined;
  /** The offender's value. */
  readonly valueBefore: number | undefined;
  /** Of the offender's memory, or RSS. */
  readonly bytesBefore: number | undefined;
  readonly rssBefore: number | undefined;
}

export interface Completion {
  readonly job: Job;
  readonly entryAt: number | undefined;
  readonly durationMs: number;
}

export interface RunnerHandlers {
  readonly onMessage: (message: ActionMessage) => void;
  readonly onCollected: (pauseMs: number, kind: GcKind, thread: Thread) => void;
  readonly onFailed: (job: Job) => void;
}

type Phase = 'idle' | 'running' | 'settling';

/** Before this, no heap or RSS shows what a step has freed. */
const SETTLE_MS = 15_000;
/** Nodes give back what they held only when it is collected, and they close after the restart has answered. */
const GC_AFTER_FLOWS_MS = 2000;
/** Longer than any step takes; a step without an answer must not stop all repair. */
const ACTION_TIMEOUT_MS = 120_000;
/** The host has 20 s to close its nodes; a process that still runs then will not end. */
const EXIT_TIMEOUT_MS = 60_000;

export class ActionRunner {
  readonly #effects: Effects;
  readonly #file: StateFile;
  readonly #exitCode: number;
  readonly #clock: Clock;
  readonly #handlers: RunnerHandlers;
  #phase: Phase = 'idle';
  #completion: Completion | undefined;
  #settledMs = 0;
  /** Answers to an earlier number come too late. */
  #run = 0;
  #stopTimer: StopTimer | undefined;

  constructor(effects: Effects, file: StateFile, exitCode: number, clock: Clock, handlers: RunnerHandlers) {
    this.#effects = effects;
    this.#file = file;
    this.#exitCode = exitCode;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  get isIdle(): boolean {
    return this.#phase === 'idle';
  }

  /** Only when idle; what may run was decided before. */
  start(job: Job): void {
    this.#phase = 'running';
    this.#run += 1;
    this.#handlers.onMessage(actionMessage(job, 'start', this.#clock.wallMs()));
    void this.#carryOut(job, this.#run);
  }

  /** @returns the step that has had its time to show what it did, once */
  takeSettled(nowMs: number): Completion | undefined {
    if (this.#phase !== 'settling' || nowMs < this.#settledMs) return undefined;
    const completion = this.#completion;
    this.#phase = 'idle';
    this.#completion = undefined;
    return completion;
  }

  close(): void {
    this.#run += 1;
    this.#stopTimer?.();
  }

  async #carryOut(job: Job, run: number): Promise<void> {
    const startMs = this.#clock.monotonicMs();
    const entryAt = this.#file.nowMs();
    const isRemembered = job.rung !== 'gc';
    try {
      if (isRemembered) {
        const isSaved = await this.#remember(job, job.rung, entryAt);
        if (run !== this.#run) return;
        if (!isSaved && job.rung === 'process') {
          this.#fail(
            job,
            entryAt,
            new SensrError('SENSR_BAD_CONFIG', 'the state file cannot be written'),
            'stateFile',
          );
          return;
        }
      }
      await this.#within(job.rung === 'process' ? EXIT_TIMEOUT_MS : ACTION_TIMEOUT_MS, this.#act(job, run));
    } catch (error) {
      if (run === this.#run) this.#fail(job, isRemembered ? entryAt : undefined, error, null);
      return;
    }
    if (run !== this.#run) return;
    const nowMs = this.#clock.monotonicMs();
    this.#completion = { job, entryAt: isRemembered ? entryAt : undefined, durationMs: nowMs - startMs };
    // A collection that nobody judges shows in the next sample.
    this.#settledMs = job.rung === 'gc' && job.offender === undefined ? nowMs : nowMs + SETTLE_MS;
    this.#phase = 'settling';
  }

  #remember(job: Job, action: RestartRung, at: number): Promise<boolean> {
    this.#file.change((record) =>
      withPending(record, {
        at,
        action,
        reason: job.reason,
        cause: job.cause === 'periodic' ? 'auto' : job.cause,
        rssBefore: job.rssBefore ?? null,
        rssAfter: null,
        uptimeS: Math.max(0, Math.round(msToSeconds(at - record.startedAt))),
        ok: null,
      }),
    );
    return this.#file.save();
  }

  async #act(job: Job, run: number): Promise<void> {
    switch (job.rung) {
      case 'gc':
        return this.#collect(job.gcKind, job.thread);
      case 'recycle':
        return this.#effects.recycle();
      case 'flows':
        await this.#effects.restartFlows();
        if (run !== this.#run) return;
        await this.#wait(GC_AFTER_FLOWS_MS);
        return this.#collect('deep', 'main');
      case 'process':
        await this.#effects.exitProcess(this.#exitCode);
        // Who is still here when the time is over has not ended.
        return new Promise(() => undefined);
    }
  }

  async #collect(kind: GcKind, thread: Thread): Promise<void> {
    const { pauseMs } = await this.#effects.gc(kind, thread);
    this.#handlers.onCollected(pauseMs, kind, thread);
  }

  #fail(job: Job, entryAt: number | undefined, error: unknown, blockedBy: string | null): void {
    this.#phase = 'idle';
    this.#run += 1;
    if (entryAt !== undefined) {
      this.#file.change((record) => withOutcome(record, entryAt, { rssAfter: null, ok: false }));
      void this.#file.save();
    }
    this.#handlers.onFailed(job);
    this.#handlers.onMessage({
      ...actionMessage(job, 'failed', this.#clock.wallMs()),
      helped: false,
      error: messageOf(error),
      code: error instanceof SensrError ? error.code : null,
      blockedBy,
    });
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#clock.after(ms, resolve);
      const stopOther = this.#stopTimer;
      this.#stopTimer = () => {
        stop();
        stopOther?.();
      };
    });
  }

  #within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.#clock.after(timeoutMs, () => {
        reject(new SensrError('SENSR_TIMEOUT', `No answer within ${msToSeconds(timeoutMs)} s`));
      });
      this.#stopTimer = stop;
      work.finally(stop).then(resolve, reject);
    });
  }
}

export function actionMessage(job: Job, phase: ActionMessage['phase'], at: number): ActionMessage {
  return {
    event: 'ACTION',
    action: job.rung,
    reason: job.reason,
    phase,
    before: job.bytesBefore ?? null,
    after: null,
    freedBytes: null,
    blockedBy: null,
    durationMs: null,
    helped: null,
    blockedUntil: null,
    error: null,
    code: null,
    at,
  };
}
