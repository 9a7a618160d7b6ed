/** Owns how HTTP requests find their handler: a table of routes that can grow; every request gets an answer. */

import { SettingsError } from './config/fields';
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
  /** Segments; `{v}` stands for any one that the router takes for a version. */
  readonly path: string;
  readonly handle: (request: RouteRequest) => RouteAnswer | Promise<RouteAnswer>;
}

export interface RouterOptions {
  readonly isVersion?: (segment: string) => boolean;
  /** How the reason of an error is sent: as `{"error": …}` or as bare text. */
  readonly errors: 'json' | 'text';
}

/** Answers any request, a failed one with its status and reason. */
export type Router = (method: string, url: string, body: string) => Promise<RouteAnswer>;

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

const segmentsMatch = (
  pattern: string,
  path: string,
  isVersion: (segment: string) => boolean,
): { readonly version: string } | undefined => {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return undefined;
  let version = '';
  const matches = expected.every((segment, index) => {
    if (segment !== '{v}') return segment === given[index];
    version = given[index] ?? '';
    return version !== '' && isVersion(version);
  });
  return matches ? { version } : undefined;
};

const statusOf = (error: unknown): number => {
  if (error instanceof HttpError) return error.status;
  const isMistake =
    error instanceof OptionError || error instanceof SettingsError || error instanceof SyntaxError;
  return isMistake ? 400 : 500;
};

export const errorAnswer = (error: unknown, errors: RouterOptions['errors']): RouteAnswer => {
  const { message } = error as Error;
  const status = statusOf(error);
  return errors === 'json' ? { status, json: { error: message } } : { status, text: message };
};

export function createRouter(
  routes: readonly Route[],
  { isVersion = () => true, errors }: RouterOptions,
): Router {
  const serve = (method: string, url: string, body: string): RouteAnswer | Promise<RouteAnswer> => {
    const base = 'http://simulator';
    if (!URL.canParse(url, base)) throw new HttpError(400, `${url} is not a path`);
    const { pathname, searchParams } = new URL(url, base);
    const matching = routes.flatMap((route) => {
      const match = segmentsMatch(route.path, pathname, isVersion);
      return match ? [{ route, version: match.version }] : [];
    });
    if (matching.length === 0) throw new HttpError(404, `nothing at ${pathname}`);
    const found = matching.find(({ route }) => route.method === method);
    if (!found) throw new HttpError(405, `${method} is not possible at ${pathname}`);
    return found.route.handle({ query: searchParams, body, version: found.version });
  };
  return async (method, url, body) => {
    try {
      return await serve(method, url, body);
    } catch (error) {
      return errorAnswer(error, errors);
    }
  };
}
