/** The saved properties of a sensr-health node to what the hub runs by, checked across each other. */
import { SensrError } from '../../lib/errors';
import { decideOptions } from '../../lib/health/decide/options';
import type { HubOptions } from '../../lib/health/hub-types';
import { megabytesToBytes, secondsToMs } from '../../lib/units';
import { readProperties, type ValuesOf } from '../common/read-properties';
import { endpointPrefix } from './endpoint-prefix';
import { PROPERTIES } from './properties';

export interface HealthCredentials {
  readonly adminUsername?: string;
  readonly adminPassword?: string;
  readonly adminToken?: string;
  readonly endpointToken?: string;
}

export interface NodeOptions {
  readonly values: ValuesOf<typeof PROPERTIES>;
  readonly hub: HubOptions;
}

/** @throws SensrError SENSR_BAD_CONFIG naming the property, what was expected and what is there */
export function nodeOptions(
  saved: Readonly<Record<string, unknown>>,
  credentials: HealthCredentials,
): NodeOptions {
  const values = readProperties(PROPERTIES, saved);
  const decide = decideOptions(values);
  if (values.autoRestart && values.maxAction === 'process' && !values.allowProcessExit)
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      'maxAction: expected gc, recycle or flows while allowProcessExit is off, got process',
    );
  return {
    values,
    hub: {
      decide,
      periodic: {
        forcedGcMs: values.periodicForcedGc ? secondsToMs(values.forcedGcInterval) : 0,
        manualGenerations: values.manualGenerations,
        cleanupMs: secondsToMs(values.periodicCleanup),
      },
      trendWindows: values.trendWindows,
      historySize: values.historySize,
      memoryLimitBytes: megabytesToBytes(values.memoryLimitMB),
      workerHeapBytes: megabytesToBytes(values.workerHeapMB),
      healthLog: values.healthLog,
      endpoints: values.endpoints
        ? {
            side: values.endpointSide,
            prefix: endpointPrefix(values.prefix),
            token: credentials.endpointToken || undefined,
          }
        : undefined,
    },
  };
}
