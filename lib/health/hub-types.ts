/** What a health node hands to the hub, and what it hears from it. */
import type { Clock } from '../clock';
import type { ActionMessage, Alert, Recommendation } from './decide/messages';
import type { DecideOptions } from './decide/options';
import type { HealthReport } from './decide/healer';
import type { StateFileProblem } from './decide/state-file';
import type { MonitorEffects } from './monitor';
import type { PeriodicOptions } from './periodic';
import type { Sample } from './sampling/sample';
import type { SamplerSources } from './sampling/sampler';
import type { TrendReport, TrendWindow } from './trend/verdict';

export interface EndpointOptions {
  readonly side: 'http' | 'admin';
  readonly prefix: string;
  /** Asked for as a Bearer token; undefined = none. */
  readonly token: string | undefined;
}

/** Everything that only the whole process can have one of. Plain data: two nodes agree when theirs is equal. */
export interface HubOptions {
  readonly decide: DecideOptions;
  readonly periodic: PeriodicOptions;
  readonly trendWindows: readonly TrendWindow[];
  /** Entries of each ring of the history. */
  readonly historySize: number;
  /** 0 = what container or machine allow. */
  readonly memoryLimitBytes: number;
  /** 0 = only V8's own limit. */
  readonly workerHeapBytes: number;
  readonly healthLog: boolean;
  readonly endpoints: EndpointOptions | undefined;
}

/** One line each; never throws, never waits. */
export interface HealthLog {
  readonly write: (record: object) => void;
  readonly close: () => Promise<void>;
}

/** What acts on, and tells of, the process around the hub. */
export interface HubSurroundings {
  /** Where the state file and the log are; undefined = nowhere to write to. */
  readonly userDir: string | undefined;
  /** Measures until it is closed. */
  readonly startSources: () => Pick<SamplerSources, 'worker' | 'servers'> & { readonly close: () => void };
  readonly effects: MonitorEffects;
  readonly youngReserveBytes: () => Promise<number>;
  /** What is only kept for speed. */
  readonly dropCaches: () => void;
  readonly openLog: (onProblem: (message: string) => void) => HealthLog;
  /** Watches for deploys until it is closed. */
  readonly watchDeploys: () => { readonly isBusy: () => boolean; readonly close: () => void };
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}

/** The state of the process, and the sample that it was judged by. */
export interface HealthStatus extends HealthReport {
  /** Null before the first. */
  readonly sample: Sample | null;
  readonly trend: TrendReport | null;
}

export interface HubHandlers {
  readonly onSample: (status: HealthStatus) => void;
  readonly onAlert: (alert: Alert) => void;
  readonly onAction: (action: ActionMessage) => void;
  readonly onRecommendation: (recommendation: Recommendation) => void;
  /** Of the state file or the log. */
  readonly onProblem: (problem: Pick<StateFileProblem, 'message'>) => void;
  /** Another node's settings hold for the process, which differ from this one's. */
  readonly onOverruled: (by: string) => void;
}

export interface HubMember {
  readonly id: string;
  readonly name: string;
  readonly options: HubOptions;
  readonly surroundings: HubSurroundings;
  readonly handlers: HubHandlers;
}
