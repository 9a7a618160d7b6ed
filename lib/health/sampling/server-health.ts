/** What a sample says of one SENSR server. Field names are public; times in ms, rates per second. */

export interface SocketHealth {
  /** `idle` while nobody listens. */
  readonly state: string;
  /** Since the connection came up; null without one. */
  readonly uptime: number | null;
  /** Since the first node listened. */
  readonly frames: number;
  readonly bytes: number;
  /** Frames a second since the last sample. */
  readonly rate: number;
  /** Since the last byte of an open connection. */
  readonly silence: number | null;
  /** Of the last ping. */
  readonly pingRtt: number | null;
  /** Connections that were open and ended: in all, and by the reason's code. */
  readonly reconnects: Readonly<Record<string, number>> & { readonly total: number };
  /** Frames that wait for the nodes of this socket, and those ever dropped for them. */
  readonly queued: number;
  readonly dropped: number;
  /** Of the oldest frame that waits; null when none does. */
  readonly oldestAge: number | null;
}

export interface HttpHealth {
  readonly connected: number;
  readonly pending: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What SENSR says of itself over REST, once for each check. */
export interface SensrHealth {
  /** Epoch ms of the answer, or of the failure. */
  readonly at: number;
  /** `error` when SENSR says so of anything, `unknown` when it could not be asked. */
  readonly status: 'ok' | 'warning' | 'error' | 'unknown';
  readonly master: string | null;
  readonly nodes: Readonly<Record<string, SensrNodeHealth>>;
  /** Why it could not be asked. */
  readonly error: string | null;
}

export interface SensrNodeHealth {
  readonly status: string | null;
  readonly sensors: Readonly<Record<string, string>>;
}

export interface ServerHealth {
  readonly output: SocketHealth;
  readonly points: SocketHealth;
  /** Null before the first request. */
  readonly http: HttpHealth | null;
  /** Null before the first answer. */
  readonly sensr: SensrHealth | null;
}
