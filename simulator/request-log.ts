/** Owns the log of REST requests: what was asked, over which connection, when, and how it was answered. */

/** Enough for a test or an hour of polling; older ones are forgotten first. */
const MOST_REQUESTS = 10_000;
const MOST_BODY_BYTES = 4096;

export interface RequestRecord {
  /** Counts requests from 1. */
  readonly sequence: number;
  /** When its head had come: epoch milliseconds. */
  readonly time: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** The first 4 kB. */
  body: string;
  bodyBytes: number;
  /** Undefined while there is no answer, and where none came. */
  status?: number;
  /** The fault that decided how it ended. */
  fault?: string;
  /** Which TCP connection of the port it came over; they count from 1. */
  readonly connection: number;
  /** Milliseconds since the simulator started, from the head's arrival to the end of the answer or of the connection. */
  readonly startMs: number;
  endMs?: number;
}

export type RequestStart = Pick<RequestRecord, 'method' | 'connection'> & {
  readonly url: string;
  readonly contentType: string | undefined;
};

const splitUrl = (url: string): Pick<RequestRecord, 'path' | 'query'> => {
  const [path = '', ...query] = url.split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(query.join('?'))) };
};

export class RequestLog {
  #records: RequestRecord[] = [];
  #count = 0;
  readonly #startedAtMs = performance.now();

  begin({ method, url, connection, contentType }: RequestStart): RequestRecord {
    this.#count += 1;
    const record: RequestRecord = {
      sequence: this.#count,
      time: Date.now(),
      method,
      ...splitUrl(url),
      ...(contentType !== undefined && { contentType }),
      body: '',
      bodyBytes: 0,
      connection,
      startMs: performance.now() - this.#startedAtMs,
    };
    this.#records.push(record);
    // Forgotten in blocks: moving the whole list for each request would cost too much.
    if (this.#records.length > MOST_REQUESTS * 1.1) this.#records = this.#records.slice(-MOST_REQUESTS);
    return record;
  }

  noteBody(record: RequestRecord, body: Buffer): void {
    record.bodyBytes = body.length;
    record.body = body.subarray(0, MOST_BODY_BYTES).toString('utf8');
  }

  end(record: RequestRecord): void {
    record.endMs = performance.now() - this.#startedAtMs;
  }

  get count(): number {
    return this.#count;
  }

  /** Copies: what a test keeps must not change under its hands. */
  list(after = 0): readonly RequestRecord[] {
    const kept = this.#records.slice(-MOST_REQUESTS);
    return kept.filter(({ sequence }) => sequence > after).map((record) => ({ ...record }));
  }
}
