/** The first path segment of SENSR's REST API: as configured, else found out once by harmless GETs and remembered. */
import { SensrError } from '../errors';
import { closedError } from './rejections';
import { RequestError } from './request-error';
import type { HttpSession } from './session';

type Prober = Pick<HttpSession, 'request' | 'repeat' | 'url'>;

/**
 * In order of preference, whatever order the answers come in: first the editions whose API is known, newest first,
 * then what may come after them, then the older generation. A server that takes any segment takes the first one. Both
 * spellings are in use among integrators, with and without `v` and patch number. No more than the usual number of
 * connections, so that a server that hangs is found out in one time limit.
 */
export const CANDIDATES = [
  '3.5',
  'v3.5',
  'v3.5.0',
  '3.4',
  'v3.4',
  'v3.4.0',
  '3.3',
  'v3.3',
  '3.2',
  'v3.2',
  '3.1',
  '3.0',
  'v3.0',
  '4.0',
  'v4.0',
  'latest',
  '2.4',
  'v2.4',
  '2.0',
  'v2.0',
] as const;

interface Probe {
  readonly version: string;
  readonly path: string;
}

const probes = (path: string): Probe[] =>
  CANDIDATES.map((version) => ({ version, path: `/${version}${path}` }));

/** Each round is tried when the one before it found nothing. */
const ROUNDS: readonly (readonly Probe[])[] = [
  // What every 3.x has, and what integrators ask for.
  probes('/settings/parameters/common?config-key=publish_level_point_cloud'),
  // 2.4 has no parameters, but its results carry the version.
  probes('/results/health'),
  // 2.0 and 2.1 have no version in the path.
  [{ version: '', path: '/settings/algorithm/list?node-type=master&node-uri=common' }],
];

/** A detection under way, and how many wait for it. */
interface Flight {
  readonly version: Promise<string>;
  readonly abortion: AbortController;
  waiting: number;
}

export class ApiVersion {
  readonly #session: Prober;
  readonly #configured: string;
  #found: string | undefined;
  #flight: Flight | undefined;

  /** @param configured used as given; empty = detect */
  constructor(session: Prober, configured: string) {
    this.#session = session;
    this.#configured = configured;
  }

  get current(): string | undefined {
    return this.#configured === '' ? this.#found : this.#configured;
  }

  /**
   * @returns the segment, without slashes; empty where paths have none
   * @throws RequestError when the server cannot be asked, SensrError SENSR_BAD_RESPONSE when it knows no candidate
   */
  async get(signal?: AbortSignal): Promise<string> {
    const { current } = this;
    if (current !== undefined) return current;
    if (signal?.aborted) throw abortReason(signal, this.#session.url);
    const flight = (this.#flight ??= this.#fly());
    flight.waiting += 1;
    if (!signal) return flight.version;
    return unlessAborted(flight.version, signal, () => {
      this.#leave(flight);
      return abortReason(signal, this.#session.url);
    });
  }

  /** The next get() detects again. What is configured stays. */
  forget(): void {
    this.#found = undefined;
    this.#flight = undefined;
  }

  /** One detection for all who ask meanwhile; who gives up leaves it to the others. */
  #fly(): Flight {
    const abortion = new AbortController();
    const flight: Flight = {
      abortion,
      waiting: 0,
      version: this.#insist(abortion.signal).then(
        (version) => {
          if (this.#flight === flight) this.#found = version;
          this.#land(flight);
          return version;
        },
        (error: unknown) => {
          this.#land(flight);
          throw error;
        },
      ),
    };
    return flight;
  }

  /** With retries it may last: not for nobody. */
  #leave(flight: Flight): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    flight.abortion.abort(new SensrError('SENSR_CLOSED', 'Nobody waits for the version any more'));
    this.#land(flight);
  }

  #land(flight: Flight): void {
    if (this.#flight === flight) this.#flight = undefined;
  }

  /** All of it again, not one probe: of a server that comes up, the first to answer need not be the preferred one. */
  #insist(signal: AbortSignal): Promise<string> {
    return this.#session.repeat(() => this.#detect(signal), signal);
  }

  async #detect(signal: AbortSignal): Promise<string> {
    for (const round of ROUNDS) {
      const version = await this.#round(round, signal);
      if (version !== undefined) return version;
    }
    throw new SensrError(
      'SENSR_BAD_RESPONSE',
      `${this.#session.url}: expected SENSR's REST API under a version such as ${CANDIDATES[0]}, found none of ` +
        `${CANDIDATES.join(', ')}, and none without a version: check the port, or enter the API version in the ` +
        `server's settings`,
    );
  }

  /**
   * Asks for all at once, and waits for those that come first in the order of preference.
   * @throws RequestError when none is right and some said nothing about it
   */
  async #round(round: readonly Probe[], signal: AbortSignal): Promise<string | undefined> {
    const abortions = round.map(() => new AbortController());
    const abort = (reason: unknown): void => {
      for (const abortion of abortions) abortion.abort(reason);
    };
    const onAbort = (): void => {
      abort(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const progress = { hasAnswer: false };
    const pending = round.map(async (probe, index) => ({
      probe,
      verdict: await this.#try(probe, abortions[index]?.signal, progress),
    }));
    // Those that nobody waits for any more must not end the process.
    for (const one of pending) one.catch(() => undefined);
    let blocked: RequestError | undefined;
    try {
      for (const one of pending) {
        const { probe, verdict } = await one;
        if (verdict === true) return probe.version;
        if (verdict === false) continue;
        blocked ??= verdict;
        // As long as nothing ever answered, the others can only wait for the same.
        if (!progress.hasAnswer && isHopeless(verdict)) break;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      abort(new SensrError('SENSR_CLOSED', 'The version is known already'));
    }
    if (blocked) throw blocked;
    return undefined;
  }

  /** @returns the error when it says nothing about the version: nobody there, no permission, server in trouble */
  async #try(
    { path }: Probe,
    signal: AbortSignal | undefined,
    progress: { hasAnswer: boolean },
  ): Promise<boolean | RequestError> {
    try {
      const { text, statusCode, headers } = await this.#session.request({
        method: 'GET',
        path,
        timeout: 'probe',
        retry: false,
        ...(signal ? { signal } : {}),
      });
      progress.hasAnswer = true;
      // A web server that shows its page for every address is not SENSR.
      return statusCode === 200 && !/^\s*</.test(text) && !/html/i.test(String(headers['content-type']));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      progress.hasAnswer ||= error.statusCode !== undefined;
      return isAnswer(error) ? false : error;
    }
  }
}

/** Statuses that are the same whatever the version: permission, and a server that is busy. */
const NO_VERDICT: ReadonlySet<number> = new Set([401, 403, 407, 408, 429]);

function isAnswer({ code, statusCode }: RequestError): boolean {
  if (code === 'SENSR_BAD_RESPONSE') return true;
  return statusCode !== undefined && statusCode < 500 && !NO_VERDICT.has(statusCode);
}

/** A refused connection is told at once and may be one too many; these take their time, or need a person. */
const isHopeless = ({ code, outcome }: RequestError): boolean =>
  outcome === 'notSent' && (code === 'SENSR_TIMEOUT' || code === 'SENSR_TLS');

const abortReason = ({ reason }: AbortSignal, url: string): SensrError =>
  reason instanceof SensrError ? reason : closedError(url);

/** @param giveUp called when the signal is aborted first; returns what to reject with */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, giveUp: () => SensrError): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(giveUp());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
