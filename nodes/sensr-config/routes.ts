/** What the editor asks at run time: the pickers of a deployed server, and the test of settings that are not deployed. */
import { SensrError } from '../../lib/errors';
import type { Server } from '../../lib/server/server';
import { HTTP_NOT_FOUND, HTTP_OK, answering, problem, type Answer } from '../common/admin-answer';
import {
  isSensrConfig,
  type AdminApp,
  type AdminRequest,
  type Red,
  type SavedNode,
  type SensrConfigNode,
} from '../common/red-types';
import { CHOICE_KINDS, choicesOf } from './choices';
import { testConnection } from './connection-check';
import { serverOptions } from './server-options';
import { surroundingsOf } from './surroundings';

/** What Node-RED sends to the editor instead of a stored password. */
const STORED = '__PWRD__';

/** Once per process: routes outlive nodes, deploys and a reinstallation. */
export function registerRoutes(red: Red): void {
  const app = red.httpAdmin as unknown as AdminApp & { [REGISTERED]?: boolean };
  if (app[REGISTERED]) return;
  app[REGISTERED] = true;
  app.get(
    '/sensr/servers/:id/choices/:kind',
    red.auth.needsPermission('sensr.read'),
    answering((request, signal) => choices(red, request, signal)),
  );
  // Opens connections to wherever it is told to: as much as whoever may deploy can do.
  app.post(
    '/sensr/test-connection',
    red.auth.needsPermission('sensr.write'),
    answering((request, signal) => test(red, request, signal)),
  );
  app.post(
    '/sensr/servers/:id/test-connection',
    red.auth.needsPermission('sensr.write'),
    answering((request, signal) => testDeployed(red, request, signal)),
  );
}

const REGISTERED = Symbol.for('node-red-contrib-sensr.routes');

async function choices(red: Red, { params }: AdminRequest, signal: AbortSignal): Promise<Answer> {
  const kind = CHOICE_KINDS.find((one) => one === params['kind']);
  if (!kind)
    return problem(
      HTTP_NOT_FOUND,
      new SensrError('SENSR_BAD_REQUEST', `expected one of ${CHOICE_KINDS.join(', ')}`),
    );
  const server = deployedServer(red, params['id']);
  if (!server) return NOT_DEPLOYED;
  return { status: HTTP_OK, json: await choicesOf(server, kind, signal) };
}

const NOT_DEPLOYED: Answer = { status: HTTP_NOT_FOUND, json: { code: 'NOT_DEPLOYED' } };

function deployedServer(red: Red, id: string | undefined): Server | undefined {
  const node: unknown = red.nodes.getNode(String(id));
  return isSensrConfig(node) ? node.server : undefined;
}

/** As it runs, whatever stands in the editor. */
async function testDeployed(red: Red, { params }: AdminRequest, signal: AbortSignal): Promise<Answer> {
  const server = deployedServer(red, params['id']);
  if (!server) return NOT_DEPLOYED;
  return { status: HTTP_OK, json: await testConnection(server.options, signal) };
}

async function test(red: Red, { body }: AdminRequest, signal: AbortSignal): Promise<Answer> {
  const { id, values, credentials } = asked(body);
  const stored = (red.nodes.getCredentials(id) as Record<string, string> | undefined) ?? {};
  const deployed: unknown = red.nodes.getNode(id);
  const variable = (value: unknown): unknown => environmentOf(red, deployed, value);
  const saved = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, variable(value)]));
  const entered = Object.entries(credentials).map(([name, value]) => [
    name,
    value === STORED ? stored[name] : variable(value),
  ]);
  const unsaved = { credentials: Object.fromEntries(entered) as SensrConfigNode['credentials'] };
  const options = serverOptions(saved, surroundingsOf(red, saved as SavedNode, unsaved as SensrConfigNode));
  return { status: HTTP_OK, json: await testConnection(options, signal) };
}

interface Asked {
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
}

function asked(body: unknown): Asked {
  const record = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const { id, values, credentials } = record(body);
  if (typeof id !== 'string')
    throw new SensrError('SENSR_BAD_REQUEST', 'id: expected the id of the node that is edited');
  return { id, values: record(values), credentials: record(credentials) };
}

/** The value of `${NAME}` as Node-RED would put it in on the next deploy. */
function environmentOf(red: Red, node: unknown, value: unknown): unknown {
  const name = typeof value === 'string' ? /^\$\{([A-Za-z_]\w*)\}$/.exec(value)?.[1] : undefined;
  if (name === undefined) return value;
  const found: unknown = red.util.evaluateNodeProperty(name, 'env', node as never, {} as never);
  return found === undefined || found === '' ? value : found;
}
