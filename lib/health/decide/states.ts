/** The states of health, their legal moves, and when each move is made. */
import { StateMachine, type Transitions } from '../../state-machine';
import type { Level } from './levels';

/**
 * starting    grace after the start, or after a step that helped: nothing is repaired
 * normal      no component is warning
 * warning     some component is warning, none critical
 * critical    some component is critical
 * unhealthy   critical for so long, or so fast, that a restart is due
 * recovering  a step runs, or has its time to show what it did
 * locked      the limits are used up: only recommendations, until a reset
 * stopping    the end of the process, or of the last health node
 */
export const HEALTH_STATES = [
  'starting',
  'normal',
  'warning',
  'critical',
  'unhealthy',
  'recovering',
  'locked',
  'stopping',
] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

export const HEALTH_TRANSITIONS: Transitions<HealthState> = {
  starting: ['normal', 'warning', 'critical', 'recovering', 'locked', 'stopping'],
  normal: ['warning', 'critical', 'recovering', 'locked', 'stopping'],
  warning: ['normal', 'critical', 'recovering', 'locked', 'stopping'],
  critical: ['normal', 'warning', 'unhealthy', 'recovering', 'locked', 'stopping'],
  unhealthy: ['normal', 'warning', 'critical', 'recovering', 'locked', 'stopping'],
  recovering: ['starting', 'unhealthy', 'locked', 'stopping'],
  locked: ['normal', 'warning', 'critical', 'stopping'],
  stopping: [],
};

/** The slow path: a critical level that does not pass by itself. */
const UNHEALTHY_AFTER_MS = 300_000;
/** After a step, things settle as after a start, only quicker. */
const GRACE_AFTER_STEP_MS = 60_000;

export interface StateOptions {
  readonly startupGraceMs: number;
  readonly checkIntervalMs: number;
  readonly failedChecks: number;
}

/** Checks since the process started. */
export interface CheckCounts {
  readonly ok: number;
  readonly failed: number;
}

export interface Findings {
  /** The worst of all components. */
  readonly level: Level;
  /** Some component is critical that a restart can cure. */
  readonly isCurableCritical: boolean;
  /** The limit will be reached within minutes, and a collection did not change that. */
  readonly isFastPathConfirmed: boolean;
}

/** All times are monotonic. */
export class HealthStates {
  readonly #options: StateOptions;
  readonly #machine: StateMachine<HealthState>;
  #sinceMs: number;
  #graceUntilMs: number;
  #nextCheckMs: number;
  #failedChecks = 0;
  #checks: CheckCounts = { ok: 0, failed: 0 };
  #criticalSinceMs: number | undefined;
  #isUnhealthy = false;
  #level: Level = 'normal';

  /** @param uptimeMs of the process: a health node that comes later gets what is left of the grace */
  constructor(
    options: StateOptions,
    nowMs: number,
    uptimeMs: number,
    onMove: (to: HealthState, from: HealthState) => void,
  ) {
    this.#options = options;
    this.#sinceMs = nowMs;
    this.#graceUntilMs = nowMs + Math.max(0, options.startupGraceMs - uptimeMs);
    this.#nextCheckMs = nowMs + options.checkIntervalMs;
    this.#machine = new StateMachine<HealthState>('starting', HEALTH_TRANSITIONS, onMove);
  }

  get state(): HealthState {
    return this.#machine.state;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  get nextCheckMs(): number {
    return this.#nextCheckMs;
  }

  get checks(): CheckCounts {
    return this.#checks;
  }

  /** The condition, whatever the state: while locked it goes on being known. */
  get isUnhealthy(): boolean {
    return this.#isUnhealthy;
  }

  observe(findings: Findings, nowMs: number): void {
    this.#level = findings.level;
    const isCheckDue = this.#passCheck(nowMs);
    if (isCheckDue) this.#countCheck(findings);
    switch (this.state) {
      case 'recovering':
      case 'stopping':
        return;
      case 'starting':
        if (nowMs < this.#graceUntilMs) return;
    }
    this.#judge(findings, isCheckDue, nowMs);
    if (this.state !== 'locked') this.#settle(nowMs);
  }

  /** A step begins, for whatever reason. */
  stepStarted(nowMs: number): void {
    this.#move('recovering', nowMs);
  }

  stepJudged(outcome: 'helped' | 'failed', nowMs: number): void {
    if (this.state !== 'recovering') return;
    if (outcome === 'helped') {
      this.#clear();
      this.#graceUntilMs = Math.max(this.#graceUntilMs, nowMs + GRACE_AFTER_STEP_MS);
    }
    // A step within the grace does not end it.
    if (nowMs < this.#graceUntilMs) {
      this.#move('starting', nowMs);
      return;
    }
    this.#isUnhealthy = true;
    this.#move('unhealthy', nowMs);
  }

  lock(nowMs: number): void {
    this.#move('locked', nowMs);
  }

  /** Back to what the components say; whether that is unhealthy is counted anew. */
  unlock(nowMs: number): void {
    if (this.state !== 'locked') return;
    this.#clear();
    this.#move(this.#level, nowMs);
  }

  stop(nowMs: number): void {
    this.#move('stopping', nowMs);
  }

  /** @returns whether this is a moment at which the state is checked */
  #passCheck(nowMs: number): boolean {
    if (nowMs < this.#nextCheckMs) return false;
    this.#nextCheckMs += this.#options.checkIntervalMs;
    // After a sleep of the machine the marks start over: what was missed is no finding.
    if (this.#nextCheckMs <= nowMs) this.#nextCheckMs = nowMs + this.#options.checkIntervalMs;
    return true;
  }

  #countCheck({ isCurableCritical }: Findings): void {
    const result = isCurableCritical ? 'failed' : 'ok';
    this.#checks = { ...this.#checks, [result]: this.#checks[result] + 1 };
  }

  #judge(findings: Findings, isCheckDue: boolean, nowMs: number): void {
    if (!findings.isCurableCritical) {
      this.#clear();
      return;
    }
    this.#criticalSinceMs ??= nowMs;
    if (isCheckDue) this.#failedChecks += 1;
    this.#isUnhealthy ||=
      findings.isFastPathConfirmed ||
      this.#failedChecks >= this.#options.failedChecks ||
      nowMs - this.#criticalSinceMs >= UNHEALTHY_AFTER_MS;
  }

  #settle(nowMs: number): void {
    if (this.state !== 'unhealthy') this.#move(this.#level, nowMs);
    else if (!this.#isUnhealthy) this.#move(this.#level, nowMs);
    if (this.#isUnhealthy) this.#move('unhealthy', nowMs);
  }

  #clear(): void {
    this.#criticalSinceMs = undefined;
    this.#failedChecks = 0;
    this.#isUnhealthy = false;
  }

  #move(to: HealthState, nowMs: number): void {
    if (this.state === to) return;
    this.#sinceMs = nowMs;
    this.#machine.move(to);
  }
}
