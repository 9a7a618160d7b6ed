/** The closed sets of label values, and where whatever does not belong to them goes: a time series lives for ever. */
import { ERROR_MEANINGS } from '../../errors';
import { COMPONENT_NAMES } from '../decide/components';
import type { Refusal } from '../decide/ladder';
import type { Limit } from '../decide/limits';

export const OTHER = 'other';

/** Reasons of restarts beside the components. */
export const RESTART_REASONS = [
  ...COMPONENT_NAMES,
  'scheduled',
  'manual',
  'periodic',
  'crash',
  OTHER,
] as const;

/** The compiler sees to it that none is missing. */
const REFUSALS: Readonly<Record<Limit | Refusal, true>> = {
  locked: true,
  startupGrace: true,
  stateFile: true,
  recycleInterval: true,
  minInterval: true,
  backoff: true,
  recyclesPerHour: true,
  flowsPerHour: true,
  exitsPerHour: true,
  exitsPerDay: true,
  scheduledPerDay: true,
  gcBudget: true,
  autoRestart: true,
  maxAction: true,
  allowProcessExit: true,
  residualFloor: true,
  nothingLeft: true,
  noStepHelps: true,
};

/** With those that answer a request. */
export const BLOCK_LIMITS: readonly string[] = [
  ...Object.keys(REFUSALS),
  'busy',
  'healthy',
  'stopping',
  OTHER,
];

const HTTP = 'SENSR_HTTP';

/** Codes of errors; those with an HTTP status count as one. */
export const CODES: readonly string[] = [...Object.keys(ERROR_MEANINGS), HTTP, OTHER];

export const codeLabel = (code: string): string =>
  code.startsWith(`${HTTP}_`) ? HTTP : memberOf(CODES, code);

export const memberOf = (set: readonly string[], value: string): string =>
  set.includes(value) ? value : OTHER;

/** Adds up the counts whose keys become the same label. */
export function countsBy(
  counts: Readonly<Record<string, number>>,
  labelOf: (key: string) => string,
): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [key, count] of Object.entries(counts)) {
    const label = labelOf(key);
    sums.set(label, (sums.get(label) ?? 0) + count);
  }
  return [...sums];
}
