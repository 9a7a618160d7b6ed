/** Where the health section comes from: what it needs of the health of the process, and what the process offers. */
import type { StepRequest } from '../../lib/health/decide/healer';
import type { ActionMessage } from '../../lib/health/decide/messages';
import type { StateRecord } from '../../lib/health/decide/record';
import type { HealthStatus } from '../../lib/health/hub-types';
import type { History } from '../../lib/health/sampling/history';
import type { Sample } from '../../lib/health/sampling/sample';

/** All undefined while no health node is deployed. */
export interface HealthSource {
  readonly status: () => HealthStatus | undefined;
  readonly history: () => History<Sample>;
  readonly record: () => StateRecord | undefined;
  readonly request: (request: StepRequest) => ActionMessage | undefined;
}
