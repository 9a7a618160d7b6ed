/** The payload of output 1: a copy for each message, with the servers that its node is about. */
import type { HealthStatus } from '../../lib/health/hub-types';
import type { Sample } from '../../lib/health/sampling/sample';
import { openServers } from '../../lib/server/open-servers';
import { serverNames } from './servers-reading';

export type StatusPayload = HealthStatus & { readonly servers: Sample['servers'] };

/** @param id of the chosen sensr-config; empty = all. @returns its name in samples; undefined = all */
export const serverFilter = (id: string) => (): string | undefined =>
  id === '' ? undefined : (serverNames(openServers()).get(id) ?? id);

/** Flows change what they get: no two messages share anything. */
export function statusPayload(status: HealthStatus, only: string | undefined): StatusPayload {
  const { sample, ...report } = structuredClone(status);
  const servers = Object.fromEntries(
    Object.entries(sample?.servers ?? {}).filter(([name]) => only === undefined || name === only),
  );
  return { ...report, sample: sample && { ...sample, servers }, servers };
}
