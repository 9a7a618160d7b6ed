/** What the samples say: levels, high-memory mode and alerts, told as they change. */
import type { Clock } from '../../clock';
import { Alerts, type AlertOptions } from './alerts';
import { COMPONENT_NAMES, isMemory, type MemoryComponent } from './components';
import { HighMemoryMode } from './high-memory';
import { Levels } from './levels';
import { valueOf, type Measures } from './measures';
import type { Alert } from './messages';
import type { HealthState } from './states';
import type { Thresholds } from './thresholds';

export interface WatchOptions extends AlertOptions {
  readonly thresholds: Thresholds;
  readonly sampleIntervalMs: number;
  readonly adaptiveHighMemory: boolean;
}

export interface WatchHandlers {
  readonly onAlert: (alert: Alert) => void;
  /** High-memory mode: sample faster, shed load; and back. */
  readonly onMode: (isHighMemory: boolean) => void;
}

const TROUBLE: readonly HealthState[] = ['warning', 'critical', 'unhealthy', 'locked'];

export class Watch {
  readonly levels: Levels;
  readonly #adaptiveHighMemory: boolean;
  readonly #mode: HighMemoryMode;
  readonly #alerts: Alerts;
  readonly #handlers: WatchHandlers;
  readonly #clock: Clock;
  #measures: Measures = { values: {}, bytes: {} };
  /** Since the last time all was well. */
  #hasTrouble = false;

  constructor(options: WatchOptions, handlers: WatchHandlers, clock: Clock) {
    this.levels = new Levels(options.thresholds, options.sampleIntervalMs);
    this.#adaptiveHighMemory = options.adaptiveHighMemory;
    this.#mode = new HighMemoryMode(options.thresholds.rss.warning);
    this.#alerts = new Alerts(options);
    this.#handlers = handlers;
    this.#clock = clock;
  }

  /** The latest. */
  get measures(): Measures {
    return this.#measures;
  }

  get isHighMemory(): boolean {
    return this.#mode.isOn;
  }

  observe(measures: Measures): void {
    const nowMs = this.#clock.monotonicMs();
    this.#measures = measures;
    this.levels.observe(measures, nowMs);
    this.#observeMode(nowMs);
    for (const alert of this.#alerts.observe(measures, nowMs, this.#clock.wallMs()))
      this.#handlers.onAlert(alert);
  }

  stateChanged(to: HealthState, from: HealthState): void {
    // A step that helped leads to normal by way of starting.
    if (TROUBLE.includes(from)) this.#hasTrouble = true;
    const [worst] = this.levels.reasons;
    this.#handlers.onAlert({
      event: 'STATE_CHANGE',
      level: to,
      component: worst?.component ?? null,
      value: worst?.value ?? null,
      threshold: worst?.threshold ?? null,
      at: this.#clock.wallMs(),
      from,
      recovered: to === 'normal' && this.#hasTrouble,
    });
    if (to === 'normal') this.#hasTrouble = false;
  }

  /** The memory component nearest to its limit. */
  highestMemory(): { readonly component: MemoryComponent; readonly value: number } | undefined {
    return COMPONENT_NAMES.filter(isMemory)
      .flatMap((component) => {
        const value = valueOf(this.#measures, component);
        return value === undefined ? [] : [{ component, value }];
      })
      .sort((a, b) => b.value - a.value)[0];
  }

  #observeMode(nowMs: number): void {
    if (!this.#adaptiveHighMemory) return;
    const worst = this.highestMemory();
    const change = this.#mode.observe(worst?.value, nowMs);
    if (change === undefined) return;
    this.#handlers.onAlert({
      event: 'HIGH_MEMORY_MODE',
      level: change === 'on' ? 'warning' : 'normal',
      component: worst?.component ?? null,
      value: worst?.value ?? null,
      threshold: this.#mode.thresholdPct,
      at: this.#clock.wallMs(),
    });
    this.#handlers.onMode(change === 'on');
  }
}
