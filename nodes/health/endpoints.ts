/** The health endpoints: one permanent handler on each side of Node-RED, which asks at each request whether it is to answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../lib/clock';
import { messageOf } from '../../lib/errors';
import { RateLimit } from '../../lib/rate-limit';
import type { Red } from '../common/red-types';
import { ENDPOINTS, json, type Answer, type HealthSource } from './endpoint-answers';
import { endpointPrefix } from './endpoint-prefix';
import { hasToken } from './endpoint-token';

export type EndpointSide = 'http' | 'admin';

export interface EndpointOptions {
  readonly side: EndpointSide;
  /** As entered, or as endpointPrefix returned it. */
  readonly prefix: string;
  /** Undefined or empty: none is asked for. */
  readonly token: string | undefined;
}

export interface EndpointSource extends HealthSource {
  /** Undefined while no node offers them. */
  readonly endpoints: () => EndpointOptions | undefined;
}

/** Node-RED puts whom it let in here; Express strips the root it is mounted at from the url. */
type Request = IncomingMessage & { readonly user?: { readonly anonymous?: boolean } | undefined };
type Next = () => void;
type Middleware = (request: Request, response: ServerResponse, next: Next) => void;

const SLOT = Symbol.for('node-red-contrib-sensr.health-endpoints');

interface App {
  readonly use: (middleware: Middleware) => unknown;
  [SLOT]?: { source: EndpointSource };
}

export const PERMISSION = 'sensr-health.read';
const METHODS: readonly (string | undefined)[] = ['GET', 'HEAD'];
const UNAUTHORIZED = 401;
const METHOD_NOT_ALLOWED = 405;
const INTERNAL_ERROR = 500;
/** A scraper comes again every few seconds. */
const COMPLAIN_INTERVAL_MS = 600_000;

/**
 * Once when the module is loaded: handlers outlive nodes and deploys. A second call only hands over to another source.
 * @returns the sides that Node-RED has: without httpNodeRoot there is no `http`
 */
export function registerEndpoints(red: Red, source: EndpointSource): ReadonlySet<EndpointSide> {
  const limit = new RateLimit(COMPLAIN_INTERVAL_MS, systemClock);
  const complain = (error: unknown): void => {
    if (limit.hit() > 0) red.log.error(`sensr-health: an endpoint could not answer: ${messageOf(error)}`);
  };
  const needsPermission = red.auth.needsPermission(PERMISSION) as unknown as Middleware;
  const sides = new Set<EndpointSide>();
  for (const side of ['http', 'admin'] as const) {
    const app: unknown = side === 'http' ? red.httpNode : red.httpAdmin;
    if (!isApp(app)) continue;
    sides.add(side);
    const slot = app[SLOT];
    if (slot) {
      slot.source = source;
      continue;
    }
    const own = { source };
    app[SLOT] = own;
    app.use((request, response, next) => {
      const wanted = requested(side, own.source, request.url);
      if (!wanted) {
        next();
        return;
      }
      const reply = (): void => {
        void answer(own.source, wanted, request)
          .catch((error: unknown) => {
            complain(error);
            return {
              ...json(INTERNAL_ERROR, { error: 'the health of this process could not be told' }),
              headers: {},
            };
          })
          .then((found) => {
            send(response, found, request.method);
          })
          // Whoever asked has gone.
          .catch(() => undefined);
      };
      // On the other side Node-RED's own httpNodeAuth comes before all handlers.
      if (side === 'admin') needsPermission(request, response, reply);
      else reply();
    });
  }
  return sides;
}

/** Express applications are functions; Node-RED has none for a root that is false. */
const isApp = (app: unknown): app is App => typeof app === 'function' && 'use' in app;

interface Wanted {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string;
}

/** Every request to Node-RED passes here: what goes wrong must not touch those that are not for us. */
function requested(side: EndpointSide, source: EndpointSource, url = ''): Wanted | undefined {
  try {
    const options = source.endpoints();
    if (options?.side !== side) return undefined;
    const prefix = endpointPrefix(options.prefix);
    const [full = '', query] = url.split('?', 2);
    if (!full.startsWith(`${prefix}/`)) return undefined;
    const path = full.slice(prefix.length).replace(/\/$/, '');
    if (!Object.hasOwn(ENDPOINTS, path)) return undefined;
    return { path, query: new URLSearchParams(query), token: options.token ?? '' };
  } catch {
    return undefined;
  }
}

type Reply = Answer & { readonly headers: Readonly<Record<string, string>> };

async function answer(source: EndpointSource, wanted: Wanted, request: Request): Promise<Reply> {
  if (!METHODS.includes(request.method))
    return {
      ...json(METHOD_NOT_ALLOWED, { error: 'expected GET or HEAD' }),
      headers: { Allow: 'GET, HEAD' },
    };
  // Whoever signed in to Node-RED has no second header for a token; the anonymous default user has not signed in.
  const isSignedIn = request.user !== undefined && request.user.anonymous !== true;
  if (wanted.token !== '' && !isSignedIn && !hasToken(request.headers.authorization, wanted.token))
    return {
      ...json(UNAUTHORIZED, { error: 'expected Authorization: Bearer with the token of the health node' }),
      headers: { 'WWW-Authenticate': 'Bearer realm="sensr-health"' },
    };
  const found = await ENDPOINTS[wanted.path]?.(source, wanted.query);
  if (!found) throw new Error(`no endpoint ${wanted.path}`);
  return { ...found, headers: {} };
}

function send(
  response: ServerResponse,
  { status, contentType, body, headers }: Reply,
  method: string | undefined,
): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(method === 'HEAD' ? undefined : body);
}
