/** One server's HTTP session: owns the pool, makes each request with deadline and retries, ends all of them on close. */
import { systemClock, type Clock } from '../clock';
import { SensrError } from '../errors';
import type { SecureOptions } from '../tls-options';
import { attempt, type AttemptResult } from './attempt';
import { failureOf, type Failure } from './failure';
import { ConnectionPool } from './pool';
import type { HttpAnswer, HttpRequest, TimeoutClass } from './request';
import { RequestError } from './request-error';
import { ResponseTimes } from './response-times';
import { retryAfterMs, retryDelayMs } from './retry-policy';
import { Slots } from './slots';

export interface HttpSessionOptions {
  /** An IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secure?: SecureOptions;
  readonly proxyUrl?: string;
  /** Most TCP connections, and so most requests at the same time. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly longResponseTimeoutMs: number;
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly maxBodyBytes?: number;
  /** A connection that is older takes no further request. */
  readonly connectionLifeMs?: number;
}

export interface HttpStatistics {
  /** TCP connections open now, and ever opened. */
  readonly connected: number;
  readonly opened: number;
  /** Requests under way, or waiting for a connection or for a retry. */
  readonly pending: number;
  /** Requests ever made, and those that were rejected. */
  readonly requests: number;
  readonly errors: number;
  /** Of the last 1000 answers; null before the first. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** The largest answer of SENSR is a list of some thousand names. */
const MAX_BODY_BYTES = 67_108_864;
const CONNECTION_LIFE_MS = 1_800_000;
const PROBE_MS = 5000;
/** How long close() waits for sockets that are destroyed already. */
const CLOSE_LIMIT_MS = 900;

export class HttpSession {
  readonly url: string;
  readonly #options: HttpSessionOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #pool: ConnectionPool;
  readonly #slots: Slots;
  readonly #times = new ResponseTimes();
  /** One for each pending request; close() aborts them. */
  readonly #pending = new Set<AbortController>();
  readonly #deadlinesMs: Readonly<Record<TimeoutClass, number>>;
  #requests = 0;
  #errors = 0;
  #closing: Promise<void> | undefined;

