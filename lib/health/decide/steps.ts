/** Takes the steps that were decided on: within the limits, one at a time, judged afterwards, and told in messages. */
import type { Clock } from '../../clock';
import { ActionRunner, actionMessage, type Completion, type Effects, type Job } from './action-runner';
import {
  COMPONENT_NAMES,
  componentRow,
  isMemory,
  type Component,
  type Rung,
  type Thread,
} from './components';
import { Episode } from './episode';
import { hasHelped } from './ladder';
import { mayCollect, mayRun, type LimitOptions, type Verdict } from './limits';
import { valueOf } from './measures';
import type { ActionMessage } from './messages';
import { withBlocked, withOutcome, type HistoryEntry } from './record';
import type { StateFile } from './state-file';
import type { HealthStates } from './states';
import type { Thresholds } from './thresholds';
import type { Watch } from './watch';

export interface StepOptions extends LimitOptions {
  readonly thresholds: Thresholds;
  readonly exitCode: number;
}

export interface StepSurroundings {
  readonly effects: Effects;
  readonly file: StateFile;
  readonly clock: Clock;
  readonly watch: Watch;
  readonly states: HealthStates;
  readonly onAction: (message: ActionMessage) => void;
}

export type JobWish = Pick<Job, 'rung' | 'cause' | 'reason' | 'offender'> &
  Partial<Pick<Job, 'gcKind' | 'thread'>>;

export interface MayTakeOptions {
  readonly cause: 'auto' | 'manual' | 'scheduled';
  /** Memory is about to run out. */
  readonly isUrgent?: boolean;
  /** What the step is to cure. */
  readonly offender?: Component;
}

interface Collection {
  /** Of its end, monotonic. */
  readonly atMs: number;
  readonly pauseMs: number;
}

export class Steps {
  readonly episode = new Episode();
  readonly #options: StepOptions;
  readonly #around: StepSurroundings;
  readonly #runner: ActionRunner;
  /** What was told to be blocked in this episode. */
  readonly #told = new Set<string>();
  /** The last of whatever kind: all of them together have a budget. */
  #collected: Collection | undefined;
  /** The last that can have helped: a minor one leaves the old generation as it is, and one thread's heap is not the other's. */
  readonly #collectedFully: Partial<Record<Thread, Collection>> = {};
  #last: ActionMessage | undefined;
  #isExitReviewed = false;

