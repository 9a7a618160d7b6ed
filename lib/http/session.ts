/** One server's HTTP session: owns the pool, makes each request with deadline and retries, ends all of them on close. */
import { systemClock, type Clock, type StopTimer } from '../clock';
import { SensrError } from '../errors';
import type { SecureOptions } from '../tls-options';
import { attempt, type AttemptResult } from './attempt';
import { failureOf, type Failure, type FailureContext } from './failure';
import { ConnectionPool, type Lease } from './pool';
import type { HttpAnswer, HttpRequest, TimeoutClass } from './request';
import { abortedError, closedError, failedError } from './rejections';
import { RequestError } from './request-error';
import { ResponseTimes } from './response-times';
import { retryAfterMs, retryDelayMs } from './retry-policy';

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

/** What a request failed with, before it was put into words. */
interface Failed {
  readonly request: HttpRequest;
  readonly failure: Failure;
  readonly askedMs: number | undefined;
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
  readonly #times = new ResponseTimes();
  /** One for each pending request; close() aborts them. */
  readonly #pending = new Set<AbortController>();
  /** For repeat(): an error does not tell whether it passes. */
  readonly #failed = new WeakMap<RequestError, Failed>();
  readonly #deadlinesMs: Readonly<Record<TimeoutClass, number>>;
  #requests = 0;
  #errors = 0;
  #closing: Promise<void> | undefined;

  constructor(options: HttpSessionOptions, clock: Clock = systemClock, random: () => number = Math.random) {
    const { host, port, secure, proxyUrl, connections } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.url = `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
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
    this.#requests += 1;
    try {
      const answer = await this.#abortable(request.signal, (signal) =>
        this.#attempts(request, signal, startMs),
      );
      this.#times.add(answer.durationMs);
      return answer;
    } catch (error) {
      this.#errors += 1;
      throw error;
    }
  }

  /**
   * For what only reads and takes several requests: all of it again, as often and after such waits as one GET.
   * @param ask makes its requests without retries of their own
   * @throws RequestError, and what else `ask` throws
   */
  async repeat<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const startMs = this.#clock.monotonicMs();
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await ask();
      } catch (error) {
        const failed = error instanceof RequestError ? this.#failed.get(error) : undefined;
        if (!failed) throw error;
        const { request, failure, askedMs } = failed;
        const facts = () => ({ attempts, durationMs: this.#clock.monotonicMs() - startMs });
        const delayMs = retryDelayMs('GET', failure, attempts, this.#options, askedMs, this.#random());
        if (delayMs === undefined) throw failedError(request, failure, false, askedMs, facts());
        await this.#abortable(signal, async (ending) => {
          if (!(await this.#wait(delayMs, ending))) throw abortedError(request, ending, false, facts());
        });
      }
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
    let stopTimer: StopTimer | undefined;
    const limit = new Promise<void>((resolve) => {
      stopTimer = this.#clock.after(CLOSE_LIMIT_MS, resolve);
    });
    try {
      await Promise.race([this.#pool.close(), limit]);
    } finally {
      stopTimer?.();
    }
  }

  /** Pending until `work` has ended, which it does soon once its signal is aborted: by the caller's, or by close(). */
  async #abortable<T>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const abortion = new AbortController();
    const onAbort = (): void => {
      const reason: unknown = signal?.reason;
      abortion.abort(reason instanceof SensrError ? reason : closedError(this.url));
    };
    this.#pending.add(abortion);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    if (this.#closing) abortion.abort(closedError(this.url));
    try {
      return await work(abortion.signal);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(abortion);
    }
  }

  async #attempts(request: HttpRequest, signal: AbortSignal, startMs: number): Promise<HttpAnswer> {
    /** Whether an attempt before the last one may have been carried out. */
    let maybeDone = false;
    for (let attempts = 1; ; attempts += 1) {
      const result = await this.#attempt(request, signal);
      const facts = { attempts, durationMs: this.#clock.monotonicMs() - startMs };
      if (result.kind === 'aborted') throw abortedError(request, signal, maybeDone || result.sent, facts);
      const failure = failureOf(result, this.#context(request));
      if (result.kind === 'answer' && !failure) {
        const { statusCode, headers, text } = result;
        return { statusCode, headers, text, ...facts };
      }
      if (!failure) throw new Error(`Unexpected result of an attempt: ${result.kind}`);
      const askedMs = retryAfterMs(failure.headers?.['retry-after'], this.#clock.wallMs());
      const delayMs = this.#retryDelayMs(request, failure, attempts, askedMs);
      if (delayMs === undefined) {
        const error = failedError(request, failure, maybeDone, askedMs, facts);
        this.#failed.set(error, { request, failure, askedMs });
        throw error;
      }
      maybeDone ||= failure.outcome === 'unknown';
      if (!(await this.#wait(delayMs, signal)))
        throw abortedError(request, signal, maybeDone, {
          attempts,
          durationMs: this.#clock.monotonicMs() - startMs,
        });
    }
  }

  async #attempt(request: HttpRequest, signal: AbortSignal): Promise<AttemptResult> {
    let lease: Lease;
    try {
      lease = await this.#pool.lease(signal);
    } catch (error) {
      return signal.aborted ? { kind: 'aborted', sent: false } : { kind: 'setup', error };
    }
    const { result, isGivenUp } = await attempt(
      {
        dispatcher: lease.dispatcher,
        origin: this.url,
        headers: this.#options.headers,
        request,
        connectTimeoutMs: this.#options.connectTimeoutMs,
        deadlineMs: this.#deadlinesMs[request.timeout],
        maxBodyBytes: this.#options.maxBodyBytes ?? MAX_BODY_BYTES,
        signal,
      },
      this.#clock,
    );
    const isProven = lease.isProven();
    lease.release(isGivenUp ? 'givenUp' : result.kind === 'answer' ? 'answered' : 'failed');
    return result.kind === 'error' ? { ...result, isProven } : result;
  }

  #context(request: HttpRequest): FailureContext {
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

  #retryDelayMs(
    { method, retry }: HttpRequest,
    failure: Failure,
    attempts: number,
    askedMs: number | undefined,
  ): number | undefined {
    if (retry === false) return undefined;
    return retryDelayMs(method, failure, attempts, this.#options, askedMs, this.#random());
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
}
