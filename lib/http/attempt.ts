/** One attempt of a request: dispatched once, with a deadline from the moment it is really sent, and settled exactly once. */
import type { Dispatcher } from 'undici';
import type { Clock, StopTimer } from '../clock';
import type { HttpHeaders, HttpRequest } from './request';

export interface AttemptOptions {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: HttpRequest;
  /** From sending the request to the last byte of the answer. */
  readonly deadlineMs: number;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
}

/** What became of it. `sent`: the request was handed to a connection, so the server may have seen it. */
export type AttemptResult =
  | {
      readonly kind: 'answer';
      readonly statusCode: number;
      readonly statusText: string;
      readonly headers: HttpHeaders;
      readonly text: string;
    }
  | { readonly kind: 'error'; readonly error: unknown; readonly sent: boolean; readonly answered: boolean }
  | { readonly kind: 'timeout'; readonly answered: boolean }
  | { readonly kind: 'tooLarge'; readonly statusCode: number }
  | { readonly kind: 'encoded'; readonly encoding: string }
  | { readonly kind: 'aborted'; readonly sent: boolean };

/** Never rejects. */
export function attempt(options: AttemptOptions, clock: Clock): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const handler = new Handler(options, clock, resolve);
    handler.start();
  });
}

class Handler implements Dispatcher.DispatchHandler {
  readonly #options: AttemptOptions;
  readonly #clock: Clock;
  readonly #resolve: (result: AttemptResult) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: { statusCode: number; statusText: string; headers: HttpHeaders } | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #stopTimer: StopTimer | undefined;
  #settled = false;

  constructor(options: AttemptOptions, clock: Clock, resolve: (result: AttemptResult) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  start(): void {
    const { dispatcher, origin, headers, request, signal } = this.#options;
    if (signal.aborted) {
      this.#settle({ kind: 'aborted', sent: false });
      return;
    }
    signal.addEventListener('abort', this.#onAbort);
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) {
      controller.abort(GIVEN_UP);
      return;
    }
    this.#stopTimer = this.#clock.after(this.#options.deadlineMs, () => {
      this.#end({ kind: 'timeout', answered: this.#head !== undefined });
    });
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
    const encoding = String(headers['content-encoding'] ?? 'identity');
    if (encoding !== 'identity') this.#end({ kind: 'encoded', encoding });
    else if (Number(headers['content-length'] ?? 0) > this.#options.maxBodyBytes)
      this.#end({ kind: 'tooLarge', statusCode });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#options.maxBodyBytes)
      this.#end({ kind: 'tooLarge', statusCode: this.#head?.statusCode ?? 0 });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const head = this.#head;
    if (head) this.#settle({ kind: 'answer', ...head, text: Buffer.concat(this.#chunks).toString('utf8') });
    else this.#fail(new Error('The answer ended before it began'));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  readonly #onAbort = (): void => {
    this.#end({ kind: 'aborted', sent: this.#controller !== undefined });
  };

  #fail(error: unknown): void {
    const sent = this.#controller !== undefined;
    this.#settle({ kind: 'error', error, sent, answered: this.#head !== undefined });
  }

  /** Also gives the connection up: what would still come on it belongs to nobody. */
  #end(result: AttemptResult): void {
    this.#settle(result);
    this.#controller?.abort(GIVEN_UP);
  }

  #settle(result: AttemptResult): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopTimer?.();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    if (result.kind !== 'answer') this.#chunks.length = 0;
    this.#resolve(result);
  }
}

const HTTP_OK = 200;
const GIVEN_UP = new Error('The request was given up');
