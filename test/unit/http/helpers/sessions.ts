/** Sessions towards real servers of the loopback, all of them closed after each test. */
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type tls from 'node:tls';
import type { Clock } from '../../../../lib/clock';
import type { HttpRequest } from '../../../../lib/http/request';
import { RequestError } from '../../../../lib/http/request-error';
import { HttpSession, type HttpSessionOptions } from '../../../../lib/http/session';
import { closeServers, listening } from '../../socket/helpers/servers';

const sessions: HttpSession[] = [];

/** To be called in afterEach. */
export async function closeAll(): Promise<void> {
  await Promise.all(sessions.splice(0).map((one) => one.close()));
  await closeServers();
}

export function openSession(
  port: number,
  change: Partial<HttpSessionOptions> = {},
  clock?: Clock,
  random?: () => number,
): HttpSession {
  const options = {
    host: '127.0.0.1',
    port,
    headers: {},
    connections: 4,
    connectTimeoutMs: 2000,
    responseTimeoutMs: 2000,
    longResponseTimeoutMs: 4000,
    retries: 0,
    retryDelayMs: 1,
    ...change,
  };
  const session = new HttpSession(options, clock, random);
  sessions.push(session);
  return session;
}

export const get = (path = '/x', change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path,
  timeout: 'normal',
  ...change,
});

export interface WebServer {
  readonly port: number;
  /** `GET /x`, in the order of coming. */
  readonly seen: string[];
  /** TCP connections open now, and the most that ever were. */
  readonly connections: { open: number; most: number; ever: number };
  readonly sockets: ReadonlySet<Socket>;
}

/** A web server that notes what reaches it. */
export async function webServer(answer: http.RequestListener, secure?: tls.TlsOptions): Promise<WebServer> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const connections = { open: 0, most: 0, ever: 0 };
  const listener: http.RequestListener = (request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  };
  const server = secure ? https.createServer(secure, listener) : http.createServer(listener);
  server.on('connection', (socket: Socket) => {
    connections.ever += 1;
    connections.open += 1;
    connections.most = Math.max(connections.most, connections.open);
    sockets.add(socket);
    socket.on('close', () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
  });
  return { port: await listening(server), seen, connections, sockets };
}

/** @returns the error that the request is rejected with */
export async function failureOf(promise: Promise<unknown>): Promise<RequestError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RequestError, `Expected a RequestError, got ${String(error)}`);
    return error;
  }
  return assert.fail('Expected a rejection, got an answer');
}

/** Resolves when `condition` holds; checked once a turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
