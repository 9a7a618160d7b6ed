/** A session and a version without a network: a test says what is answered, and reads what was asked. */
import type { ErrorCode } from '../../../../lib/errors';
import { RequestError, type Outcome } from '../../../../lib/http/request-error';
import type { HttpAnswer, HttpRequest } from '../../../../lib/http/request';
import { SensrError } from '../../../../lib/errors';

/** A text is an answer with status 200, a number an HTTP error. */
export type Reply = string | number | Error;

export const answer = (text: string): HttpAnswer => ({
  statusCode: 200,
  headers: { 'content-type': 'text/plain' },
  text,
  attempts: 1,
  durationMs: 5,
});

export const failure = (code: ErrorCode, outcome: Outcome, statusCode?: number): RequestError =>
  new RequestError(code, `${code} (${outcome})`, {
    outcome,
    attempts: 1,
    durationMs: 5,
    ...(statusCode === undefined ? {} : { statusCode }),
  });

export const httpError = (status: number): RequestError =>
  failure(`SENSR_HTTP_${status}`, status >= 500 ? 'unknown' : 'refused', status);

export class FakeSession {
  readonly url = 'http://sensr.test:9080';
  readonly requests: HttpRequest[] = [];
  reply: (request: HttpRequest) => Reply | Promise<Reply>;

  constructor(reply: (request: HttpRequest) => Reply | Promise<Reply>) {
    this.reply = reply;
  }

  get paths(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    this.requests.push(request);
    const reply = await aborted(request.signal, this.reply(request));
    if (typeof reply === 'string') return answer(reply);
    throw typeof reply === 'number' ? httpError(reply) : reply;
  }

  /** What fails here, fails for good. */
  repeat<T>(ask: () => Promise<T>): Promise<T> {
    return ask();
  }
}

function aborted<T>(signal: AbortSignal | undefined, reply: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      const reason: unknown = signal?.reason;
      const code = reason instanceof SensrError ? reason.code : 'SENSR_CLOSED';
      reject(failure(code, 'notSent'));
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    Promise.resolve(reply).then(resolve, reject);
  });
}

export class FakeVersion {
  current: string | undefined;
  detections = 0;
  /** What each detection finds, the last one for good. */
  readonly #found: (string | Error)[];
  #flight: Promise<string> | undefined;

  constructor(...found: (string | Error)[]) {
    this.#found = found;
  }

  get = async (): Promise<string> => {
    if (this.current !== undefined) return this.current;
    this.#flight ??= this.detect().finally(() => {
      this.#flight = undefined;
    });
    this.current = await this.#flight;
    return this.current;
  };

  detect = async (): Promise<string> => {
    this.detections += 1;
    await Promise.resolve();
    const found = this.#found.length > 1 ? this.#found.shift() : this.#found[0];
    if (found instanceof Error) throw found;
    return found ?? '3.5';
  };

  forget = (): void => {
    this.current = undefined;
  };
}

export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let settle!: Pick<Deferred<T>, 'resolve' | 'reject'>;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

/** Lets promises that are settled already run their course. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
