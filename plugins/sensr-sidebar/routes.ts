/** What the sidebar asks at run time. It asks, nothing is broadcast: other editors, and a closed sidebar, cost nothing. */
import { systemClock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';
import { openServers, type OpenServer } from '../../lib/server/open-servers';
import type { RecycleReport } from '../../lib/thread/host';
import { HTTP_NOT_FOUND, HTTP_OK, answering, problem, type Answer } from '../../nodes/common/admin-answer';
import type { AdminApp, AdminRequest, AdminResponse, Red } from '../../nodes/common/red-types';
import type { HealthSource } from './health-source';
import { healthState, newerThan } from './health-state';
import { LiveViews } from './live/live-views';
import { ROUTES, SOCKET_NAMES, type RecycleAnswer, type ServerState, type StateAnswer } from './protocol';
import { serverState, type ShownNode } from './server-state';
import { SharedValue } from './shared-value';

export interface SidebarSources {
  readonly health: HealthSource;
  readonly recycle: () => Promise<RecycleReport>;
  readonly viewScript: string;
}

/** Numbers are read by people. A little less than a second, so that a browser that asks each second gets new ones. */
const STATE_PERIOD_MS = 900;
const REGISTERED = Symbol.for('node-red-contrib-sensr.sidebar');

/** Once per process: routes outlive nodes, deploys and a reinstallation. */
export function registerRoutes(red: Red, sources: SidebarSources): void {
  const app = red.httpAdmin as unknown as AdminApp & { [REGISTERED]?: boolean };
  if (app[REGISTERED]) return;
  app[REGISTERED] = true;
  const [read, write] = ['sensr.read', 'sensr.write'].map((name) => red.auth.needsPermission(name));
  const views = new LiveViews();
  const state = sharedState(red, sources.health);
  app.get(`/${ROUTES.view}`, read, (_request, response: AdminResponse) => {
    response.set('Content-Type', 'text/javascript; charset=utf-8').set('Cache-Control', 'no-cache');
    response.send(sources.viewScript);
  });
  app.get(
    `/${ROUTES.state}`,
    read,
    answering((request) => Promise.resolve(ok(stateAnswer(state.get(), request)))),
  );
  app.get(
    `/${ROUTES.live(':id')}`,
    read,
    answering((request, signal) =>
      withServer(request, async (open) => ok(await views.look(open, lookOf(request), signal))),
    ),
  );
  app.post(
    `/${ROUTES.reconnect(':id')}`,
    write,
    answering((request) => withServer(request, (open) => Promise.resolve(reconnect(open, request)))),
  );
  app.post(
    `/${ROUTES.recycle}`,
    write,
    answering(async () => ok(await recycle(sources))),
  );
}

const ok = (json: unknown): Answer => ({ status: HTTP_OK, json });

interface SharedState {
  readonly atMs: number;
  readonly servers: readonly ServerState[];
  readonly health: ReturnType<typeof healthState>;
}

function sharedState(red: Red, health: HealthSource): SharedValue<SharedState> {
  const nodeOf = (id: string): ShownNode => {
    const node = red.nodes.getNode(id) as { name?: string; _alias?: string } | null;
    return { name: node?.name ?? '', shownId: node?._alias ?? id };
  };
  const make = (): SharedState => {
    const atMs = systemClock.monotonicMs();
    const servers = openServers().map((open) => serverState(open, atMs, nodeOf));
    return { atMs, servers, health: healthState(health) };
  };
  return new SharedValue(STATE_PERIOD_MS, make, systemClock);
}

function stateAnswer({ atMs, servers, health }: SharedState, { query }: AdminRequest): StateAnswer {
  const have = { sampleAt: numberOf(query['since']), restartsStamp: String(query['restarts'] ?? '') };
  return { atMs, servers, health: health ? newerThan(health, have) : null };
}

const lookOf = ({ query }: AdminRequest) => ({
  objects: numberOf(query['objects']),
  zones: numberOf(query['zones']),
  points: numberOf(query['points']),
  isWatching: query['watch'] === '1',
  wantsPoints: query['cloud'] === '1',
});

const numberOf = (value: unknown): number => {
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
};

async function withServer(
  { params }: AdminRequest,
  answer: (open: OpenServer) => Promise<Answer>,
): Promise<Answer> {
  const open = openServers().find(({ id }) => id === params['id']);
  return open ? answer(open) : { status: HTTP_NOT_FOUND, json: { code: 'NOT_DEPLOYED' } };
}

function reconnect({ server }: OpenServer, { body }: AdminRequest): Answer {
  const asked = (body as { socket?: unknown } | undefined)?.socket;
  const socket = SOCKET_NAMES.find((name) => name === asked);
  if (!socket)
    return problem(
      HTTP_BAD_REQUEST,
      new SensrError(
        'SENSR_BAD_REQUEST',
        `socket: expected ${SOCKET_NAMES.join(' or ')}, got ${String(asked)}`,
      ),
    );
  return ok({ hadSocket: server.reconnect(socket) });
}

const HTTP_BAD_REQUEST = 400;

/** With a health node its limits hold, and its history has it; without one, nothing stands against it. */
async function recycle({ health, recycle: recycleThread }: SidebarSources): Promise<RecycleAnswer> {
  const message = health.request({ action: 'recycle', cause: 'manual', force: true });
  if (message)
    return {
      outcome: message.phase === 'start' ? 'started' : message.phase,
      reason: message.blockedBy ?? message.error,
      blockedUntil: message.blockedUntil,
      durationMs: message.durationMs,
    };
  const { outcome, reason, durationMs } = await recycleThread();
  return {
    outcome: outcome === 'abandoned' ? 'failed' : 'done',
    reason: reason ?? null,
    blockedUntil: null,
    durationMs,
  };
}
