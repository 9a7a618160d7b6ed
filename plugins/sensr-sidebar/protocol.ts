/** What the sidebar and the runtime say to each other, as JSON: types and addresses, for both sides. */

/** Below Node-RED's admin root. */
export const ROUTES = {
  view: 'sensr/sidebar/view.js',
  state: 'sensr/sidebar/state',
  recycle: 'sensr/sidebar/recycle',
  live: (server: string) => `sensr/sidebar/servers/${server}/live`,
  reconnect: (server: string) => `sensr/sidebar/servers/${server}/reconnect`,
  test: (server: string) => `sensr/servers/${server}/test-connection`,
} as const;

export type SocketName = 'output' | 'points';
export const SOCKET_NAMES: readonly SocketName[] = ['output', 'points'];

export type SocketStateName = 'idle' | 'connecting' | 'open' | 'waiting' | 'closing' | 'closed';

/** Totals count since the server was deployed; the reader makes rates of them. */
export interface SocketState {
  readonly state: SocketStateName;
  readonly attempt: number;
  /** Why there is no connection, in words. */
  readonly reason: string | null;
  readonly frames: number;
  readonly bytes: number;
  readonly uptimeMs: number | null;
  /** Since the last byte came. */
  readonly silenceMs: number | null;
  readonly pingRttMs: number | null;
  /** Connections that were open and ended, by the reason's code. */
  readonly losses: Readonly<Record<string, number>>;
}

/** received = emitted + filtered + dropped + queued */
export interface StreamState {
  readonly id: string;
  /** The node that the editor shows for it: in a subflow, that of the template. */
  readonly shownId: string;
  readonly name: string;
  readonly socket: SocketName;
  readonly received: number;
  readonly emitted: number;
  readonly filtered: number;
  readonly dropped: number;
  readonly queued: number;
  readonly queuedBytes: number;
}

export interface ServerState extends Readonly<Record<SocketName, SocketState>> {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly streams: readonly StreamState[];
}

/** One look at the process: epoch ms, then bytes, bytes, 0 to 100, ms, 0 to 100, 0 to 100. */
export interface SampleRow {
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly loopPct: number;
  readonly loopP99Ms: number;
  readonly cpuPct: number;
  readonly gcPct: number;
}
export type Measure = Exclude<keyof SampleRow, 'at'>;
export const MEASURES: readonly Measure[] = ['rss', 'heapUsed', 'loopPct', 'loopP99Ms', 'cpuPct', 'gcPct'];

export interface ReasonState {
  readonly component: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
}

export interface RestartEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly action: string;
  readonly reason: string;
  readonly cause: string;
  readonly rssBefore: number | null;
  readonly rssAfter: number | null;
  /** null: not known yet, or not judged. */
  readonly ok: boolean | null;
}

/** The last step that was taken or refused. */
export interface StepState {
  readonly at: number;
  readonly action: string;
  readonly reason: string;
  readonly phase: 'start' | 'done' | 'blocked' | 'failed';
  readonly blockedBy: string | null;
  /** Epoch ms; null = not by time. */
  readonly blockedUntil: number | null;
  readonly error: string | null;
  readonly durationMs: number | null;
}

export interface HealthState {
  readonly status: string;
  /** Epoch ms. */
  readonly since: number;
  readonly reasons: readonly ReasonState[];
  readonly lockedBy: string | null;
  readonly lastStep: StepState | null;
  /** Newer than what was asked for, oldest first. */
  readonly samples: readonly SampleRow[];
  /** Changes with the restarts; to be sent back, so that they come once. */
  readonly restartsStamp: string;
  /** Newest first; null = as before. */
  readonly restarts: readonly RestartEntry[] | null;
}

export interface StateAnswer {
  /** Monotonic, for rates. */
  readonly atMs: number;
  readonly servers: readonly ServerState[];
  /** Null without a health node. */
  readonly health: HealthState | null;
}

/** Metres, radians, metres a second. */
export interface LiveObject {
  readonly id: number;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Along its heading. */
  readonly length: number;
  readonly width: number;
  readonly yaw: number;
  readonly speed: number;
  readonly status: string;
  readonly isStatic: boolean;
}

export interface LiveZone {
  readonly id: number;
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What is newer than the reader has carries the version to ask with next time. */
export interface LiveObjects {
  readonly version: number;
  /** Epoch ms, SENSR's clock. */
  readonly timestamp: number;
  readonly list: readonly LiveObject[];
  /** How many more there were. */
  readonly left: number;
}

export interface LiveZones {
  readonly version: number;
  readonly list: readonly LiveZone[];
}

/** int16 pairs, little-endian, base64: metres = origin + value * metresPerUnit. */
export interface LivePoints {
  readonly version: number;
  readonly count: number;
  readonly originX: number;
  readonly originY: number;
  readonly metresPerUnit: number;
  readonly data: string;
}

export interface LiveAnswer {
  /** `unused`: no node listens, and nobody has asked to watch. */
  readonly state: SocketStateName | 'unused';
  readonly pointsState: SocketStateName;
  /** Why there is no connection, in words. */
  readonly reason: string | null;
  /** A part that could not be decoded, in words. */
  readonly problem: string | null;
  readonly objects: LiveObjects | null;
  readonly zones: LiveZones | null;
  readonly points: LivePoints | null;
}

export interface RecycleAnswer {
  /** `started`: the health node tells what becomes of it. */
  readonly outcome: 'started' | 'done' | 'blocked' | 'failed';
  readonly reason: string | null;
  /** Epoch ms. */
  readonly blockedUntil: number | null;
  readonly durationMs: number | null;
}
