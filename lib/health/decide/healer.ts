/** Watches the samples and repairs: with each sample it decides on the state, and on at most one limited step of the ladder. */
import type { Clock } from '../../clock';
import type { Effects, GcKind } from './action-runner';
import { componentRow, type Component, type Rung, type Thread } from './components';
import { FastPath } from './fast-path';
import type { Verdict } from './limits';
import { valueOf, type Measures } from './measures';
import type { ActionMessage, Reason, Recommendation } from './messages';
import type { DecideOptions } from './options';
import { plan, recommendedRung, type Plan, type PlanInput } from './plan';
import { Recommendations } from './recommendations';
import { withHealthyHour, withLock, withReset, withoutLock } from './record';
import { RestartSchedule } from './schedule';
import type { StateFile } from './state-file';
import { HealthStates, type CheckCounts, type HealthState } from './states';
import { Steps, type JobWish } from './steps';
import { Watch, type WatchHandlers } from './watch';

export interface HealerHandlers extends WatchHandlers {
  readonly onAction: (message: ActionMessage) => void;
  readonly onRecommendation: (recommendation: Recommendation) => void;
}

export interface HealerSurroundings {
  readonly effects: Effects;
  readonly file: StateFile;
  readonly handlers: HealerHandlers;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface HealthReport {
  readonly status: HealthState;
  /** Epoch ms. */
  readonly since: number;
  readonly reasons: readonly Reason[];
  readonly mode: 'normal' | 'highMemory';
  readonly actions: {
    readonly last: ActionMessage | null;
    readonly blocked: Readonly<Record<string, number>>;
    readonly counts: Readonly<Record<string, number>>;
  };
  readonly checks: CheckCounts;
  /** The limit that locked, or null. */
  readonly lockedBy: string | null;
  /** Epoch ms. */
  readonly nextCheckAt: number;
}

/** What somebody asks for, other than the ladder. */
export interface StepRequest {
  readonly action: Rung;
  readonly cause: 'manual' | 'periodic';
  /** Of a collection. */
  readonly kind?: GcKind;
  readonly thread?: Thread;
  /** Also when nothing is wrong; limits stand all the same. */
  readonly force?: boolean;
}

/** A step as far as it is known, for a recommendation. */
interface Outlook {
  readonly rung: Rung | undefined;
  readonly offender: Component | undefined;
}

const HEARTBEAT_MS = 60_000;
const HEALTHY_HOUR_MS = 3_600_000;
/** High-memory mode collects at most this often. */
const RELIEF_INTERVAL_MS = 60_000;
const CALM: readonly HealthState[] = ['normal', 'warning'];
const TROUBLED: readonly HealthState[] = ['critical', 'unhealthy', 'locked'];

export class Healer {
  readonly #options: DecideOptions;
  readonly #file: StateFile;
  readonly #handlers: HealerHandlers;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #states: HealthStates;
  readonly #steps: Steps;
  readonly #recommendations: Recommendations;
  readonly #fastPath: FastPath;
  readonly #schedule: RestartSchedule;
  #sinceWallMs: number;
  #heartbeatMs: number;
  #healthySinceMs: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: DecideOptions, { effects, file, handlers, clock, random }: HealerSurroundings) {
    const nowMs = clock.monotonicMs();
    this.#options = options;
    this.#file = file;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#sinceWallMs = clock.wallMs();
    this.#heartbeatMs = nowMs;
    const watch = new Watch(options, handlers, clock);
    const uptimeMs = file.nowMs() - file.record.startedAt;
    const states = new HealthStates(options, nowMs, uptimeMs, (to, from) => {
      this.#sinceWallMs = clock.wallMs();
      watch.stateChanged(to, from);
    });
    this.#watch = watch;
    this.#states = states;
    this.#steps = new Steps(options, { effects, file, clock, watch, states, onAction: handlers.onAction });
    this.#recommendations = new Recommendations(options.autoRestart);
    this.#fastPath = new FastPath(options.thresholds);
    const lastMs = file.record.scheduledAt.at(-1) ?? 0;
    const fromMs = lastMs >= file.record.startedAt ? lastMs : this.#scheduleNowMs();
    this.#schedule = new RestartSchedule(options.schedule, fromMs, random);
  }

