/** SENSR's REST API as operations by name, one client a server: asks, keeps, applies, and says what is not certain. */
import { systemClock, type Clock } from '../clock';
import { SensrError, messageOf } from '../errors';
import { RequestError } from '../http/request-error';
import type { HttpAnswer, HttpHeaders } from '../http/request';
import { ApplyBatch, type OnApplied } from './apply-batch';
import { prepareRequest, type PreparedRequest } from './build-request';
import { AnswerCache } from './cache';
import { checkVersion } from './check-version';
import { gather, type PartError } from './gather';
import type { Operation } from './operation';
import { parseAnswer } from './parse-answer';
import { reportOf } from './report';
import { VersionedRequests, type Sender, type Version } from './versioned-requests';

export type { PartError, PreparedRequest };

export interface ApiAnswer {
  readonly payload: unknown;
  readonly statusCode: number;
  readonly headers: HttpHeaders;
  /** From run() to the answer. */
  readonly durationMs: number;
  /** How often it was sent; of several requests the most; 0 = not at all, the answer was kept. */
  readonly attempts: number;
  readonly cached: boolean;
  /** Of a list with details: those that are missing in it. */
  readonly errors?: readonly PartError[];
}

export interface RunOptions {
  /** For an operation by name; a prepared request has its own. */
  readonly params?: unknown;
  readonly payload?: unknown;
  /** How old a kept answer may be; 0 = ask, and keep nothing. */
  readonly cacheMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiClientOptions {
  readonly clock?: Clock;
  readonly maxCacheBytes?: number;
}

type Answered = Omit<ApiAnswer, 'durationMs'>;

const HTTP_OK = 200;

export class ApiClient {
  readonly #session: Sender;
  readonly #version: Version;
  readonly #clock: Clock;
  readonly #requests: VersionedRequests;
  readonly #cache: AnswerCache;
  readonly #batch: ApplyBatch;

  constructor(
    session: Sender,
    version: Version,
    { clock = systemClock, maxCacheBytes }: ApiClientOptions = {},
  ) {
    this.#session = session;
    this.#version = version;
    this.#clock = clock;
    this.#requests = new VersionedRequests(session, version, clock);
    this.#cache = new AnswerCache(clock, maxCacheBytes);
    this.#batch = new ApplyBatch(() => this.run('commands.apply'), clock);
  }

  /** Checks everything, sends nothing. @throws SensrError SENSR_BAD_REQUEST */
  prepare(operation: string, params: unknown, payload: unknown): PreparedRequest {
    return prepareRequest(operation, params, payload);
  }

  /** @throws SensrError; a RequestError, which says whether it may have been carried out, for all that was sent */
  async run(asked: string | PreparedRequest, options: RunOptions = {}): Promise<ApiAnswer> {
    const startMs = this.#clock.monotonicMs();
    const prepared =
      typeof asked === 'string' ? prepareRequest(asked, options.params, options.payload) : asked;
    const answered = await this.#answer(prepared, options);
    return { ...answered, durationMs: this.#clock.monotonicMs() - startMs };
  }

  /** After a successful write: applied together with others, 0.3 s after the last of them, or 5 s after the first. */
  applyLater(onApplied: OnApplied): void {
    this.#batch.note(onApplied);
  }

  /** @returns the API version; @throws SensrError why there is none, or the one entered does not fit */
  checkVersion(signal?: AbortSignal): Promise<string> {
    return checkVersion(this.#session, this.#version, signal);
  }

  /** Forgets the answers that were kept. */
  dropCache(): void {
    this.#cache.empty(['*']);
  }

  /** Idempotent. The session is its owner's to close, afterwards. @returns how many writes are not known to be applied */
  close(): Promise<number> {
    this.#cache.empty(['*']);
    return this.#batch.close();
  }

  #answer(prepared: PreparedRequest, options: RunOptions): Promise<Answered> {
    const { operation, params } = prepared;
    if (operation.answer === 'report') return this.#report(options);
    if (operation.details && params['details'] === true)
      return this.#details(prepared, operation.details, options);
    return this.#single(prepared, options);
  }

  async #report({ cacheMs, signal }: RunOptions): Promise<Answered> {
    const { report, ...facts } = await reportOf(
      (operation, params, together) =>
        this.run(operation, { params, cacheMs: cacheMs ?? 0, signal: together }),
      signal,
    );
    return { payload: report, statusCode: HTTP_OK, headers: {}, ...facts };
  }

