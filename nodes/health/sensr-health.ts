/** The health node: shows the hub of the process on its outputs and in its status, and hands messages to it. */
import type { Node } from 'node-red';
import { systemClock } from '../../lib/clock';
import { SensrError, fromRecord, messageOf } from '../../lib/errors';
import { healthHub } from '../../lib/health/hub';
import type { HealthStatus } from '../../lib/health/hub-types';
import { writeSnapshot } from '../../lib/health/snapshot';
import { secondsToMs } from '../../lib/units';
import { onClose } from '../common/close';
import { onInput, onInputAsync, type InputMessage } from '../common/input';
import { asMessage, reportAfterStart, reportError } from '../common/messages';
import { migrate } from '../common/migrate';
import type { Red, SavedNode } from '../common/red-types';
import { StatusLine } from '../common/status';
import { actionOf } from './actions';
import { checkAdminApi } from './admin-check';
import { hubSource } from './endpoint-source';
import { registerEndpoints } from './endpoints';
import { nodeOptions, type HealthCredentials, type NodeOptions } from './hub-options';
import { MIGRATIONS } from './migrations';
import { CREDENTIALS } from './properties';
import { serverFilter, statusPayload } from './status-payload';
import { statusLine, type StatusText } from './status-line';
import { surroundingsOf } from './surroundings';

type HealthNode = Node & { readonly credentials?: HealthCredentials };
type HealthConstructor = Parameters<Red['nodes']['registerType']>[1];

const TOPIC = 'health';
const ROOT_OF = { http: 'httpNodeRoot', admin: 'httpAdminRoot' } as const;

export = (red: Red): void => {
  const sides = registerEndpoints(red, hubSource(healthHub));
  function SensrHealth(this: HealthNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const status = new StatusLine(this, systemClock);
    const text: StatusText = (key, values) => red._(`sensr-health.${key}`, values);
    try {
      // After an import there may be no credentials at all.
      const credentials = this.credentials ?? {};
      const options = nodeOptions(migrate(saved, MIGRATIONS), credentials);
      run(red, this, { options, credentials, status, text });
      const side = options.hub.endpoints?.side;
      if (side && !sides.has(side))
        this.warn(`The endpoints cannot be offered: Node-RED runs without its ${ROOT_OF[side]}`);
    } catch (error) {
      refuse(this, status, text, error);
    }
  }
  red.nodes.registerType('sensr-health', SensrHealth as HealthConstructor, {
    credentials: { ...CREDENTIALS },
  });
};

interface Parts {
  readonly options: NodeOptions;
  readonly credentials: HealthCredentials;
  readonly status: StatusLine;
  readonly text: StatusText;
}

function run(red: Red, node: HealthNode, { options, credentials, status, text }: Parts): void {
  const { values, hub } = options;
  const ofServer = serverFilter(values.server);
  const payloadOf = (health: HealthStatus): object => statusPayload(health, ofServer());
  const tell = (health: HealthStatus): void => {
    node.send([asMessage({ topic: TOPIC, payload: payloadOf(health) }), null]);
  };
  const announce = (payload: object): void => {
    node.send([null, asMessage({ topic: TOPIC, payload: structuredClone(payload) })]);
  };
  let toldState: string | undefined;

  const detach = healthHub.attach({
    id: node.id,
    name: node.name ?? node.id,
    options: hub,
    surroundings: surroundingsOf(red, { values, credentials }),
    handlers: {
      onSample: (health) => {
        status.show(statusLine(health, text));
        if (health.status === toldState) return;
        toldState = health.status;
        tell(health);
      },
      onAlert: announce,
      onAction: (action) => {
        announce(action);
        if (action.phase !== 'failed') return;
        const { code, error } = action;
        const known = fromRecord({
          code: code ?? 'SENSR_ADMIN_API',
          message: `${action.action}: ${error ?? ''}`,
        });
        reportError(node, known, {
          topic: TOPIC,
          sensr: { action: action.action, reason: action.reason },
        });
      },
      onRecommendation: (recommendation) => {
        announce(recommendation);
        node.warn(JSON.stringify(recommendation));
      },
      onProblem: ({ message }) => {
        node.warn(message);
      },
      onOverruled: (by) => {
        node.warn(
          `The settings of '${by}' hold for the whole process; those of this node differ and are not used`,
        );
      },
    },
  });
  status.show(statusLine(healthHub.status(), text));
  const stopReports = systemClock.every(secondsToMs(values.reportInterval), () => {
    const health = healthHub.status();
    if (health?.sample) tell(health);
  });
  const stopCheck = checkAdminApi(red, node, { values, credentials });

  const answerTo = async (message: InputMessage): Promise<object> => {
    const asked = actionOf(message);
    switch (asked.what) {
      case 'sample':
        return payloadOf(await healthHub.sampleNow());
      case 'history':
        return structuredClone(healthHub.history());
      case 'reset':
        return payloadOf(await healthHub.reset());
      case 'snapshot': {
        const { ceiling = Infinity, rss = 0 } = healthHub.status()?.sample ?? {};
        const directory = red.settings.userDir;
        return writeSnapshot({ directory, spareBytes: ceiling - rss, force: asked.force }, systemClock);
      }
      case 'step':
        return structuredClone(await healthHub.perform(asked.request));
    }
  };
  onInputAsync(node, async (message, send) => {
    send(Object.assign(message, { topic: TOPIC, payload: await answerTo(message) }));
  });
  onClose(node, async () => {
    stopCheck();
    stopReports();
    status.close();
    await detach();
  });
}

/** The node cannot work: its status says so, and every message to it fails with the reason. */
function refuse(node: Node, status: StatusLine, text: StatusText, error: unknown): void {
  status.show({ fill: 'red', shape: 'ring', text: text('status.badConfig') });
  reportAfterStart(node, error, { topic: node.name ?? node.type });
  onInput(node, () => {
    throw error instanceof SensrError ? error : new SensrError('SENSR_BAD_CONFIG', messageOf(error), error);
  });
  onClose(node, () => {
    status.close();
    return Promise.resolve();
  });
}
