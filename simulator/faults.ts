/** Owns the list of faults that can be provoked: their names, fields and defaults, and which are set on a port. */

import { type FieldSpec, type FieldRule, MAX_DELAY_MS, wholeFrom } from './fault-field';
import {
  HTTP_FAULT_FIELDS,
  type HttpFault,
  type HttpFaultFields,
  isHttpFaultName,
  matchKey,
} from './http-fault-fields';
import { OptionError } from './options';
import type { Generation } from './types';

export type PortKind = 'output' | 'points' | 'rest' | 'admin';
/** `both`: the two streams; `all`: these and REST. The admin port has no faults. */
export type FaultPort = 'output' | 'points' | 'rest' | 'both' | 'all';

interface FaultFields extends HttpFaultFields {
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
/** `port` left out = both streams, or REST for a fault of HTTP requests. */
export type Fault = { [N in FaultName]: { name: N; port?: FaultPort } & FaultFields[N] }[FaultName];
export type FaultOf<N extends FaultName> = Extract<Fault, { name: N }>;

/** A fault of single frames hits each so many-th one unless told otherwise. */
export const DEFAULT_EVERY = 10;

const MAX_OVERSIZE_BYTES = 2 ** 31 - 1;
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
  ...HTTP_FAULT_FIELDS,
};

const FAULT_PORTS: Readonly<Record<FaultPort, readonly PortKind[]>> = {
  output: ['output'],
  points: ['points'],
  rest: ['rest'],
  both: ['output', 'points'],
  all: ['output', 'points', 'rest'],
};

/** What a port without WebSocket can do, besides the faults of HTTP requests. */
const SOCKET_FAULTS: readonly FaultName[] = [
  'freeze',
  'reset',
  'refuse',
  'flap',
  'silentAccept',
  'upgradeStatus',
];

const canHave = (kind: PortKind, name: FaultName): boolean =>
  kind === 'rest' ? SOCKET_FAULTS.includes(name) || isHttpFaultName(name) : !isHttpFaultName(name);

export const isFaultName = (name: unknown): name is FaultName =>
  typeof name === 'string' && Object.hasOwn(FAULT_FIELDS, name);

export const isFaultPort = (port: unknown): port is FaultPort =>
  typeof port === 'string' && Object.hasOwn(FAULT_PORTS, port);

const defaultPort = (name: FaultName | undefined): FaultPort => (isHttpFaultName(name) ? 'rest' : 'both');

/** The ports that a fault is for; of `all`, those that can have it. */
export const portsOf = ({
  name,
  port = defaultPort(name),
}: {
  port?: FaultPort;
  name?: FaultName;
}): PortKind[] => FAULT_PORTS[port].filter((kind) => name === undefined || canHave(kind, name));

const refusal = (port: FaultPort, name: FaultName): string => {
  const has = Object.keys(FAULT_FIELDS).filter((one) => isFaultName(one) && canHave('rest', one));
  return port === 'rest'
    ? `the REST port has no fault ${name}; it has ${has.join(', ')}`
    : `fault ${name} is one of HTTP requests: its port is rest, not ${port}`;
};

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
  if (port !== undefined && portsOf({ port, name }).length === 0) throw new OptionError(refusal(port, name));
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

/** The faults set on one port: at most one of each name, or of each name and match for those of HTTP requests. */
export class FaultSet {
  readonly #faults = new Map<string, Fault>();

  get<N extends FaultName>(name: N): FaultOf<N> | undefined {
    return this.#faults.get(name) as FaultOf<N> | undefined;
  }

  set(fault: Fault): void {
    this.#faults.set(matchKey(fault), fault);
  }

  clear(): void {
    this.#faults.clear();
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  /** Counts one use of a fault with a `count`; the last one ends it. */
  use(fault: HttpFault): void {
    if (fault.count === undefined) return;
    if (fault.count > 1) this.#faults.set(matchKey(fault), { ...fault, count: fault.count - 1 });
    else this.#faults.delete(matchKey(fault));
  }
}
