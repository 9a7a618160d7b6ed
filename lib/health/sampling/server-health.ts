/** What a sample says of one SENSR server: its two sockets, its HTTP session, and what SENSR says of itself. Field names are public. */

/** Totals count since the server was deployed. What is not known, or is about a connection that is not open, is null. */
export interface SocketHealth {
  /** `idle`: nobody listens, so there is no connection. */
  readonly state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closing' | 'closed';
  /** Of the connection, in ms. */
  readonly uptime: number | null;
  readonly frames: number;
  readonly bytes: number;
  /** Frames a second. */
  readonly rate: number;
  /** Since the last byte came, in ms. */
  readonly silence: number | null;
  /** In ms. */
  readonly pingRtt: number | null;
  readonly reconnects: Reconnects;
  /** Frames that wait to be emitted. */
  readonly queued: number;
  readonly dropped: number;
  /** Of what waits, in ms. */
  readonly oldestAge: number | null;
}

/** `total`, and how many of them by the code of the reason. */
export type Reconnects = Readonly<Record<string, number>> & { readonly total: number };

export interface HttpHealth {
  /** Connections. */
  readonly connected: number;
  /** Requests that wait or are under way. */
  readonly pending: number;
  /** Totals. */
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export const SENSR_STATUSES = ['ok', 'warning', 'error', 'unknown'] as const;
export type SensrStatus = (typeof SENSR_STATUSES)[number];

/** As the server told it last. */
export interface SensrHealth {
  /** Epoch ms. */
  readonly at: number;
  readonly status: SensrStatus;
  readonly master: string | null;
  /** By id. */
  readonly nodes: Readonly<
    Record<string, { readonly status: string; readonly sensors: Readonly<Record<string, string>> }>
  >;
  /** Why it could not be asked. */
  readonly error: string | null;
}

export interface ServerHealth {
  readonly output: SocketHealth;
  readonly points: SocketHealth;
  /** Null before the first request. */
  readonly http: HttpHealth | null;
  /** Null before it was told. */
  readonly sensr: SensrHealth | null;
}
