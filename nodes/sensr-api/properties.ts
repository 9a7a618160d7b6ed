/** The properties of a sensr-api node: defaults and limits. Runs in the browser too. */
import { OPERATION_NAMES } from '../../lib/api/operations';
import type { PropertyTable } from '../common/properties';

/** Raise when a saved property changes its meaning, and add the step to migrations.ts. */
export const VERSION = 1;

export const PROPERTIES = {
  name: { kind: 'text', default: '' },
  server: { kind: 'reference', default: '', refersTo: 'sensr-config', required: true },
  operation: { kind: 'choice', default: 'health.get', choices: OPERATION_NAMES },
  params: { kind: 'typed', default: {} },
  allowWrites: { kind: 'boolean', default: false },
  applyChanges: { kind: 'boolean', default: false },
  queueSize: { kind: 'number', default: 50, min: 1, max: 10_000, integer: true },
  concurrency: { kind: 'number', default: 4, min: 1, max: 256, integer: true },
  cacheSeconds: { kind: 'number', default: 0, min: 0, max: 86_400, unit: 's' },
} as const satisfies PropertyTable;
