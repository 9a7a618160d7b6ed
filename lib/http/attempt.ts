/** One attempt of a request: dispatched once, with a deadline from the moment it is really sent, and settled exactly once. */
import type { Dispatcher } from 'undici';
import type { Clock, StopTimer } from '../clock';
import type { HttpHeaders, HttpRequest } from './request';

export interface AttemptOptions {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: HttpRequest;
  /** To have a connection to send the request over, TLS and proxy included. */
  readonly connectTimeoutMs: number;
  /** From sending the request to the last byte of the answer. */
  readonly deadlineMs: number;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
}

/**
 * What became of it. `sent`: the request was handed to a connection, so the server may have seen it. `answered`: the
 * head of the answer came. `setup`: there was nothing to send it over.
 */
export type AttemptResult =
  | {
      readonly kind: 'answer';
      readonly statusCode: number;
      readonly statusText: string;
      readonly headers: HttpHeaders;
      readonly text: string;
    }
  | {
      readonly kind: 'error';
      readonly error: unknown;
      readonly sent: boolean;
      readonly answered: boolean;
      /** Whether that connection had answered an earlier request; added by who knows. */
      readonly isProven?: boolean;
    }
  | { readonly kind: 'setup'; readonly error: unknown }
  | { readonly kind: 'connectTimeout' }
  | { readonly kind: 'timeout'; readonly answered: boolean }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'encoded'; readonly encoding: string }
  | { readonly kind: 'aborted'; readonly sent: boolean };

export interface Attempt {
  readonly result: AttemptResult;
  /** The connection may still be at it: it is to be closed. */
  readonly isGivenUp: boolean;
}

/** Never rejects. */
export function attempt(options: AttemptOptions, clock: Clock): Promise<Attempt> {
  return new Promise((resolve) => {
    const handler = new Handler(options, clock, resolve);
    handler.start();
  });
}

class Handler implements Dispatcher.DispatchHandler {
  readonly #options: AttemptOptions;
  readonly #clock: Clock;
  readonly #resolve: (attempt: Attempt) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: { statusCode: number; statusText: string; headers: HttpHeaders } | undefined;
  #isSent = false;
  #stopTimer: StopTimer | undefined;
  #settled = false;

  constructor(options: AttemptOptions, clock: Clock, resolve: (attempt: Attempt) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  start(): void {
    const { dispatcher, origin, headers, request, signal, connectTimeoutMs } = this.#options;
    if (signal.aborted) {
      this.#settle({ kind: 'aborted', sent: false });
      return;
    }
    signal.addEventListener('abort', this.#onAbort);
    this.#limit(connectTimeoutMs, () => ({ kind: 'connectTimeout' }));
    const { method, path, body, contentType } = request;
    try {
      dispatcher.dispatch(
        {
          origin,
          method,
          path,
          headers: {
            ...headers,
            accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
            ...(contentType === undefined ? {} : { 'content-type': contentType }),
          },
          body: body ?? null,
        },
        this,
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  onRequestStart(): void {
    if (this.#settled) return;
    this.#isSent = true;
    this.#limit(this.#options.deadlineMs, () => ({ kind: 'timeout', answered: this.#head !== undefined }));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
    statusText?: string,
  ): void {
    // 100 Continue and the like: the answer itself is still to come.
    if (statusCode < HTTP_OK || this.#settled) return;
    this.#head = { statusCode, statusText: statusText ?? '', headers: headers as HttpHeaders };
    if (this.#options.request.method === 'HEAD') return;
    const encoding = String(headers['content-encoding'] ?? '')
      .trim()
      .toLowerCase();
    const isReadable = encoding === '' || encoding === 'identity';
    if (isError(statusCode)) {
      // What an error says is told if it can be read; its status is told in any case.
      if (!isReadable) this.#endWithAnswer();
    } else if (!isReadable) this.#end({ kind: 'encoded', encoding });
    else if (Number(headers['content-length'] ?? 0) > this.#options.maxBodyBytes)
      this.#end({ kind: 'tooLarge' });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.byteLength;
    if (this.#head && isError(this.#head.statusCode)) {
      this.#chunks.push(chunk);
      if (this.#bytes > MAX_ERROR_BYTES) this.#endWithAnswer();
    } else if (this.#bytes > this.#options.maxBodyBytes) this.#end({ kind: 'tooLarge' });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const answer = this.#answer();
    if (answer) this.#settle(answer);
    else this.#fail(new Error('The answer ended before it began'));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  readonly #onAbort = (): void => {
    this.#end({ kind: 'aborted', sent: this.#isSent });
  };

  /** In place of the limit before. */
  #limit(ms: number, result: () => AttemptResult): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#clock.after(ms, () => {
      // A flow may have held the event loop all that time: what has arrived meanwhile still counts.
      this.#stopTimer = this.#clock.afterPoll(() => {
        this.#end(result());
      });
    });
  }

  #answer(): AttemptResult | undefined {
    if (!this.#head) return undefined;
    // A byte order mark is no part of the text.
    const text = new TextDecoder().decode(Buffer.concat(this.#chunks));
    return { kind: 'answer', ...this.#head, text };
  }

  #endWithAnswer(): void {
    const answer = this.#answer();
    if (answer) this.#end(answer);
  }

  #fail(error: unknown): void {
    this.#settle({ kind: 'error', error, sent: this.#isSent, answered: this.#head !== undefined });
  }

  #end(result: AttemptResult): void {
    this.#settle(result, true);
  }

  #settle(result: AttemptResult, isGivenUp = false): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopTimer?.();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#chunks.length = 0;
    this.#resolve({ result, isGivenUp });
  }
}

const HTTP_OK = 200;
const HTTP_REDIRECT = 300;
/** Of what comes with an error status; enough to see what a proxy or a server wanted to say. */
const MAX_ERROR_BYTES = 65_536;
const isError = (statusCode: number): boolean => statusCode >= HTTP_REDIRECT;
