/** Health of the process as one: samples, looks for leaks, decides, repairs. Everything it acts on is handed in. */
import type { Clock } from '../clock';
import { messageOf } from '../errors';
import type { Effects } from './decide/action-runner';
import { Healer, type HealerHandlers, type HealthReport, type StepRequest } from './decide/healer';
import type { ActionMessage } from './decide/messages';
import type { DecideOptions } from './decide/options';
import type { StateFile } from './decide/state-file';
import { collectMain, PausePrediction, type PausePredictions } from './forced-gc';
import { SampleHistory, type History } from './sampling/history';
import type { Sample } from './sampling/sample';
import { Sampler, type SamplerOptions, type SamplerSources } from './sampling/sampler';
import { measuresOf, trendInputs } from './sample-measures';
import { Trend } from './trend/trend';
import { TREND_WINDOWS, type TrendWindow } from './trend/verdict';

export interface MonitorOptions {
  readonly sampler: SamplerOptions;
  readonly decide: DecideOptions;
  /** Entries of each ring. */
  readonly historySize: number;
  /** Trends that may raise an alarm; all unless given. */
  readonly trendWindows?: readonly TrendWindow[];
  /** Before this, memory is allowed to grow. */
  readonly warmUpMs?: number;
}

/** What acts on the process. The collection in the main thread is the monitor's own. */
export interface MonitorEffects extends Omit<Effects, 'gc'> {
  readonly collectWorker: (kind: Parameters<Effects['gc']>[0]) => Promise<{ readonly pauseMs: number }>;
}

export interface MonitorParts {
  readonly sources: Omit<SamplerSources, 'trend'>;
  readonly effects: MonitorEffects;
  readonly file: StateFile;
  /** Goes on with what an earlier monitor has kept. */
  readonly history?: SampleHistory<Sample>;
  readonly handlers: HealerHandlers & {
    readonly onSample: (sample: Sample, report: HealthReport) => void;
    readonly onProblem: (problem: { readonly message: string }) => void;
  };
  /** A deploy is under way. */
  readonly isBusy: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
}

/** In high-memory mode. */
const HURRIED_SAMPLE_MS = 2000;

export class HealthMonitor {
  readonly #parts: MonitorParts;
  readonly #trend: Trend;
  readonly #sampler: Sampler;
  readonly #healer: Healer;
  readonly #history: SampleHistory<Sample>;
  readonly #trendWindows: readonly TrendWindow[];
  readonly #pauses: PausePredictions = { main: new PausePrediction(), worker: new PausePrediction() };
  #last: Sample | undefined;

  constructor(options: MonitorOptions, parts: MonitorParts) {
    const { clock, sources, handlers } = parts;
    const { sampleIntervalMs } = options.sampler;
    this.#parts = parts;
    this.#history = parts.history ?? new SampleHistory(options.historySize);
    this.#trendWindows = options.trendWindows ?? TREND_WINDOWS;
    this.#trend = new Trend({
      clock,
      sampleIntervalMs,
      ...(options.warmUpMs === undefined ? {} : { warmUpMs: options.warmUpMs }),
    });
    this.#sampler = new Sampler(
      options.sampler,
      { ...sources, trend: () => this.#trend.report },
      {
        onSample: (sample, lateMs) => {
          this.#observe(sample, lateMs);
        },
        onFailure: (error) => {
          handlers.onProblem({ message: `Health could not be sampled: ${messageOf(error)}` });
        },
      },
      clock,
    );
    this.#healer = new Healer(options.decide, {
      effects: this.#effects(),
      file: parts.file,
      handlers: {
        ...handlers,
        onMode: (isHighMemory) => {
          this.#sampler.setIntervalMs(
            isHighMemory ? Math.min(HURRIED_SAMPLE_MS, sampleIntervalMs) : sampleIntervalMs,
          );
          handlers.onMode(isHighMemory);
        },
        onAction: (message) => {
          if (message.phase === 'done') this.#afterStep(message);
          handlers.onAction(message);
        },
      },
      clock,
      random: parts.random,
    });
  }

  get last(): Sample | undefined {
    return this.#last;
  }

  report(): HealthReport {
    return this.#healer.report();
  }

  history(): History<Sample> {
    return this.#history.list();
  }

  /** @param maxAgeMs the last one will do if it is younger */
  sampleNow(maxAgeMs?: number): Promise<Sample> {
    return this.#sampler.sampleNow(maxAgeMs);
  }

  request(request: StepRequest): ActionMessage {
    return this.#healer.request(request);
  }

  get mayCollect(): boolean {
    return this.#healer.mayCollect;
  }

  /** Unlocks; limits count anew. */
  reset(): void {
    this.#healer.reset();
  }

  async close(): Promise<void> {
    this.#sampler.close();
    this.#trend.close();
    await this.#healer.close();
  }

  #observe(sample: Sample, lateMs: number): void {
    this.#last = sample;
    this.#history.add(sample);
    this.#trend.add(trendInputs(sample));
    const { main, worker } = sample.heap;
    const [ofMain, ofWorker] = [
      this.#pauses.main.predictMs(main.oldUsed),
      worker && this.#pauses.worker.predictMs(worker.oldUsed),
    ];
    const predictedPauseMs = {
      ...(ofMain === undefined ? {} : { main: ofMain }),
      ...(ofWorker === undefined ? {} : { worker: ofWorker }),
    };
    const isBusy = this.#parts.isBusy();
    this.#healer.observe(
      measuresOf(sample, { lateMs, isBusy, gc: { predictedPauseMs }, trendWindows: this.#trendWindows }),
    );
    this.#parts.handlers.onSample(sample, this.#healer.report());
  }

  /**
   * A restart of whatever kind begins a new level. A collection does so only for what fell below the level at which the
   * trend began: that was no leak. All else goes on growing from where it is, and must stay under suspicion.
   */
  #afterStep({ action }: ActionMessage): void {
    if (action !== 'gc') {
      this.#trend.reset();
      return;
    }
    if (!this.#last) return;
    for (const { series, bytes } of trendInputs(this.#last))
      for (const window of TREND_WINDOWS) {
        const { baseBytes } = this.#trend.verdict(series, window);
        if (baseBytes !== null && bytes < baseBytes) this.#trend.reset(series);
      }
  }

  #effects(): Effects {
    const { effects, sources, clock } = this.#parts;
    return {
      ...effects,
      recycle: async () => {
        await effects.recycle();
        this.#sampler.workerChanged();
      },
      gc: async (kind, thread) => {
        const result =
          thread === 'main'
            ? await collectMain(kind, sources.main, clock)
            : await effects.collectWorker(kind);
        const live = this.#last?.heap[thread]?.postGc;
        if (kind !== 'minor' && live !== undefined) this.#pauses[thread].learn(result.pauseMs, live);
        // What it did shows in a sample: nobody should have to wait for the next one.
        clock.afterPoll(() => {
          this.#sampler.refresh();
        });
        return result;
      },
    };
  }
}
