/** One run of health: state file, monitor, periodic collections, log and deploy watch, opened and closed together. */
import { join } from 'node:path';
import type { ActionMessage } from './decide/messages';
import { StateFile, STATE_FILE_NAME } from './decide/state-file';
import { stateDisk } from './decide/state-disk';
import type { HealthStatus, HubHandlers, HubOptions, HubSurroundings } from './hub-types';
import { HealthMonitor } from './monitor';
import { PeriodicCollections } from './periodic';
import { readCeiling } from './sampling/ceiling';
import { startDiskMeter } from './sampling/disk-meter';
import type { SampleHistory } from './sampling/history';
import { startMainThread } from './sampling/main-thread';
import type { Sample } from './sampling/sample';
import { QUIET_ELU } from './sample-measures';

export type RunHandlers = Omit<HubHandlers, 'onOverruled'>;

export interface Run {
  readonly monitor: HealthMonitor;
  readonly file: StateFile;
  readonly status: () => HealthStatus;
  readonly close: () => Promise<void>;
}

export interface RunParts {
  readonly options: HubOptions;
  readonly surroundings: HubSurroundings;
  readonly handlers: RunHandlers;
  readonly history: SampleHistory<Sample>;
  /** One per process. */
  readonly bootId: string;
  /** Of the process, not of this run. */
  readonly uptimeMs: number;
}

const PERCENT = 100;

export async function startRun(parts: RunParts): Promise<Run> {
  const { options, surroundings, handlers, history, bootId, uptimeMs } = parts;
  const { userDir, clock, random, effects } = surroundings;
  const { decide } = options;
  const youngReserveBytes = await surroundings.youngReserveBytes();
  const file = await StateFile.open(
    { path: userDir === undefined ? undefined : join(userDir, STATE_FILE_NAME), bootId, uptimeMs },
    { storage: stateDisk, clock, onProblem: handlers.onProblem },
  );
  const log = options.healthLog
    ? surroundings.openLog((message) => {
        handlers.onProblem({ message });
      })
    : undefined;
  const deploys = surroundings.watchDeploys();
  const { close: closeSources, ...sources } = surroundings.startSources();
  const status = (): HealthStatus => statusOf(monitor);
  /** Samples are many: the log gets one for each check. */
  let nextLoggedMs = 0;
  const logged =
    <T extends object>(tell: (record: T) => void) =>
    (record: T): void => {
      log?.write(record);
      tell(record);
    };
  const monitor: HealthMonitor = new HealthMonitor(
    {
      sampler: {
        sampleIntervalMs: decide.sampleIntervalMs,
        ceilingBytes: readCeiling(options.memoryLimitBytes).bytes,
        youngReserveBytes,
        workerHeapBytes: options.workerHeapBytes,
      },
      decide,
      historySize: options.historySize,
      trendWindows: options.trendWindows,
    },
    {
      sources: {
        main: startMainThread(clock),
        disk: startDiskMeter(userDir ?? process.cwd(), clock),
        ...sources,
      },
      effects,
      file,
      history,
      handlers: {
        onAlert: logged(handlers.onAlert),
        onAction: logged<ActionMessage>(handlers.onAction),
        onRecommendation: logged(handlers.onRecommendation),
        onMode: () => undefined,
        onProblem: handlers.onProblem,
        onSample: (sample) => {
          periodic.observe(sample.loop.main.elu < QUIET_ELU);
          const nowMs = clock.monotonicMs();
          if (log && nowMs >= nextLoggedMs) {
            nextLoggedMs = nowMs + decide.checkIntervalMs;
            log.write({ event: 'SAMPLE', status: monitor.report().status, ...sample });
          }
          handlers.onSample(status());
        },
      },
      isBusy: deploys.isBusy,
      clock,
      random,
    },
  );
  const periodic = new PeriodicCollections(
    options.periodic,
    {
      mayCollect: () => monitor.mayCollect,
      collect: (kind) => {
        monitor.request({ action: 'gc', cause: 'periodic', kind });
      },
      dropCaches: surroundings.dropCaches,
      isMemoryShort: () => {
        const { last } = monitor;
        const { warning } = decide.thresholds.rss;
        return last !== undefined && Math.max(last.rssPct, last.heap.main.pct) >= Math.min(warning, PERCENT);
      },
    },
    clock,
  );
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    periodic.close();
    deploys.close();
    closeSources();
    await monitor.close();
    await log?.close();
  };
  return { monitor, file, status, close: () => (closing ??= end()) };
}

function statusOf(monitor: HealthMonitor): HealthStatus {
  const sample = monitor.last ?? null;
  return { ...monitor.report(), sample, trend: sample?.trend ?? null };
}
