/** What goes into the HTTP session and what comes out: plain values, the same for every operation. */

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
/** How long an answer may take: `long` for commands and projects, `probe` to find something out quickly. */
export type TimeoutClass = 'probe' | 'normal' | 'long';
export type HttpHeaders = Readonly<Record<string, string | string[]>>;

export interface HttpRequest {
  readonly method: Method;
  /** Path and query from the root, percent-encoded. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly timeout: TimeoutClass;
  /** Aborted with a SensrError, the request rejects with that one; else with SENSR_CLOSED. */
  readonly signal?: AbortSignal;
  /** False: one attempt only. */
  readonly retry?: boolean;
}

/** A 2xx answer. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: HttpHeaders;
  readonly text: string;
  readonly attempts: number;
  /** From the request to the answer, waiting and retries included. */
  readonly durationMs: number;
}
