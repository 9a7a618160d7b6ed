/** Owns the simulator's options: names, defaults and limits, for programs and for the command line alike. */
import { API_VERSIONS, type ApiVersion, isApiVersion } from './editions';

export interface TlsOptions {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
  /** Ask for a client certificate and refuse who has none from `ca`. */
  readonly requestCert?: boolean;
}

export interface SimulatorOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly outputPort: number;
  readonly pointsPort: number;
  readonly restPort: number;
  readonly adminPort: number;
  readonly seed: number;
  /** Wall time of frame 0 in epoch milliseconds; left out = now. */
  readonly startTimeMs?: number;
  /** 0 = no frame until `publishOutput()` is called. */
  readonly outputHz: number;
  /** 0 = no frame until `publishPoints()` is called. */
  readonly pointsHz: number;
  readonly groundPoints: number;
  readonly backgroundPoints: number;
  /** 60 objects always, four zones. */
  readonly busy: boolean;
  /** Points, history and prediction with each object. */
  readonly details: boolean;
  /** Frames encoded beforehand, sent as fast as the socket takes them, instead of by rate. */
  readonly flood: boolean;
  /** 0 = no pings. */
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** A closing handshake that is not answered in this time ends with the socket destroyed. */
  readonly closeTimeoutMs: number;
  /** Unsent bytes per client; above half: overflow in health, above it: close 1011. */
  readonly sendBufferBytes: number;
  /** Left out = no limit; else a point frame is skipped for a client with so many frames unsent. */
  readonly sendBufferFrames?: number;
  /** 0 = unlimited. */
  readonly linkBytesPerSecond: number;
  /** The edition of the REST API: which families it has and where the version stands in the path. */
  readonly api: ApiVersion;
  /** What is accepted as version in paths; left out = as `api`; `*` = anything. */
  readonly versionPrefix?: string;
  /** How many sensors the site has; left out = those of the scene. */
  readonly sensors?: number;
  /** How many zones; left out = those of the scene. */
  readonly zones?: number;
  /** How long every REST answer takes. */
  readonly restDelayMs: number;
  /** How long a change of the mode takes. */
  readonly modeChangeMs: number;
  /** How long it takes to apply changes and to create or open a project. */
  readonly saveMs: number;
  readonly tls?: TlsOptions;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

/** An option that cannot be used as given; the message names it. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export const DEFAULTS: SimulatorOptions = {
  host: '127.0.0.1',
  outputPort: 0,
  pointsPort: 0,
  restPort: 0,
  adminPort: 0,
  seed: 1,
  outputHz: 10,
  pointsHz: 1,
  groundPoints: 233_000,
  backgroundPoints: 688_000,
  busy: false,
  details: true,
  flood: false,
  pingIntervalMs: 20_000,
  pongTimeoutMs: 10_000,
  closeTimeoutMs: 5000,
  sendBufferBytes: 64 * 1024 * 1024,
  linkBytesPerSecond: 0,
  api: '3.5',
  restDelayMs: 0,
  modeChangeMs: 500,
  saveMs: 0,
};

const MAX_PORT = 65_535;
const MAX_HZ = 100_000;
const MAX_POINTS = 20_000_000;
/** Identifiers have four digits. */
const MAX_SENSORS = 10_000;
const MAX_ZONES = 10_000;
/** The longest delay a Node.js timer takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

type NumberOption = {
  [K in keyof SimulatorOptions]-?: SimulatorOptions[K] extends number | undefined ? K : never;
}[keyof SimulatorOptions];

const LIMITS: Readonly<
  Record<NumberOption, readonly [min: number, max: number, kind: 'whole' | 'fraction']>
> = {
  outputPort: [0, MAX_PORT, 'whole'],
  pointsPort: [0, MAX_PORT, 'whole'],
  restPort: [0, MAX_PORT, 'whole'],
  adminPort: [0, MAX_PORT, 'whole'],
  seed: [0, 2 ** 32 - 1, 'whole'],
  startTimeMs: [0, Number.MAX_SAFE_INTEGER, 'fraction'],
  outputHz: [0, MAX_HZ, 'fraction'],
  pointsHz: [0, MAX_HZ, 'fraction'],
  groundPoints: [0, MAX_POINTS, 'whole'],
  backgroundPoints: [0, MAX_POINTS, 'whole'],
  pingIntervalMs: [0, MAX_DELAY_MS, 'fraction'],
  pongTimeoutMs: [1, MAX_DELAY_MS, 'fraction'],
  closeTimeoutMs: [1, MAX_DELAY_MS, 'fraction'],
  sendBufferBytes: [1, Number.MAX_SAFE_INTEGER, 'fraction'],
  sendBufferFrames: [1, Number.MAX_SAFE_INTEGER, 'whole'],
  linkBytesPerSecond: [0, Number.MAX_SAFE_INTEGER, 'fraction'],
  sensors: [0, MAX_SENSORS, 'whole'],
  zones: [0, MAX_ZONES, 'whole'],
  restDelayMs: [0, MAX_DELAY_MS, 'fraction'],
  modeChangeMs: [0, MAX_DELAY_MS, 'fraction'],
  saveMs: [0, MAX_DELAY_MS, 'fraction'],
};

const isNumberOption = (name: string): name is NumberOption => Object.hasOwn(LIMITS, name);

/** Checks a number against its option's limits; programs and the run-time rates share it. */
export function checkNumber(name: NumberOption, value: unknown): number {
  const [min, max, kind] = LIMITS[name];
  const isUsable = typeof value === 'number' && value >= min && value <= max;
  if (isUsable && (kind === 'fraction' || Number.isInteger(value))) return value;
  throw new OptionError(
    `${name} must be a ${kind === 'whole' ? 'whole number' : 'number'} from ${min} to ${max}, not ${String(value)}`,
  );
}

function checkApi({ api, versionPrefix }: { api?: unknown; versionPrefix?: unknown }): void {
  if (api !== undefined && !isApiVersion(api))
    throw new OptionError(`api must be one of ${API_VERSIONS.join(', ')}, not ${String(api)}`);
  const isSegment = typeof versionPrefix === 'string' && /^[^/?#\s]+$/.test(versionPrefix);
  if (versionPrefix !== undefined && !isSegment)
    throw new OptionError(`versionPrefix must be one segment of a path, not '${String(versionPrefix)}'`);
}

export function completeOptions(given: Partial<SimulatorOptions> = {}): SimulatorOptions {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of present) if (isNumberOption(name)) checkNumber(name, value);
  checkApi(given);
  return Object.freeze({ ...DEFAULTS, ...Object.fromEntries(present) });
}
