/** Puts the API version into paths, and finds it out again when a 404 says that it no longer fits. */
import type { Clock } from '../clock';
import { SensrError } from '../errors';
import type { ApiVersion } from '../http/api-version';
import { RequestError } from '../http/request-error';
import type { HttpAnswer } from '../http/request';
import type { HttpSession } from '../http/session';
import { abortError } from './flight';
import { buildRequest, type PreparedRequest } from './build-request';

export type Sender = Pick<HttpSession, 'request' | 'repeat' | 'url'>;
export type Version = Pick<ApiVersion, 'get' | 'forget' | 'current'>;

const HTTP_BAD_REQUEST = 400;
const HTTP_NOT_FOUND = 404;
/** SENSR answers 404 to a wrong name too, and finding the version out costs it dozens of requests. */
const DETECT_AGAIN_MS = 60_000;

/** Not a proxy's 404, and not that of a repeated DELETE whose first attempt may have done it. */
const isNotFound = (error: unknown): error is RequestError => isRefusal(error, HTTP_NOT_FOUND);
const isRefusal = (error: unknown, status: number): error is RequestError =>
  error instanceof RequestError && error.statusCode === status && error.outcome === 'refused';

/** Paths that have the version in some editions and not in others. */
interface Family {
  readonly name: 'results' | 'settings';
  /** What 3.x does. */
  readonly usual: boolean;
}

/** Results have the version in 2.x alone; the settings that 2.0 and 2.1 have as well, only since 2.4. */
function familyOf({ prefix, path, operation }: PreparedRequest): Family | undefined {
  if (prefix === 'results') return { name: 'results', usual: false };
  const isOld = prefix === 'version' && path.startsWith('/settings/') && operation.versions !== '3.x';
  return isOld ? { name: 'settings', usual: true } : undefined;
}

export class VersionedRequests {
  readonly #session: Sender;
  readonly #version: Version;
  readonly #clock: Clock;
  /** Whether this edition has the version before the paths of a family; unknown until one has answered. */
  readonly #hasPrefix = new Map<Family['name'], boolean>();
  #detectedAgainMs = -Infinity;

  constructor(session: Sender, version: Version, clock: Clock) {
    this.#session = session;
    this.#version = version;
    this.#clock = clock;
  }

  /** @throws RequestError */
  send(prepared: PreparedRequest, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    if (prepared.prefix === 'none') return this.#request(prepared, undefined, signal);
    const family = familyOf(prepared);
    return family ? this.#sendEither(family, prepared, signal) : this.#sendVersioned(prepared, signal);
  }

  /** A 404 says that nothing was done: so even what creates may be sent again, under another version. */
  async #sendVersioned(prepared: PreparedRequest, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const version = await this.#get(signal);
    try {
      return await this.#request(prepared, version, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const next = await this.#otherThan(version, signal);
      if (next === undefined) throw error;
      return this.#request(prepared, next, signal);
    }
  }

  /** With the version or without: what has answered once is tried first from then on. */
  async #sendEither(
    { name, usual }: Family,
    prepared: PreparedRequest,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const first = this.#hasPrefix.get(name) ?? usual;
    try {
      return await this.#sendAs(name, first, prepared, signal);
    } catch (error) {
      // Where paths have no version at all, both are the same.
      if (!isNotFound(error) || this.#version.current === '') throw error;
      try {
        return await this.#sendAs(name, !first, prepared, signal);
      } catch (second) {
        // Of a server that has neither, or where the other was not even tried, the usual path is the one to tell.
        const isTelling =
          second instanceof RequestError && second.outcome !== 'notSent' && !isNotFound(second);
        throw isTelling || signal?.aborted ? second : error;
      }
    }
  }

  async #sendAs(
    family: Family['name'],
    hasPrefix: boolean,
    prepared: PreparedRequest,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    try {
      const answer = await (hasPrefix
        ? this.#sendVersioned(prepared, signal)
        : this.#request(prepared, undefined, signal));
      this.#hasPrefix.set(family, hasPrefix);
      return answer;
    } catch (error) {
      // Who calls the id wrong has the path.
      if (isRefusal(error, HTTP_BAD_REQUEST)) this.#hasPrefix.set(family, hasPrefix);
      throw error;
    }
  }

  /** @returns the version that a new detection finds, unless it is `stale` again */
  async #otherThan(stale: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const nowMs = this.#clock.monotonicMs();
    // Requests that failed together detect once: the first of them forgets.
    if (this.#version.current === stale) {
      if (nowMs - this.#detectedAgainMs < DETECT_AGAIN_MS) return undefined;
      this.#detectedAgainMs = nowMs;
      this.#version.forget();
    }
    try {
      const next = await this.#version.get(signal);
      return next === stale ? undefined : next;
    } catch {
      // The 404 is what was answered; the next request tells why no version is found.
      return undefined;
    }
  }

  #request(
    prepared: PreparedRequest,
    version: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const request = buildRequest(prepared, version);
    return this.#session.request(signal ? { ...request, signal } : request);
  }

  /** What fails here has changed nothing, whatever became of the requests that looked for the version. */
  async #get(signal: AbortSignal | undefined): Promise<string> {
    try {
      return await this.#version.get(signal);
    } catch (error) {
      throw notSent(error, signal);
    }
  }
}

function notSent(error: unknown, signal: AbortSignal | undefined): unknown {
  if (!(error instanceof SensrError)) {
    return signal?.aborted ? notSent(abortError(signal), undefined) : error;
  }
  const facts = error instanceof RequestError ? error : { attempts: 0, durationMs: 0 };
  const { attempts, durationMs, statusCode, headers, body } = facts as Partial<RequestError> & typeof facts;
  return new RequestError(
    error.code,
    error.message,
    {
      outcome: 'notSent',
      attempts,
      durationMs,
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    },
    error.cause ?? error,
  );
}