  constructor(options: HttpSessionOptions, clock: Clock = systemClock, random: () => number = Math.random) {
    const { host, port, secure, proxyUrl, connections, connectTimeoutMs } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.url = `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.#slots = new Slots(connections);
    this.#deadlinesMs = {
      probe: Math.min(PROBE_MS, options.responseTimeoutMs),
      normal: options.responseTimeoutMs,
      long: options.longResponseTimeoutMs,
    };
    this.#pool = new ConnectionPool(
      {
        origin: this.url,
        host,
        ...(secure ? { secure } : {}),
        ...(proxyUrl === undefined ? {} : { proxyUrl }),
        connections,
        connectTimeoutMs,
        connectionLifeMs: options.connectionLifeMs ?? CONNECTION_LIFE_MS,
      },
      clock,
    );
  }

  /**
   * @returns the answer, of a status from 200 to 299
   * @throws RequestError, and nothing else
   */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    const startMs = this.#clock.monotonicMs();
    const abortion = new AbortController();
    const onAbort = (): void => {
      const reason: unknown = request.signal?.reason;
      abortion.abort(reason instanceof SensrError ? reason : closedError(this.url));
    };
    this.#requests += 1;
    this.#pending.add(abortion);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    if (request.signal?.aborted) onAbort();
    if (this.#closing) abortion.abort(closedError(this.url));
    try {
      const answer = await this.#attempts(request, abortion.signal, startMs);
      this.#times.add(answer.durationMs);
      return answer;
    } catch (error) {
      this.#errors += 1;
      throw error;
    } finally {
      request.signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(abortion);
    }
  }

  statistics(): HttpStatistics {
    return {
      connected: this.#pool.connected,
      opened: this.#pool.opened,
      pending: this.#pending.size,
      requests: this.#requests,
      errors: this.#errors,
      p50Ms: this.#times.percentileMs(0.5),
      p99Ms: this.#times.percentileMs(0.99),
    };
  }

  /** Idempotent: each pending request rejects once with SENSR_CLOSED, every connection ends, within a second. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const abortion of this.#pending) abortion.abort(closedError(this.url));
    let stopTimer = (): void => undefined;
    const limit = new Promise<void>((resolve) => {
      stopTimer = this.#clock.after(CLOSE_LIMIT_MS, resolve);
    });
    await Promise.race([this.#pool.close(), limit]).finally(() => {
      stopTimer();
    });
  }

  async #attempts(request: HttpRequest, signal: AbortSignal, startMs: number): Promise<HttpAnswer> {
    /** Whether an attempt before the last one may have been carried out. */
    let maybeDone = false;
    for (let attempts = 1; ; attempts += 1) {
      const result = await this.#attempt(request, signal);
      const durationMs = this.#clock.monotonicMs() - startMs;
      if (result.kind === 'aborted')
        throw this.#aborted(signal, maybeDone || result.sent, attempts, durationMs);
      const failure = failureOf(result, this.#context(request));
      if (!failure && result.kind === 'answer') {
        const { statusCode, headers, text } = result;
        return { statusCode, headers, text, attempts, durationMs };
      }
      if (!failure) throw new Error(`Unexpected result of an attempt: ${result.kind}`);
      const delayMs = this.#retryDelayMs(request, failure, attempts);
      if (delayMs === undefined) throw failed(request, failure, maybeDone, { attempts, durationMs });
      maybeDone ||= failure.outcome === 'unknown';
      const isTime = await this.#wait(delayMs, signal);
      if (!isTime) throw this.#aborted(signal, maybeDone, attempts, this.#clock.monotonicMs() - startMs);
    }
  }

  async #attempt(request: HttpRequest, signal: AbortSignal): Promise<AttemptResult> {
    let release: () => void;
    try {
      release = await this.#slots.take(signal);
    } catch {
      return { kind: 'aborted', sent: false };
    }
    try {
      return await attempt(
        {
          dispatcher: this.#pool.dispatcher(),
          origin: this.url,
          headers: this.#options.headers,
          request,
          deadlineMs: this.#deadlinesMs[request.timeout],
          maxBodyBytes: this.#options.maxBodyBytes ?? MAX_BODY_BYTES,
          signal,
        },
        this.#clock,
      );
    } catch (error) {
      // The pool could not even be made: a proxy address that is none, a certificate that cannot be read.
      return { kind: 'error', error, sent: false, answered: false };
    } finally {
      release();
    }
  }

  #context(request: HttpRequest): Parameters<typeof failureOf>[1] {
    const { proxyUrl, connectTimeoutMs, maxBodyBytes } = this.#options;
    return {
      url: this.url,
      proxyUrl,
      request,
      deadlineMs: this.#deadlinesMs[request.timeout],
      connectTimeoutMs,
      maxBodyBytes: maxBodyBytes ?? MAX_BODY_BYTES,
    };
  }

  #retryDelayMs({ method, retry }: HttpRequest, failure: Failure, attempts: number): number | undefined {
    if (retry === false) return undefined;
    const asked = retryAfterMs(failure.headers?.['retry-after'], this.#clock.wallMs());
    return retryDelayMs(method, failure, attempts, this.#options, asked, this.#random());
  }

  /** @returns false when the signal was aborted meanwhile */
  #wait(delayMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isTime: boolean): void => {
        stopTimer();
        signal.removeEventListener('abort', onAbort);
        resolve(isTime);
      };
      const onAbort = (): void => {
        settle(false);
      };
      const stopTimer = this.#clock.after(delayMs, () => {
        settle(true);
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
  }

  #aborted(signal: AbortSignal, maybeDone: boolean, attempts: number, durationMs: number): RequestError {
    const reason: unknown = signal.reason;
    const { code, message } = reason instanceof SensrError ? reason : closedError(this.url);
    return new RequestError(code, message, {
      outcome: maybeDone ? 'unknown' : 'notSent',
      attempts,
      durationMs,
    });
  }
}

const closedError = (url: string): SensrError =>
  new SensrError('SENSR_CLOSED', `The request to ${url} was given up: the node was closed or deployed anew`);

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

function failed(
  { method }: HttpRequest,
  failure: Failure,
  maybeDone: boolean,
  { attempts, durationMs }: { readonly attempts: number; readonly durationMs: number },
): RequestError {
  const { code, message, cause, statusCode, headers, body } = failure;
  const outcome = maybeDone ? 'unknown' : failure.outcome;
  const tried = attempts > 1 ? ` (tried ${attempts} times)` : '';
  const doubt =
    outcome === 'unknown' && !READS.has(method)
      ? maybeDone && failure.outcome === 'refused'
        ? '. An earlier attempt may have carried it out already'
        : '. It is not known whether SENSR carried it out'
      : '';
  return new RequestError(
    code,
    `${message}${tried}${doubt}`,
    {
      outcome,
      attempts,
      durationMs,
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    },
    cause,
  );
}
