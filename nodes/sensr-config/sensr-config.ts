/** The config node: builds one Server from saved properties, tells of its outages, and closes it. */
import { systemClock } from '../../lib/clock';
import { fromRecord, toRecord, type ErrorRecord } from '../../lib/errors';
import { OutageReporter } from '../../lib/server/outage';
import { addServer } from '../../lib/server/open-servers';
import { Server } from '../../lib/server/server';
import type { SocketKind, SocketStatus } from '../../lib/thread/protocol';
import { onClose } from '../common/close';
import { reportAfterStart, reportError } from '../common/messages';
import { migrate } from '../common/migrate';
import type { Red, SavedNode, SensrConfigNode } from '../common/red-types';
import { audienceOf } from './audience';
import { MIGRATIONS } from './migrations';
import { CREDENTIALS } from './properties';
import { registerRoutes } from './routes';
import { serverOptions } from './server-options';
import { surroundingsOf } from './surroundings';

const OVERFLOW_ADVICE =
  'SENSR reports OUTPUT_BUFFER_OVERFLOW: it cannot get rid of its output, because link or client are too slow for it. ' +
  'In SENSR, lower publish_level_point_cloud, raise point_cloud_update_interval or downsampling_resolution, or switch on ' +
  'enable_point_cloud_bandwidth_reduction; or remove the nodes that ask for point clouds over this link.';

const unappliedText = (writes: number): string =>
  `${writes === 1 ? '1 change was' : `${writes} changes were`} made, but not applied before the server was closed: ` +
  "send 'commands.apply', or apply in SENSR";

/** The published types want every credential in the node's own type; ours has what we read. */
type SensrConfigConstructor = Parameters<Red['nodes']['registerType']>[1];

export = (red: Red): void => {
  registerRoutes(red);
  function SensrConfig(this: SensrConfigNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    this.users = {};
    try {
      const options = serverOptions(migrate(saved, MIGRATIONS), surroundingsOf(red, saved, this));
      this.server = new Server(options, channelEvents(red, this));
    } catch (error) {
      reportAfterStart(this, error, { topic: saved.name || 'sensr-config' });
      return;
    }
    const { server } = this;
    const forget = addServer(this.id, server);
    onClose(this, async () => {
      forget();
      const unapplied = await server.close();
      if (unapplied > 0) this.warn(unappliedText(unapplied));
    });
  }
  red.nodes.registerType('sensr-config', SensrConfig as SensrConfigConstructor, {
    credentials: { ...CREDENTIALS },
  });
};

/** Says each outage once: in the log, and to the Catch nodes beside the nodes that use this server. */
function channelEvents(red: Red, node: SensrConfigNode): ConstructorParameters<typeof Server>[1] {
  const outages: Record<SocketKind, OutageReporter> = {
    output: new OutageReporter(),
    points: new OutageReporter(),
  };
  const tell = (socket: SocketKind, error: ErrorRecord, count: number): void => {
    const text = count > 1 ? `${error.message} (${count} times)` : error.message;
    const server = node.server?.options.name ?? '';
    const users = node.users ?? {};
    // Node-RED reads it while it reports, and at no other time.
    node.users = audienceOf(red, users);
    try {
      reportError(node, fromRecord({ ...error, message: text }), {
        topic: `${server}/${socket}`,
        sensr: { server, socket, count },
      });
    } finally {
      node.users = users;
    }
  };
  return {
    onStatus: (kind, status) => {
      const report = outages[kind].observe(status, systemClock.monotonicMs());
      if (report === 'connected')
        node.log(`Connected to the ${kind} socket of ${node.server?.options.host ?? ''}`);
      else if (report !== 'nothing' && status.reason) tell(kind, lossOf(status, status.reason, report), 1);
      else if (status.state === 'waiting')
        node.debug(`${status.reason?.message ?? ''}; attempt ${status.attempt}`);
    },
    onProblem: (kind, error, count) => {
      // The status that comes with it has told.
      if (error.code !== 'SENSR_THREAD') tell(kind, toRecord(error, 'SENSR_PROTOCOL'), count);
    },
    onOverflow: () => {
      node.warn(OVERFLOW_ADVICE);
    },
  };
}

function lossOf(status: SocketStatus, reason: ErrorRecord, report: 'lost' | 'still down'): ErrorRecord {
  const seconds = Math.max(1, Math.round((status.retryInMs ?? 0) / 1000));
  const prefix = report === 'still down' ? 'Still no connection: ' : '';
  const stop = /[.?!]$/.test(reason.message) ? '' : '.';
  return { ...reason, message: `${prefix}${reason.message}${stop} Next attempt in ${seconds} s` };
}
