/** The properties of a sensr-config node: defaults, limits and units. Runs in the browser too. */
import type { PropertyTable } from '../common/properties';

/** Raise when a saved property changes its meaning, and add the step to migrations.ts. */
export const VERSION = 1;

const MAX_PORT = 65_535;

export const PROPERTIES = {
  name: { kind: 'text', default: '' },
  host: { kind: 'text', default: '', required: true },
  outputPort: { kind: 'number', default: 5050, min: 1, max: MAX_PORT, integer: true },
  pointsPort: { kind: 'number', default: 5051, min: 1, max: MAX_PORT, integer: true },
  restPort: { kind: 'number', default: 9080, min: 1, max: MAX_PORT, integer: true },
  tls: { kind: 'reference', default: '', refersTo: 'tls-config' },
  checkServerName: { kind: 'boolean', default: true },
  apiVersion: { kind: 'text', default: '' },
  pingInterval: { kind: 'number', default: 15, min: 0.1, max: 3600, unit: 's' },
  pongTimeout: { kind: 'number', default: 8, min: 0.1, max: 600, unit: 's' },
  connectTimeout: { kind: 'number', default: 5, min: 0.1, max: 120, unit: 's' },
  backoffInitial: { kind: 'number', default: 1, min: 0.1, max: 600, unit: 's' },
  backoffMax: { kind: 'number', default: 60, min: 0.1, max: 3600, unit: 's' },
  maxFrameMB: { kind: 'number', default: 64, min: 0.1, max: 1024, unit: 'MB' },
  proxy: { kind: 'reference', default: '', refersTo: 'http proxy' },
  connections: { kind: 'number', default: 20, min: 1, max: 256, integer: true },
  responseTimeout: { kind: 'number', default: 10, min: 0.1, max: 600, unit: 's' },
  longResponseTimeout: { kind: 'number', default: 30, min: 0.1, max: 3600, unit: 's' },
  retries: { kind: 'number', default: 3, min: 0, max: 20, integer: true },
  retryDelay: { kind: 'number', default: 0.3, min: 0, max: 60, unit: 's' },
} as const satisfies PropertyTable;

/** Kept in Node-RED's credentials store, never in the flow. Type per Node-RED: `password` never reaches the editor again. */
export const CREDENTIALS = {
  username: { type: 'text' },
  password: { type: 'password' },
  token: { type: 'password' },
} as const;
