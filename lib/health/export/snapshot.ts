/** What is told of the process to whoever asks over HTTP: taken from what was measured last, never measured for it. */
import type { HealthReport } from '../decide/healer';
import type { Sample } from '../sampling/sample';
import type { MessageFacts } from './message-facts';
import type { ProcessFacts } from './process-facts';

export interface HealthSnapshot {
  /** Undefined before the first. */
  readonly sample: Sample | undefined;
  readonly report: HealthReport;
  readonly messages: MessageFacts;
  readonly process: ProcessFacts;
  readonly versions: {
    /** Of this package. */
    readonly package: string;
    /** As process.version says it. */
    readonly node: string;
  };
}
