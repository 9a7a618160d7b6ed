/** What the endpoints ask: the hub of the process, and this package's version. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';
import { readProcessFacts } from '../../lib/health/export/process-facts';
import type { HealthHub } from '../../lib/health/hub';
import { openServers } from '../../lib/server/open-servers';
import type { EndpointSource } from './endpoints';
import { messageFacts } from './servers-reading';
import { statusPayload } from './status-payload';

/** Of the built package: dist/nodes/health is three folders below it. */
const PACKAGE = join(__dirname, '../../../package.json');

export function hubSource(
  hub: Pick<HealthHub, 'status' | 'history' | 'options'>,
  versionOf: () => string = readVersion,
): EndpointSource {
  const known = (): NonNullable<ReturnType<HealthHub['status']>> => {
    const status = hub.status();
    if (!status) throw new SensrError('SENSR_CLOSED', 'No health node is running');
    return status;
  };
  let version: string | undefined;
  return {
    // Between two runs there is nothing to tell.
    endpoints: () => (hub.status() ? hub.options()?.endpoints : undefined),
    snapshot: () => {
      const { sample, ...report } = known();
      return {
        sample: sample ?? undefined,
        report,
        messages: messageFacts(openServers(), systemClock),
        process: readProcessFacts(),
        versions: { package: (version ??= versionOf()), node: process.version },
      };
    },
    // Of all servers: endpoints belong to the process, not to a node that is about one of them.
    status: () => statusPayload(known(), undefined),
    history: () => hub.history(),
  };
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { readonly version: string };
  return version;
}
