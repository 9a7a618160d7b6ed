/** The first path segment of SENSR's REST API: as configured, else found out once by harmless GETs and remembered. */
import { SensrError } from '../errors';
import { RequestError } from './request-error';
import type { HttpSession } from './session';

type Prober = Pick<HttpSession, 'request' | 'url'>;

/**
 * In order of preference, whatever order the answers come in: editions whose API is known before those that are not,
 * newer before older. A server may accept any segment; then the first one is as good as another. Both spellings are
 * in use among integrators.
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
  'v3.1',
  '3.0',
  'v3.0',
  '4.0',
  'v4.0',
  'latest',
  '2.4',
  'v2.4',
  '2.3',
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
  [
    ...probes('/settings/zone'),
    // 2.4 has no parameters, but its results carry the version.
    ...probes('/results/health'),
    // 2.0 and 2.1 have no version in the path.
    { version: '', path: '/settings/algorithm/list?node-type=master&node-uri=common' },
  ],
];

export class ApiVersion {
  readonly #session: Prober;
  readonly #configured: string;
  #found: string | undefined;
  #flight: Promise<string> | undefined;

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
    // One detection for all who ask meanwhile; who gives up leaves it to the others.
    this.#flight ??= this.detect().then(
      (version) => {
        this.#found = version;
        this.#flight = undefined;
        return version;
      },
      (error: unknown) => {
        this.#flight = undefined;
        throw error;
      },
    );
    return signal ? unlessAborted(this.#flight, signal) : this.#flight;
  }

  /** Asks the server, whatever is configured or remembered. */
  async detect(): Promise<string> {
    let blocked: RequestError | undefined;
    for (const round of ROUNDS) {
      const rest = new AbortController();
      const answers = round.map((probe) => this.#try(probe, rest.signal));
      try {
        for (const [index, answer] of answers.entries()) {
          const result = await answer;
          const version = round[index]?.version;
          if (result === true && version !== undefined) return version;
          if (result instanceof RequestError) blocked ??= result;
        }
      } finally {
        rest.abort(new SensrError('SENSR_CLOSED', 'The version is known already'));
      }
      if (blocked) throw blocked;
    }
    throw new SensrError(
      'SENSR_BAD_RESPONSE',
      `${this.#session.url}: expected SENSR's REST API under a version such as ${CANDIDATES[0]}, found none of ` +
        `${CANDIDATES.join(', ')}: check the port, or enter the API version in the server's settings`,
    );
  }

  /** The next get() detects again. What is configured stays. */
  forget(): void {
    this.#found = undefined;
  }

  /** @returns the error when it says nothing about the version: nobody there, no permission, server in trouble */
  async #try({ path }: Probe, signal: AbortSignal): Promise<boolean | RequestError> {
    try {
      const { text, statusCode } = await this.#session.request({
        method: 'GET',
        path,
        timeout: 'probe',
        retry: false,
        signal,
      });
      // A web server that shows its page for every address is not SENSR.
      return statusCode === 200 && !/^\s*</.test(text);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return isAnswer(error) ? false : error;
    }
  }
}

const PERMISSION = new Set([401, 403, 407]);

function isAnswer({ code, statusCode }: RequestError): boolean {
  if (code === 'SENSR_BAD_RESPONSE') return true;
  return statusCode !== undefined && statusCode < 500 && !PERMISSION.has(statusCode);
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