  /** One sample; everything else follows from it. */
  observe(measures: Measures): void {
    if (this.#closing) return;
    const nowMs = this.#clock.monotonicMs();
    if (this.#file.record.lockedUntil !== null) this.#states.lock(nowMs);
    this.#watch.observe(measures);
    this.#steps.observe();
    const { levels } = this.#watch;
    const findings = {
      level: levels.overall,
      isCurableCritical: levels.offenders.length > 0,
      isFastPathConfirmed: this.#confirmFastPath(nowMs),
    };
    this.#states.observe(findings, nowMs);
    this.#endLock(nowMs);
    this.#trackHealth(nowMs);
    this.#repair(nowMs);
    this.#restartOnSchedule();
    this.#relieve();
    this.#beat(nowMs);
  }

  /** @returns what was told about it: started, or blocked and by what */
  request(request: StepRequest): ActionMessage {
    const { action, cause, kind = 'deep', thread = 'main' } = request;
    const wish: JobWish = { rung: action, cause, reason: cause, offender: undefined, gcKind: kind, thread };
    // Limits look at the time; the state must not lag behind them until the next sample.
    this.#endLock(this.#clock.monotonicMs());
    const objection = this.#objection(request);
    if (objection !== undefined) return this.#steps.block(wish, objection, undefined);
    return this.#startOrBlock(wish, this.#steps.mayTake(action, { cause: 'manual' }));
  }

  /** Nothing runs, and the budget for collections has room. */
  get mayCollect(): boolean {
    return this.#steps.isFree && this.#steps.mayCollect().isAllowed;
  }

  /** Somebody takes over: unlocked, and everything may be tried again. */
  reset(): void {
    if (this.#closing) return;
    this.#file.change(withReset);
    void this.#file.save();
    this.#steps.endEpisode();
    this.#recommendations.clear();
    this.#states.unlock(this.#clock.monotonicMs());
  }

  get state(): HealthState {
    return this.#states.state;
  }

  report(): HealthReport {
    const { blocked, totals, lockedBy } = this.#file.record;
    return {
      status: this.#states.state,
      since: this.#sinceWallMs,
      reasons: this.#watch.levels.reasons,
      mode: this.#watch.isHighMemory ? 'highMemory' : 'normal',
      actions: { last: this.#steps.last ?? null, blocked, counts: totals },
      checks: this.#states.checks,
      lockedBy,
      nextCheckAt: this.#clock.wallMs() + this.#states.nextCheckMs - this.#clock.monotonicMs(),
    };
  }

  /** The process ends in good order, or the last health node has gone. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#steps.close();
    this.#states.stop(this.#clock.monotonicMs());
    await this.#file.close();
  }

  #confirmFastPath(nowMs: number): boolean {
    const component = this.#watch.measures.trend?.component ?? 'heap.main';
    const { thread } = componentRow(component);
    const finding = this.#fastPath.observe(this.#watch.measures, this.#steps.collectedMs(thread), nowMs);
    if (finding !== 'ask' || !this.#steps.isFree) return finding === 'confirmed';
    // The budget refuses because a collection of that thread was made lately: that one has not helped.
    if (!this.#steps.mayCure(thread).isAllowed) return true;
    this.#steps.start({
      rung: 'gc',
      cause: 'auto',
      reason: component,
      offender: undefined,
      gcKind: 'major',
      thread,
    });
    return false;
  }

  #endLock(nowMs: number): void {
    const { lockedUntil } = this.#file.record;
    if (typeof lockedUntil !== 'number' || lockedUntil > this.#file.nowMs()) return;
    this.#file.change(withoutLock);
    this.#states.unlock(nowMs);
  }

  #trackHealth(nowMs: number): void {
    const { state } = this.#states;
    if (TROUBLED.includes(state)) this.#healthySinceMs = undefined;
    if (CALM.includes(state)) {
      this.#healthySinceMs ??= nowMs;
      this.#steps.endEpisode();
      this.#recommendations.clear();
    }
    if (this.#healthySinceMs === undefined || nowMs - this.#healthySinceMs < HEALTHY_HOUR_MS) return;
    this.#healthySinceMs = nowMs;
    this.#steps.episode.forgetFloors();
    this.#file.change(withHealthyHour);
  }

  #repair(nowMs: number): void {
    const { state, isUnhealthy } = this.#states;
    if (state === 'starting') this.#rescue();
    if (state === 'unhealthy') this.#climb(nowMs);
    if (state === 'locked' && isUnhealthy) {
      const offender = this.#watch.levels.offenders[0];
      this.#recommend({ rung: undefined, offender }, this.#file.record.lockedBy ?? 'locked', nowMs);
    }
  }

  /** Even in the grace after a start, a worker that is about to burst is replaced. */
  #rescue(): void {
    if (!this.#steps.isFree) return;
    const bursting = this.#watch.levels.offenders.filter(
      (name) => (valueOf(this.#watch.measures, name) ?? 0) >= this.#options.thresholds[name].immediate,
    );
    const found = this.#plan(bursting, (rung) =>
      rung === 'recycle'
        ? this.#steps.mayTake(rung, { cause: 'auto', isUrgent: true })
        : { isAllowed: false, limit: 'startupGrace', kind: 'never', untilMs: undefined },
    );
    if (found.what === 'take') this.#steps.start(automatic(found.rung, found.offender));
  }

  #climb(nowMs: number): void {
    if (!this.#steps.isFree) return;
    const { offenders } = this.#watch.levels;
    const found = this.#plan(offenders, (rung, offender) =>
      this.#steps.mayTake(rung, { cause: 'auto', offender }),
    );
    this.#recommend(found, obstacle(found), nowMs);
    if (found.offender === undefined || found.rung === undefined) return;
    const wish = automatic(found.rung, found.offender);
    switch (found.what) {
      case 'take':
        this.#steps.start(wish);
        return;
      case 'wait':
        this.#steps.blockOnce(wish, found.limit, found.untilMs);
        return;
      case 'none':
        this.#steps.blockOnce(wish, found.blockedBy, undefined);
        return;
      case 'lock':
        this.#steps.blockOnce(wish, found.limit, undefined);
        this.#file.change((record) => withLock(record, 'reset', found.limit));
        void this.#file.save();
        this.#states.lock(nowMs);
    }
  }

  #plan(offenders: readonly Component[], mayTake: PlanInput['mayTake']): Plan {
    return plan({ offenders, episode: this.#steps.episode, permissions: this.#options, mayTake });
  }

  #recommend({ rung, offender }: Outlook, blockedBy: string | undefined, nowMs: number): void {
    const action = rung ?? (offender && recommendedRung(offender, this.#steps.episode));
    const advice = { action, reason: offender ?? 'unknown', blockedBy };
    const at = this.#clock.wallMs();
    const recommendation = this.#recommendations.observe(advice, this.#watch.measures, nowMs, at);
    if (recommendation) this.#handlers.onRecommendation(recommendation);
  }

  #restartOnSchedule(): void {
    const { schedule } = this.#schedule;
    if (schedule.when === 'never') return;
    const verdict = this.#schedule.observe({
      nowMs: this.#scheduleNowMs(),
      rssPct: valueOf(this.#watch.measures, 'rss'),
      isQuiet: this.#watch.measures.isQuiet === true,
      isFree: this.#steps.isFree,
    });
    if (verdict !== 'run') return;
    const rung = schedule.target;
    const wish: JobWish = { rung, cause: 'scheduled', reason: 'scheduled', offender: undefined };
    this.#startOrBlock(wish, this.#steps.mayTake(rung, { cause: 'scheduled' }));
  }

  #startOrBlock(wish: JobWish, verdict: Verdict): ActionMessage {
    return verdict.isAllowed
      ? this.#steps.start(wish)
      : this.#steps.block(wish, verdict.limit, verdict.untilMs);
  }

  /** High-memory mode collects before it has to, as long as nobody notices the pause. */
  #relieve(): void {
    if (!this.#watch.isHighMemory || !this.#steps.isFree) return;
    if (!this.#steps.mayCollect(RELIEF_INTERVAL_MS).isAllowed) return;
    const component = this.#watch.highestMemory()?.component ?? 'rss';
    const { thread } = componentRow(component);
    // A pause that nobody can foretell may be a second and more.
    const predictedMs = this.#watch.measures.gc?.predictedPauseMs?.[thread] ?? Infinity;
    const isTooLong = predictedMs > this.#options.maxPauseMs;
    if (isTooLong && this.#watch.levels.of(component) !== 'critical') return;
    this.#steps.start({ rung: 'gc', cause: 'auto', reason: 'highMemory', offender: undefined, thread });
  }

  #beat(nowMs: number): void {
    if (nowMs - this.#heartbeatMs < HEARTBEAT_MS) return;
    this.#heartbeatMs = nowMs;
    void this.#file.heartbeat().then((outcome) => {
      if (outcome === 'removed') this.reset();
    });
  }

  #objection({ action, force }: StepRequest): string | undefined {
    if (this.#closing) return 'stopping';
    if (!this.#steps.isFree) return 'busy';
    if (action === 'gc') return undefined;
    if (action === 'process' && !this.#options.allowProcessExit) return 'allowProcessExit';
    return !force && this.#watch.levels.overall === 'normal' ? 'healthy' : undefined;
  }

  /** Times of day follow the wall clock, intervals do not. */
  #scheduleNowMs(): number {
    return this.#options.schedule.when === 'times' ? this.#clock.wallMs() : this.#file.nowMs();
  }
}

const automatic = (rung: Rung, offender: Component): JobWish => ({
  rung,
  cause: 'auto',
  reason: offender,
  offender,
});

function obstacle(found: Plan): string | undefined {
  switch (found.what) {
    case 'take':
      return undefined;
    case 'none':
      return found.blockedBy;
    default:
      return found.limit;
  }
}
