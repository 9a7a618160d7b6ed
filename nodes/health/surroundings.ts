/** What the hub needs of this process and of Node-RED: sources, effects, user directory, deploys. */
import { systemClock } from '../../lib/clock';
import { openServers } from '../../lib/server/open-servers';
import type { HubSurroundings } from '../../lib/health/hub-types';
import { threadHost } from '../../lib/thread/host';
import { youngReserveBytes } from '../../lib/thread/young-reserve';
import type { ValuesOf } from '../common/read-properties';
import type { Red } from '../common/red-types';
import { adminAddress } from './admin-address';
import { AdminApi } from './admin-api';
import { watchDeploys } from './deploy-watch';
import { exitProcess } from './exit-process';
import { HealthLog } from './health-log';
import type { HealthCredentials } from './hub-options';
import type { PROPERTIES } from './properties';
import { restartFlows, type RuntimeEvents } from './restart-flows';
import { SensrProbe } from './sensr-probe';
import { ServersReader } from './servers-reading';
import { threadEffects, threadMeasures } from './socket-thread';

export interface ProcessParts {
  readonly values: ValuesOf<typeof PROPERTIES>;
  readonly credentials: HealthCredentials;
}

export function surroundingsOf(red: Red, { values, credentials }: ProcessParts): HubSurroundings {
  const clock = systemClock;
  return {
    userDir: red.settings.userDir,
    startSources: () => {
      const reader = new ServersReader(clock);
      const probe = new SensrProbe(values.checkInterval * MS_PER_S, openServers, clock);
      // Nodes of the same deploy have opened their streams by then.
      const stopFirst = clock.after(FIRST_LOOK_MS, () => {
        probe.look();
      });
      return {
        worker: threadMeasures(threadHost, clock),
        servers: () => reader.read(openServers(), (id) => probe.of(id)),
        close: () => {
          stopFirst();
          probe.close();
        },
      };
    },
    effects: {
      ...threadEffects(threadHost),
      restartFlows: async () => {
        await restartFlows(adminApi(red, { values, credentials }), eventsOf(red), clock);
      },
      exitProcess,
    },
    youngReserveBytes: reserveOnce,
    dropCaches: () => {
      for (const { server } of openServers()) server.dropCaches();
    },
    openLog: (onProblem) =>
      red.settings.userDir === undefined
        ? { write: () => undefined, close: () => Promise.resolve() }
        : new HealthLog({ directory: red.settings.userDir }, { onProblem }),
    watchDeploys: () => watchDeploys(eventsOf(red), clock),
    clock,
    random: Math.random,
  };
}

const MS_PER_S = 1000;
const FIRST_LOOK_MS = 2000;

/** A probe thread for each run would be a waste: it does not change. */
let reserve: Promise<number> | undefined;
const reserveOnce = (): Promise<number> => (reserve ??= youngReserveBytes());

/** @throws SensrError SENSR_ADMIN_API when there is none */
export function adminApi(red: Red, { values, credentials }: ProcessParts): AdminApi {
  const { adminUsername: username, adminPassword: password, adminToken: token } = credentials;
  const settings = red.settings as unknown as { httpAdminRoot?: string | false };
  const address = adminAddress({
    server: red.server,
    httpAdminRoot: settings.httpAdminRoot,
    url: values.adminUrl,
  });
  return new AdminApi(address, { username, password, token, tokenHeader: values.adminTokenHeader });
}

const eventsOf = (red: Red): RuntimeEvents => red.events as unknown as RuntimeEvents;
