/** Owns how HTTP requests find their handler: a table of routes that can grow, JSON in and out, errors as JSON. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { OptionError } from './options';

export interface RouteRequest {
  readonly query: URLSearchParams;
  readonly body: string;
  /** What stands in the place of `{v}`. */
  readonly version: string;
}

export interface RouteAnswer {
  readonly status?: number;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly text?: string;
}

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Segments; `{v}` stands for any one. */
  readonly path: string;
  readonly handle: (request: RouteRequest) => RouteAnswer | Promise<RouteAnswer>;
}

/** A request that the handler cannot serve, with the status to say so. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const data = chunk as Buffer;
    bytes += data.length;
    if (bytes > MAX_BODY_BYTES) throw new HttpError(413, 'the body is too large');
    chunks.push(data);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const versionOf = (pattern: string, path: string): string | undefined => {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return undefined;
  let version = '';
  const matches = expected.every((segment, index) => {
    if (segment !== '{v}') return segment === given[index];
    version = given[index] ?? '';
    return version !== '';
  });
  return matches ? version : undefined;
};

const send = (response: ServerResponse, { status = 200, json, text }: RouteAnswer): void => {
  const isJson = json !== undefined;
  response.statusCode = status;
  response.setHeader('Content-Type', isJson ? 'application/json' : 'text/plain; charset=utf-8');
  response.end(isJson ? JSON.stringify(json) : (text ?? ''));
};

const statusOf = (error: unknown): number => {
  if (error instanceof HttpError) return error.status;
  return error instanceof OptionError || error instanceof SyntaxError ? 400 : 500;
};

export function createRouter(
  routes: readonly Route[],
  /** Asked before anything else: whether the request may pass, and when. */
  guard: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
): RequestListener {
  const serve = async (request: IncomingMessage): Promise<RouteAnswer> => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const matching = routes.flatMap((route) => {
      const version = versionOf(route.path, url.pathname);
      return version === undefined ? [] : [{ route, version }];
    });
    if (matching.length === 0) throw new HttpError(404, `nothing at ${url.pathname}`);
    const found = matching.find(({ route }) => route.method === request.method);
    if (!found) throw new HttpError(405, `${String(request.method)} is not possible at ${url.pathname}`);
    const body = await readBody(request);
    return found.route.handle({ query: url.searchParams, body, version: found.version });
  };
  return (request, response) => {
    guard(request, response)
      .then(async (mayPass) => {
        if (mayPass) send(response, await serve(request));
      })
      .catch((error: unknown) => {
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, { status: statusOf(error), json: { error: (error as Error).message } });
      });
  };
}
