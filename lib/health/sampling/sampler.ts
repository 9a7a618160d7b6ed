/** The one sampler: looks at everything at each tick of its own timer, and hands out one frozen sample. */
import { freemem, totalmem } from 'node:os';
import type { Clock, StopTimer } from '../../clock';
import { messageOf } from '../../errors';
import type { GcReading } from '../../vitals/gc-meter';
import type { HeapReading } from '../../vitals/heap';
import type { LoopReading } from '../../vitals/loop-meter';
import type { TrendReport } from '../trend/verdict';
import type { DiskMeter } from './disk-meter';
import { HeapSampler } from './heap-sampler';
import type { MainThread } from './main-thread';
import type { Sample } from './sample';
import type { ServerHealth } from './server-health';
import { TrafficMeter, type TrafficCounts } from './traffic-meter';

/** What the socket thread tells of itself. */
export interface WorkerReading {
  readonly heap: HeapReading;
  readonly gc: GcReading;
  readonly loop: LoopReading;
  /** When it answered, monotonic: the main thread may have been too busy to take the answer. */
  readonly atMs: number;
}

export interface ServersReading extends TrafficCounts {
  /** Age of an open connection's newest message, the oldest of all of them; null without one. */
  readonly messageAgeMs: number | null;
  readonly servers: Readonly<Record<string, ServerHealth>>;
}

export interface SamplerSources {
  readonly main: MainThread;
  /** Undefined without a thread; `silent` when it does not answer within the limit. Never rejects. */
  readonly worker: (limitMs: number) => Promise<WorkerReading | 'silent' | undefined>;
  readonly servers: () => ServersReading;
  readonly trend: () => TrendReport;
  readonly disk: DiskMeter;
}

export interface SamplerOptions {
  readonly sampleIntervalMs: number;
  readonly ceilingBytes: number;
  readonly youngReserveBytes: number;
  /** For the worker's heap; 0 = none. */
  readonly workerHeapBytes: number;
}

export interface SamplerHandlers {
  /** @param lateMs how much later than planned the timer came */
  readonly onSample: (sample: Sample, lateMs: number) => void;
  /** No sample could be taken, or used. Once for each reason, until one could again; the next is tried in its turn. */
  readonly onFailure: (error: unknown) => void;
}

/** Longer, and the thread is blocked or dead; the sample says that instead of waiting. */
const WORKER_LIMIT_MS = 5000;
const LEAST_MS = 100;
const PERCENT = 100;

export class Sampler {
  readonly #options: SamplerOptions;
  readonly #sources: SamplerSources;
  readonly #handlers: SamplerHandlers;
  readonly #clock: Clock;
  readonly #mainHeap: HeapSampler;
  readonly #workerHeap: HeapSampler;
  readonly #traffic = new TrafficMeter();
  #intervalMs: number;
  #plannedMs = 0;
  #stopTimer: StopTimer | undefined;
  #pending: Promise<Sample> | undefined;
  #isClosed = false;
  #failure: string | undefined;
  #last: { readonly sample: Sample; readonly atMs: number } | undefined;

  constructor(options: SamplerOptions, sources: SamplerSources, handlers: SamplerHandlers, clock: Clock) {
    const { youngReserveBytes, workerHeapBytes } = options;
    this.#options = options;
    this.#sources = sources;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#mainHeap = new HeapSampler({ youngReserveBytes, softLimitBytes: 0 });
    this.#workerHeap = new HeapSampler({ youngReserveBytes, softLimitBytes: workerHeapBytes });
    this.#intervalMs = options.sampleIntervalMs;
    this.#plan();
  }

  /** Faster while memory is short. */
  setIntervalMs(intervalMs: number): void {
    if (this.#isClosed || intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#plan();
  }

  /** The worker is another one now. */
  workerChanged(): void {
    this.#workerHeap.reset();
  }

  /**
   * Out of turn; of several calls while one is under way all get that one. Handed to onSample too.
   * @param maxAgeMs the last one will do if it is younger: shares of a few milliseconds say nothing
   */
  sampleNow(maxAgeMs = LEAST_MS): Promise<Sample> {
    const last = this.#last;
    if (last && this.#clock.monotonicMs() - last.atMs < maxAgeMs) return Promise.resolve(last.sample);
    return this.#sample(0);
  }

  /** Out of turn, for nobody in particular. */
  refresh(): void {
    this.#attempt(0);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimer?.();
    this.#sources.main.close();
    this.#sources.disk.close();
  }

  /** Each tick plans the next: a blocked process gets one late sample, not a burst. */
  #plan(): void {
    this.#stopTimer?.();
    this.#plannedMs = this.#clock.monotonicMs() + this.#intervalMs;
    this.#stopTimer = this.#clock.after(this.#intervalMs, () => {
      const lateMs = Math.max(0, this.#clock.monotonicMs() - this.#plannedMs);
      this.#plan();
      this.#attempt(lateMs);
    });
  }

  /** Nobody waits for it: a failure must neither end the process nor go unheard. */
  #attempt(lateMs: number): void {
    this.#sample(lateMs).then(
      () => {
        this.#failure = undefined;
      },
      (error: unknown) => {
        const failure = messageOf(error);
        if (failure !== this.#failure && !this.#isClosed) this.#handlers.onFailure(error);
        this.#failure = failure;
      },
    );
  }

  #sample(lateMs: number): Promise<Sample> {
    this.#pending ??= this.#look(lateMs).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #look(lateMs: number): Promise<Sample> {
    const askedMs = this.#clock.monotonicMs();
    const answer = await this.#sources.worker(WORKER_LIMIT_MS);
    const isSilent = answer === 'silent';
    const worker = isSilent ? undefined : answer;
    // Silence is no missing value: it lasted at least this long.
    const silentMs = isSilent ? Math.max(this.#clock.monotonicMs() - askedMs, WORKER_LIMIT_MS) : null;
    const pingMs = worker ? Math.max(0, worker.atMs - askedMs) : silentMs;
    const sample = this.#build(worker, pingMs, isSilent);
    this.#last = { sample, atMs: this.#clock.monotonicMs() };
    if (!this.#isClosed) this.#handlers.onSample(sample, lateMs);
    return sample;
  }

  #build(worker: WorkerReading | undefined, pingMs: number | null, isSilent: boolean): Sample {
    const nowMs = this.#clock.monotonicMs();
    const { heap: main, gc, loop, cpuPct, rss, handles } = this.#sources.main.read();
    const { ceilingBytes: ceiling } = this.#options;
    const { messageAgeMs, servers, ...traffic } = this.#sources.servers();
    const accounted = [main, worker?.heap].reduce(
      (sum, heap) => sum + (heap ? heap.physical + heap.external + heap.malloced : 0),
      0,
    );
    return Object.freeze({
      at: this.#clock.wallMs(),
      rss,
      ceiling,
      rssPct: (PERCENT * rss) / ceiling,
      heap: {
        main: this.#mainHeap.add(main, nowMs),
        ...(worker ? { worker: this.#workerHeap.add(worker.heap, nowMs) } : {}),
      },
      residual: isSilent ? null : Math.max(0, rss - accounted),
      hostFreePct: (PERCENT * freemem()) / totalmem(),
      gc: { main: gc, ...(worker ? { worker: worker.gc } : {}) },
      loop: { main: loop, ...(worker ? { worker: worker.loop } : {}) },
      cpuPct,
      pingMs,
      messageAgeMs,
      ...this.#traffic.add(traffic, nowMs),
      disk: this.#sources.disk.read(),
      handles,
      trend: this.#sources.trend(),
      servers,
    });
  }
}
