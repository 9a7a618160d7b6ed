/** Owns the list of faults that can be provoked: their names, fields and defaults, and which are set on a port. */

import { OptionError } from './options';
import type { Generation } from './types';

export type PortKind = 'output' | 'points' | 'rest' | 'admin';
/** `both`: the two streams; `all`: these and REST. The admin port has no faults. */
export type FaultPort = 'output' | 'points' | 'rest' | 'both' | 'all';

interface FaultFields {
  link: { bytesPerSecond: number };
  freeze: object;
  /** Once: RST on every connection there is. */
  reset: object;
  refuse: object;
  flap: { afterMs: number };
  garbage: { every?: number };
  truncate: { every?: number };
  text: { every?: number };
  empty: { every?: number };
  oversize: { bytes: number; every?: number };
  generation: { generation: Generation };
  upgradeStatus: { status: number };
  notWebSocket: object;
  silentAccept: object;
  /** Once: a close frame to every client there is. */
  close: { code: number; reason?: string };
  noPong: object;
}

export type FaultName = keyof FaultFields;
/** `port` left out = both streams. */
export type Fault = { [N in FaultName]: { name: N; port?: FaultPort } & FaultFields[N] }[FaultName];
export type FaultOf<N extends FaultName> = Extract<Fault, { name: N }>;

/** A fault of single frames hits each so many-th one unless told otherwise. */
export const DEFAULT_EVERY = 10;

type FieldRule = (value: unknown) => boolean;
interface FieldSpec {
  readonly accepts: FieldRule;
  readonly expected: string;
  readonly isOptional?: boolean;
}

const wholeFrom =
  (min: number, max: number): FieldRule =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
const MAX_OVERSIZE_BYTES = 2 ** 31 - 1;
const MAX_DELAY_MS = 2 ** 31 - 1;
/** A close frame holds 125 bytes, two of them for the code. */
const MAX_REASON_BYTES = 123;

const EVERY: Readonly<Record<string, FieldSpec>> = {
  every: {
    accepts: wholeFrom(1, Number.MAX_SAFE_INTEGER),
    expected: 'a whole number from 1',
    isOptional: true,
  },
};
const CLOSE_CODES: FieldRule = (value) =>
  wholeFrom(1000, 4999)(value) && ![1004, 1005, 1006, 1015].includes(value as number);

export const FAULT_FIELDS: Readonly<Record<FaultName, Readonly<Record<string, FieldSpec>>>> = {
  link: {
    bytesPerSecond: {
      accepts: wholeFrom(0, Number.MAX_SAFE_INTEGER),
      expected: 'a whole number (0 = no limit)',
    },
  },
  freeze: {},
  reset: {},
  refuse: {},
  flap: { afterMs: { accepts: wholeFrom(0, MAX_DELAY_MS), expected: 'a whole number of milliseconds' } },
  garbage: EVERY,
  truncate: EVERY,
  text: EVERY,
  empty: EVERY,
  oversize: {
    bytes: { accepts: wholeFrom(16, MAX_OVERSIZE_BYTES), expected: 'a whole number from 16' },
    ...EVERY,
  },
  generation: {
    generation: {
      accepts: (value) => ['current', 'pre', '3.0', '2.x'].includes(String(value)),
      expected: "one of 'pre', '3.0', '2.x', 'current'",
    },
  },
  upgradeStatus: { status: { accepts: wholeFrom(200, 599), expected: 'an HTTP status' } },
  notWebSocket: {},
  silentAccept: {},
  close: {
    code: { accepts: CLOSE_CODES, expected: 'a close code that may be sent' },
    reason: {
      accepts: (value) => typeof value === 'string' && Buffer.byteLength(value) <= MAX_REASON_BYTES,
      expected: `a text of at most ${MAX_REASON_BYTES} bytes`,
      isOptional: true,
    },
  },
  noPong: {},
};

const FAULT_PORTS: Readonly<Record<FaultPort, readonly PortKind[]>> = {
  output: ['output'],
  points: ['points'],
  rest: ['rest'],
  both: ['output', 'points'],
  all: ['output', 'points', 'rest'],
};

/** What a port without WebSocket can do. */
const REST_FAULTS: readonly FaultName[] = [
  'freeze',
  'reset',
  'refuse',
  'flap',
  'silentAccept',
  'upgradeStatus',
];

export const isFaultName = (name: unknown): name is FaultName =>
  typeof name === 'string' && Object.hasOwn(FAULT_FIELDS, name);

export const isFaultPort = (port: unknown): port is FaultPort =>
  typeof port === 'string' && Object.hasOwn(FAULT_PORTS, port);

/** The ports that a fault is for; of `all`, those that can have it. */
export const portsOf = ({ port = 'both', name }: { port?: FaultPort; name?: FaultName }): PortKind[] =>
  FAULT_PORTS[port].filter((kind) => kind !== 'rest' || name === undefined || REST_FAULTS.includes(name));

/** Checks what came from outside; an error says which field is wrong and what it may be. */
export function parseFault(given: unknown): Fault {
  if (typeof given !== 'object' || given === null) throw new OptionError('a fault is an object with a name');
  const { name, port, ...fields } = given as Record<string, unknown>;
  if (!isFaultName(name))
    throw new OptionError(
      `unknown fault ${JSON.stringify(name)}; there are ${Object.keys(FAULT_FIELDS).join(', ')}`,
    );
  if (port !== undefined && !isFaultPort(port))
    throw new OptionError(`port must be one of ${Object.keys(FAULT_PORTS).join(', ')}`);
  if (port === 'rest' && !REST_FAULTS.includes(name))
    throw new OptionError(`the REST port has no fault ${name}; it has ${REST_FAULTS.join(', ')}`);
  const specs = FAULT_FIELDS[name];
  for (const field of Object.keys(fields))
    if (!Object.hasOwn(specs, field)) throw new OptionError(`fault ${name} has no field '${field}'`);
  for (const [field, { accepts, expected, isOptional }] of Object.entries(specs)) {
    const value = fields[field];
    if (value === undefined ? !isOptional : !accepts(value))
      throw new OptionError(`fault ${name}: ${field} must be ${expected}`);
  }
  return given as Fault;
}

/** The faults set on one port, at most one of each name. */
export class FaultSet {
  readonly #faults = new Map<FaultName, Fault>();

  get<N extends FaultName>(name: N): FaultOf<N> | undefined {
    return this.#faults.get(name) as FaultOf<N> | undefined;
  }

  set(fault: Fault): void {
    this.#faults.set(fault.name, fault);
  }

  clear(): void {
    this.#faults.clear();
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }
}
