/** Counts what reaches a contender's sink, and what its process uses meanwhile. */
import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { machineMs, type Usage } from './protocol';

const RSS_PERIOD_MS = 250;
const US_PER_MS = 1000;

export class Meter {
  #results = 0;
  /** Results before the last reset. */
  #before = 0;
  #points = 0;
  #arrivals: (readonly [number, number])[] = [];
  #sinceMs = machineMs();
  #cpu = process.cpuUsage();
  #loop: EventLoopUtilization = performance.eventLoopUtilization();
  #peakRssBytes = 0;
  #goal = Infinity;
  #onGoal = (): void => undefined;

  constructor() {
    setInterval(() => {
      this.#peakRssBytes = Math.max(this.#peakRssBytes, process.memoryUsage.rss());
    }, RSS_PERIOD_MS).unref();
  }

  /** @param place in the stream since it began, where the contender knows it; else it is counted */
  readonly result = (place = this.#before + this.#results): void => {
    this.#arrivals.push([place - this.#before, machineMs()]);
    this.#results += 1;
    if (this.#results >= this.#goal) this.#onGoal();
  };

  readonly cloud = (): void => {
    this.#points += 1;
  };

  reset(): void {
    this.#before += this.#results;
    this.#results = 0;
    this.#points = 0;
    this.#arrivals = [];
    this.#goal = Infinity;
    this.#peakRssBytes = process.memoryUsage.rss();
    this.#sinceMs = machineMs();
    this.#cpu = process.cpuUsage();
    this.#loop = performance.eventLoopUtilization();
  }

  reached(count: number): Promise<{ lastMs: number }> {
    return new Promise((resolve) => {
      this.#goal = count;
      this.#onGoal = () => {
        resolve({ lastMs: this.#arrivals.at(-1)?.[1] ?? NaN });
      };
      if (this.#results >= count) this.#onGoal();
    });
  }

  usage(dropped: number): Usage {
    const { user, system } = process.cpuUsage(this.#cpu);
    const cpuMs = (user + system) / US_PER_MS;
    const rssBytes = process.memoryUsage.rss();
    return {
      results: this.#results,
      points: this.#points,
      arrivals: this.#arrivals,
      utilisation: performance.eventLoopUtilization(this.#loop).utilization,
      cpu: cpuMs / (machineMs() - this.#sinceMs),
      cpuMs,
      rssBytes,
      peakRssBytes: Math.max(this.#peakRssBytes, rssBytes),
      dropped,
    };
  }
}