  async #details(
    prepared: PreparedRequest,
    { operation, param }: NonNullable<Operation['details']>,
    { cacheMs = 0, signal }: RunOptions,
  ): Promise<Answered> {
    const list = await this.#single(prepared, { cacheMs, signal });
    const ids = list.payload as readonly (number | string)[];
    const parts = ids.map((id) => {
      const params = { [param]: id };
      const run = (together: AbortSignal): Promise<ApiAnswer> =>
        this.run(operation, { params, cacheMs, signal: together });
      return { operation, params, run };
    });
    const { values, errors } = await gather(parts, signal);
    const found = values.filter((value) => value !== undefined);
    return {
      payload: found.map(({ payload }) => payload),
      statusCode: list.statusCode,
      headers: list.headers,
      attempts: Math.max(list.attempts, ...found.map(({ attempts }) => attempts)),
      cached: list.cached && found.every(({ cached }) => cached),
      ...(errors.length > 0 ? { errors } : {}),
    };
  }

  async #single(prepared: PreparedRequest, { cacheMs = 0, signal }: RunOptions): Promise<Answered> {
    if (prepared.writes) return this.#write(prepared, signal);
    if (!prepared.operation.cacheable || cacheMs <= 0) return this.#ask(prepared, signal);
    const { operation, path } = prepared;
    const { answer, cached } = await this.#cache.read({
      key: `${operation.name} ${path}`,
      noun: operation.noun,
      maxAgeMs: cacheMs,
      signal,
      fetch: async (together) => {
        const fetched = await this.#requests.send(prepared, together);
        // Only what can be read is worth keeping.
        parsed(prepared, fetched);
        return fetched;
      },
    });
    const payload = parsed(prepared, answer);
    return { ...facts(answer), payload, attempts: cached ? 0 : answer.attempts, cached };
  }

  async #ask(prepared: PreparedRequest, signal: AbortSignal | undefined): Promise<Answered> {
    const answer = await this.#requests.send(prepared, signal);
    return { ...facts(answer), payload: parsed(prepared, answer), cached: false };
  }

  async #write(prepared: PreparedRequest, signal: AbortSignal | undefined): Promise<Answered> {
    const { noun, stales } = prepared.operation;
    let mayBeDone = true;
    try {
      return await this.#ask(prepared, signal);
    } catch (error) {
      mayBeDone = !(error instanceof RequestError) || error.outcome === 'unknown';
      throw error;
    } finally {
      if (mayBeDone) this.#cache.empty([noun, ...stales]);
    }
  }
}

const facts = ({ statusCode, headers, attempts }: HttpAnswer) => ({ statusCode, headers, attempts });

/** @throws RequestError SENSR_BAD_RESPONSE: what was asked may have been done all the same */
function parsed({ operation, writes }: PreparedRequest, answer: HttpAnswer): unknown {
  try {
    return parseAnswer(operation, answer.text);
  } catch (error) {
    if (!(error instanceof SensrError)) throw error;
    const doubt = writes ? '. It is not known whether SENSR carried it out' : '';
    const { attempts, durationMs, statusCode, headers, text: body } = answer;
    throw new RequestError(
      error.code,
      messageOf(error) + doubt,
      { outcome: 'unknown', attempts, durationMs, statusCode, headers, body: body.slice(0, KEPT_BODY_CHARS) },
      error.cause ?? error,
    );
  }
}

/** As much as of an HTTP error's body. */
const KEPT_BODY_CHARS = 65_536;
