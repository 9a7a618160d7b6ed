/** The properties of a sensr-health node: defaults, limits and units. Runs in the browser too. */
import type { PropertyTable } from '../common/properties';

/** Raise when a saved property changes its meaning, and add the step to migrations.ts. */
export const VERSION = 1;

/** The repair ladder, smallest rung first. */
export const RUNGS = ['gc', 'recycle', 'flows', 'process'] as const;
export type Rung = (typeof RUNGS)[number];
export const RESTART_TARGETS = ['recycle', 'flows', 'process'] as const;

const PERCENT = { min: 1, max: 100, unit: '%' } as const;
const MAX_DAY_S = 86_400;

export const PROPERTIES = {
  name: { kind: 'text', default: '' },
  server: { kind: 'reference', default: '', refersTo: 'sensr-config' },
  sampleInterval: { kind: 'number', default: 10, min: 1, max: 300, unit: 's' },
  checkInterval: { kind: 'number', default: 60, min: 10, max: 3600, unit: 's' },
  reportInterval: { kind: 'number', default: 300, min: 1, max: MAX_DAY_S, unit: 's' },
  startupGrace: { kind: 'number', default: 120, min: 0, max: 3600, unit: 's' },
  historySize: { kind: 'number', default: 100, min: 10, max: 1000, integer: true },

  memoryWarn: { kind: 'number', default: 80, ...PERCENT },
  memoryCritical: { kind: 'number', default: 90, ...PERCENT },
  hysteresis: { kind: 'number', default: 5, min: 0, max: 20, unit: 'points' },
  cpuWarn: { kind: 'number', default: 85, ...PERCENT },
  cpuCritical: { kind: 'number', default: 95, ...PERCENT },
  responseWarn: { kind: 'number', default: 2, min: 0.1, max: 3600, unit: 's' },
  responseCritical: { kind: 'number', default: 5, min: 0.1, max: 3600, unit: 's' },
  errorWarn: { kind: 'number', default: 5, ...PERCENT },
  errorCritical: { kind: 'number', default: 10, ...PERCENT },
  diskWarn: { kind: 'number', default: 90, ...PERCENT },
  diskCritical: { kind: 'number', default: 95, ...PERCENT },
  gcShareWarn: { kind: 'number', default: 5, ...PERCENT },
  gcShareCritical: { kind: 'number', default: 15, ...PERCENT },
  trendWindows: { kind: 'choices', default: ['short', 'mid', 'long'], choices: ['short', 'mid', 'long'] },
  gcPauseAlertMs: { kind: 'number', default: 10, min: 1, max: 60_000, unit: 'ms' },
  gcPerMin: { kind: 'number', default: 60, min: 1, max: 100_000, unit: '/min' },
  gcMemoryMB: { kind: 'number', default: 1024, min: 1, max: 1_048_576, unit: 'MB' },
  memoryLimitMB: { kind: 'number', default: 0, min: 0, max: 16_777_216, unit: 'MB' },
  workerHeapMB: { kind: 'number', default: 512, min: 32, max: 65_536, unit: 'MB' },

  autoRestart: { kind: 'boolean', default: false },
  maxAction: { kind: 'choice', default: 'recycle', choices: RUNGS },
  allowProcessExit: { kind: 'boolean', default: false },
  exitCode: { kind: 'number', default: 75, min: 1, max: 255, integer: true },
  failedChecks: { kind: 'number', default: 3, min: 1, max: 100, integer: true },
  minInterval: { kind: 'number', default: 300, min: 60, max: MAX_DAY_S, unit: 's' },
  adaptiveHighMemory: { kind: 'boolean', default: true },
  periodicCleanup: { kind: 'number', default: 3600, min: 0, max: MAX_DAY_S, unit: 's' },
  periodicForcedGc: { kind: 'boolean', default: false },
  forcedGcInterval: { kind: 'number', default: 30, min: 1, max: MAX_DAY_S, unit: 's' },
  maxPauseMs: { kind: 'number', default: 100, min: 1, max: 60_000, unit: 'ms' },
  manualGenerations: { kind: 'boolean', default: false },

  scheduledRestart: { kind: 'boolean', default: false },
  // A process that lives shorter counts as a failed start.
  scheduledRestartEvery: { kind: 'number', default: 1800, min: 600, max: 2_592_000, unit: 's' },
  scheduledRestartTimes: { kind: 'text', default: '' },
  scheduledRestartTarget: { kind: 'choice', default: 'recycle', choices: RESTART_TARGETS },
  scheduledRestartRssPct: { kind: 'number', default: 0, min: 0, max: 100, unit: '%' },

  adminUrl: { kind: 'text', default: '' },
  adminTokenHeader: { kind: 'text', default: '' },

  endpoints: { kind: 'boolean', default: false },
  prefix: { kind: 'text', default: '' },
  endpointSide: { kind: 'choice', default: 'http', choices: ['http', 'admin'] },
  healthLog: { kind: 'boolean', default: false },
} as const satisfies PropertyTable;

/** For the Admin API and the endpoints; kept in Node-RED's credentials store. */
export const CREDENTIALS = {
  adminUsername: { type: 'text' },
  adminPassword: { type: 'password' },
  adminToken: { type: 'password' },
  endpointToken: { type: 'password' },
} as const;
