/** What is told of the process to whoever asks over HTTP: taken from what was measured last, never measured for it. */
import type { HealthReport } from '../decide/healer';
import type { Sample } from '../sampling/sample';
import type { ProcessFacts } from './process-facts';

export interface HealthSnapshot {
  /** Undefined before the first. */
  readonly sample: Sample | undefined;
  readonly report: HealthReport;
  /** Messages that could not be used since the start, by error code. */
  readonly messageErrors?: Readonly<Record<string, number>> | undefined;
  readonly process: ProcessFacts;
  readonly versions: {
    /** Of this package. */
    readonly package: string;
    /** As process.version says it. */
    readonly node: string;
  };
}