  constructor(options: StepOptions, around: StepSurroundings) {
    this.#options = options;
    this.#around = around;
    this.#runner = new ActionRunner(around.effects, around.file, options.exitCode, around.clock, {
      onMessage: (message) => {
        this.#say(message);
      },
      onCollected: (pauseMs, kind, thread) => {
        this.#collected = { atMs: around.clock.monotonicMs(), pauseMs };
        if (kind !== 'minor') this.#collectedFully[thread] = this.#collected;
      },
      onFailed: (job) => {
        this.#onFailed(job);
      },
    });
  }

  /** Nothing is being repaired, deployed or written out. */
  get isFree(): boolean {
    return this.#runner.isIdle && this.#around.watch.measures.isBusy !== true;
  }

  /** When the last forced collection of this thread that was no minor one ended, monotonic. */
  collectedMs(thread: Thread): number | undefined {
    return this.#collectedFully[thread]?.atMs;
  }

  get last(): ActionMessage | undefined {
    return this.#last;
  }

  get uptimeMs(): number {
    const { file } = this.#around;
    return file.nowMs() - file.record.startedAt;
  }

  /** Each sample, before anything is decided: a step may have had its time. */
  observe(): void {
    this.episode.observe(this.#around.watch.measures);
    const completion = this.#runner.takeSettled(this.#around.clock.monotonicMs());
    if (completion) this.#finish(completion);
    this.#reviewExit();
  }

  mayTake(rung: Rung, { cause, isUrgent = false, offender }: MayTakeOptions): Verdict {
    if (rung === 'gc')
      return offender === undefined ? this.mayCollect() : this.mayCure(componentRow(offender).thread);
    const { file } = this.#around;
    const { uptimeMs } = this;
    const question = { rung, cause, nowMs: file.nowMs(), uptimeMs, isUrgent, canPersist: file.isWritable };
    return mayRun(question, file.record, this.#options);
  }

  mayCollect(leastIntervalMs?: number): Verdict {
    return this.#budget(this.#collected, leastIntervalMs);
  }

  /** Whether a collection of this thread may help: refused while the last one that could have is recent. */
  mayCure(thread: Thread): Verdict {
    return this.#budget(this.#collectedFully[thread]);
  }

  #budget(last: Collection | undefined, leastIntervalMs?: number): Verdict {
    const nowMs = this.#around.clock.monotonicMs();
    const verdict = mayCollect(nowMs, last?.atMs, last?.pauseMs ?? 0, leastIntervalMs);
    if (verdict.isAllowed || verdict.untilMs === undefined) return verdict;
    const offsetMs = this.#around.file.nowMs() - this.#around.clock.monotonicMs();
    return { ...verdict, untilMs: verdict.untilMs + offsetMs };
  }

  /** Only when free, and allowed. */
  start(wish: JobWish): ActionMessage {
    const job = this.#job(wish);
    if (isStep(job)) this.#around.states.stepStarted(this.#around.clock.monotonicMs());
    this.#runner.start(job);
    return actionMessage(job, 'start', this.#around.clock.wallMs());
  }

  block(wish: JobWish, blockedBy: string, untilMs: number | undefined): ActionMessage {
    this.#around.file.change((record) => withBlocked(record, blockedBy));
    const message: ActionMessage = {
      ...actionMessage(this.#job(wish), 'blocked', this.#around.clock.wallMs()),
      blockedBy,
      blockedUntil: untilMs ?? null,
    };
    this.#say(message);
    return message;
  }

  /** Each sample finds the same; a person needs to hear it once. */
  blockOnce(wish: JobWish, blockedBy: string, untilMs: number | undefined): void {
    const key = `${wish.rung} ${wish.reason} ${blockedBy}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.block(wish, blockedBy, untilMs);
  }

  /** The trouble is over, or somebody takes over: every step may be tried again. */
  endEpisode(): void {
    this.episode.end();
    this.#told.clear();
  }

  close(): void {
    this.#runner.close();
  }

  #finish(completion: Completion): void {
    const { file, clock, watch, states } = this.#around;
    const { job, entryAt } = completion;
    const helped = this.#hasHelped(job);
    if (entryAt !== undefined) {
      const rssAfter = watch.measures.bytes.rss ?? null;
      file.change((record) => withOutcome(record, entryAt, { rssAfter, ok: helped }));
      void file.save();
    }
    if (job.offender) this.episode.tried(job.offender, { rung: job.rung, helped: helped === true });
    if (job.rung === 'recycle') this.episode.recycled(watch.measures);
    const after = this.#bytesOf(job.offender);
    this.#say({
      ...actionMessage(job, 'done', clock.wallMs()),
      after: after ?? null,
      freedBytes: freed(job.bytesBefore, after),
      durationMs: completion.durationMs,
      helped,
    });
    if (isStep(job)) states.stepJudged(helped === false ? 'failed' : 'helped', clock.monotonicMs());
  }

  #hasHelped({ offender, valueBefore }: Job): boolean | null {
    if (offender === undefined || valueBefore === undefined) return null;
    return hasHelped({
      before: valueBefore,
      after: valueOf(this.#around.watch.measures, offender),
      baseline: this.episode.baseline(offender),
      warning: this.#options.thresholds[offender].warning,
    });
  }

  #onFailed(job: Job): void {
    if (job.offender) this.episode.tried(job.offender, { rung: job.rung, helped: false });
    if (!isStep(job)) return;
    this.#around.states.stepJudged(job.offender ? 'failed' : 'helped', this.#around.clock.monotonicMs());
  }

  /** An exit is judged by the process that follows it, once that one has settled. */
  #reviewExit(): void {
    if (this.#isExitReviewed || this.uptimeMs < this.#options.startupGraceMs) return;
    this.#isExitReviewed = true;
    const { history, startedAt } = this.#around.file.record;
    const entry = history.findLast(
      ({ action, ok, at }) => action === 'process' && ok === null && at <= startedAt,
    );
    if (entry) this.#judgeExit(entry);
  }

  #judgeExit(entry: HistoryEntry): void {
    const { file, clock, watch } = this.#around;
    const offender = COMPONENT_NAMES.find((name) => name === entry.reason);
    const value = offender && valueOf(watch.measures, offender);
    const helped =
      offender === undefined || value === undefined || value < this.#options.thresholds[offender].warning;
    const after = watch.measures.bytes.rss ?? null;
    file.change((record) => withOutcome(record, entry.at, { rssAfter: after, ok: helped }));
    void file.save();
    const job = this.#job({ rung: 'process', cause: 'auto', reason: entry.reason, offender: undefined });
    this.#say({
      ...actionMessage(job, 'done', clock.wallMs()),
      before: entry.rssBefore,
      after,
      freedBytes: freed(entry.rssBefore ?? undefined, after ?? undefined),
      helped,
    });
  }

  #job(wish: JobWish): Job {
    const { measures } = this.#around.watch;
    return {
      gcKind: 'deep',
      thread: componentRow(wish.offender ?? 'rss').thread,
      ...wish,
      valueBefore: wish.offender && valueOf(measures, wish.offender),
      bytesBefore: this.#bytesOf(wish.offender),
      rssBefore: measures.bytes.rss,
    };
  }

  #bytesOf(offender: Component | undefined): number | undefined {
    return this.#around.watch.measures.bytes[offender && isMemory(offender) ? offender : 'rss'];
  }

  #say(message: ActionMessage): void {
    this.#last = message;
    this.#around.onAction(message);
  }
}

/** A collection that cures nobody is no step of the ladder: the state stays as it is. */
const isStep = (job: Job): boolean => job.rung !== 'gc' || job.offender !== undefined;

const freed = (before: number | undefined, after: number | undefined): number | null =>
  before === undefined || after === undefined ? null : before - after;
