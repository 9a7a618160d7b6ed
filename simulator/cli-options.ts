/** Owns the command line: its options, their help, and what they mean for the simulator. */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Fault, FAULT_FIELDS, isFaultName, parseFault } from './faults';
import { API_VERSIONS, type ApiVersion } from './editions';
import { DEFAULTS, OptionError, type SimulatorOptions, type TlsOptions } from './options';

export interface CommandLine {
  readonly options: Partial<SimulatorOptions>;
  readonly faults: readonly Fault[];
  readonly anyPort: boolean;
  readonly help: boolean;
}

interface CliOption {
  readonly type: 'string' | 'boolean';
  readonly value?: string;
  readonly help: string;
  readonly multiple?: true;
}

const BYTES_PER_MB = 1024 * 1024;
/** Of all points of a frame, so many are ground on the measured site. */
const GROUND_SHARE = DEFAULTS.groundPoints / (DEFAULTS.groundPoints + DEFAULTS.backgroundPoints);
/** Where SENSR listens; the admin port is the simulator's own. */
const CLI_PORTS = { outputPort: 5050, pointsPort: 5051, restPort: 9080, adminPort: 9081 } as const;

const text = (value: string, help: string): CliOption => ({ type: 'string', value, help });
const flag = (help: string): CliOption => ({ type: 'boolean', help });

const CLI_OPTIONS = {
  help: flag('show this'),
  host: text('address', `address to listen on (${DEFAULTS.host})`),
  'output-port': text('port', `objects, events, zones, health (${CLI_PORTS.outputPort}; 0 = any)`),
  'points-port': text('port', `point clouds (${CLI_PORTS.pointsPort}; 0 = any)`),
  'rest-port': text('port', `REST API (${CLI_PORTS.restPort}; 0 = any)`),
  'admin-port': text('port', `faults, rates and statistics (${CLI_PORTS.adminPort}; 0 = any)`),
  'any-port': flag('take any free port where one is taken'),
  seed: text('n', `same seed, same world (${DEFAULTS.seed})`),
  busy: flag('60 objects always, four zones'),
  'no-details': flag('objects without points, history and prediction'),
  'output-hz': text('n', `output frames a second (${DEFAULTS.outputHz})`),
  'points-hz': text('n', `point frames a second (${DEFAULTS.pointsHz})`),
  points: text('n', `points a frame (${DEFAULTS.groundPoints + DEFAULTS.backgroundPoints})`),
  flood: flag('send as fast as each client reads'),
  'link-bytes-per-second': text('n', 'speed of the link to each client (0 = unlimited)'),
  'send-buffer-mb': text('n', `unsent data per client (${DEFAULTS.sendBufferBytes / BYTES_PER_MB})`),
  'send-buffer-frames': text('n', 'skip point frames while so many are unsent'),
  'ping-interval': text('seconds', `between pings (${DEFAULTS.pingIntervalMs / 1000}; 0 = none)`),
  'pong-timeout': text('seconds', `for the answer to a ping (${DEFAULTS.pongTimeoutMs / 1000})`),
  api: text('edition', `edition of the REST API: ${API_VERSIONS.join(', ')} (${DEFAULTS.api})`),
  'version-prefix': text('segment', 'the version in its paths (as --api; * = anything)'),
  sensors: text('n', 'sensors of the site (2)'),
  zones: text('n', 'zones of the site (2, busy 4)'),
  'rest-delay': text('ms', `how long every REST answer takes (${DEFAULTS.restDelayMs})`),
  'mode-change': text('ms', `how long a change of the mode takes (${DEFAULTS.modeChangeMs})`),
  'save-delay': text('ms', `how long applying, creating and opening take (${DEFAULTS.saveMs})`),
  fault: {
    ...text('[port:]name[=value]', 'or JSON: set from the start; may be given again'),
    multiple: true,
  },
  'tls-key': text('file', 'PEM key: wss and https'),
  'tls-cert': text('file', 'PEM certificate'),
  'tls-ca': text('file', 'PEM certificate authority: clients must show a certificate of it'),
  user: text('name', 'ask for HTTP Basic credentials'),
  password: text('text', 'the password of that user'),
  token: text('text', 'ask for this bearer token'),
} satisfies Record<string, CliOption>;

type Values = { [K in keyof typeof CLI_OPTIONS]?: string | boolean | string[] };

/** Fields of faults that are words, also when the word is a number. */
const TEXT_FIELDS: readonly string[] = ['generation', 'reason', 'when', 'to', 'body'];

/** These can be said in JSON only. */
const JSON_FIELDS: readonly string[] = ['match', 'json'];

const shortForm = (name: string, fields: readonly string[]): string => {
  const short = fields.filter((field) => !JSON_FIELDS.includes(field));
  return name + (short.length > 0 ? `=${short.join(':')}` : '');
};

const FAULT_HELP = `Faults: ${Object.entries(FAULT_FIELDS)
  .map(([name, fields]) => shortForm(name, Object.keys(fields)))
  .join(' ')}
Ports of faults: output points rest both (the two streams) all; left out: both, rest for http…
Everything of a fault can be said in JSON: --fault '{"name":"httpStatus","status":503,"count":2}'`;

export const helpText = (): string => {
  const entries: [string, CliOption][] = Object.entries(CLI_OPTIONS);
  const lines = entries.map(([name, { value, help }]) => {
    const left = `  --${name}${value ? ` <${value}>` : ''}`;
    return `${left.padEnd(34)}${help}`;
  });
  return [
    'Usage: sensr-simulator [options]',
    '',
    'A SENSR server without a LiDAR: streams, REST and faults on this machine.',
    '',
    ...lines,
    '',
    FAULT_HELP,
    '',
  ].join('\n');
};

/** A value of a short text: a number or a flag where it looks like one and its field is none of words. */
const shortValue = (field: string, value: string): unknown => {
  if (TEXT_FIELDS.includes(field) || value === '') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return Number(value);
};

const parseFaultJson = (given: string): Fault => {
  try {
    return parseFault(JSON.parse(given));
  } catch (error) {
    if (error instanceof OptionError) throw error;
    throw new OptionError(`fault ${given}: ${(error as Error).message}`, { cause: error });
  }
};

/** JSON, or `[port:]name[=value[:value]]`, the values in the order of the fault's fields: `points:link=5000000`. */
export function parseFaultText(given: string): Fault {
  if (given.startsWith('{')) return parseFaultJson(given);
  const [left = '', ...rest] = given.split('=');
  const [name, port] = left.split(':').reverse();
  if (!isFaultName(name)) return parseFault({ name: name ?? '' });
  const fields = Object.keys(FAULT_FIELDS[name]).filter((field) => !JSON_FIELDS.includes(field));
  const values = rest.length > 0 ? rest.join('=').split(':') : [];
  if (values.length > fields.length) throw new OptionError(`fault ${name} takes ${fields.length} values`);
  const pairs = values.map((value, index) => [fields[index], shortValue(fields[index] ?? '', value)]);
  return parseFault({ name, ...(port && { port }), ...Object.fromEntries(pairs) });
}

const numberOf = (values: Values, name: keyof Values): number | undefined => {
  const given = values[name];
  if (typeof given !== 'string') return undefined;
  const value = Number(given);
  if (given.trim() === '' || !Number.isFinite(value))
    throw new OptionError(`--${name} must be a number, not '${given}'`);
  return value;
};

const textOf = (values: Values, name: keyof Values): string | undefined => {
  const given = values[name];
  return typeof given === 'string' ? given : undefined;
};

const readTls = (values: Values): TlsOptions | undefined => {
  const [keyFile, certFile] = [textOf(values, 'tls-key'), textOf(values, 'tls-cert')];
  const caFile = textOf(values, 'tls-ca');
  if (keyFile === undefined && certFile === undefined && caFile === undefined) return undefined;
  if (keyFile === undefined || certFile === undefined)
    throw new OptionError('--tls-key and --tls-cert go together');
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      throw new OptionError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
    }
  };
  const clients = caFile === undefined ? {} : { ca: read(caFile), requestCert: true };
  return { key: read(keyFile), cert: read(certFile), ...clients };
};

const scaled = (value: number | undefined, factor: number): number | undefined =>
  value === undefined ? undefined : value * factor;

const parse = (args: readonly string[]): Values => {
  const options = Object.fromEntries(
    Object.entries(CLI_OPTIONS).map(([name, option]) => [
      name,
      { type: option.type, ...('multiple' in option && { multiple: true }) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new OptionError((cause as Error).message, { cause });
  }
};

export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args);
  const points = numberOf(values, 'points');
  const groundPoints = points === undefined ? undefined : Math.round(points * GROUND_SHARE);
  const given = {
    host: textOf(values, 'host'),
    outputPort: numberOf(values, 'output-port') ?? CLI_PORTS.outputPort,
    pointsPort: numberOf(values, 'points-port') ?? CLI_PORTS.pointsPort,
    restPort: numberOf(values, 'rest-port') ?? CLI_PORTS.restPort,
    adminPort: numberOf(values, 'admin-port') ?? CLI_PORTS.adminPort,
    seed: numberOf(values, 'seed'),
    busy: values.busy === true,
    details: values['no-details'] !== true,
    outputHz: numberOf(values, 'output-hz'),
    pointsHz: numberOf(values, 'points-hz'),
    groundPoints,
    backgroundPoints: points === undefined ? undefined : points - (groundPoints ?? 0),
    flood: values.flood === true,
    linkBytesPerSecond: numberOf(values, 'link-bytes-per-second'),
    sendBufferBytes: scaled(numberOf(values, 'send-buffer-mb'), BYTES_PER_MB),
    sendBufferFrames: numberOf(values, 'send-buffer-frames'),
    pingIntervalMs: scaled(numberOf(values, 'ping-interval'), 1000),
    pongTimeoutMs: scaled(numberOf(values, 'pong-timeout'), 1000),
    // What is none of the editions is refused with all other options.
    api: textOf(values, 'api') as ApiVersion | undefined,
    versionPrefix: textOf(values, 'version-prefix'),
    sensors: numberOf(values, 'sensors'),
    zones: numberOf(values, 'zones'),
    restDelayMs: numberOf(values, 'rest-delay'),
    modeChangeMs: numberOf(values, 'mode-change'),
    saveMs: numberOf(values, 'save-delay'),
    tls: readTls(values),
    username: textOf(values, 'user'),
    password: textOf(values, 'password'),
    token: textOf(values, 'token'),
  };
  const faultTexts = Array.isArray(values.fault) ? values.fault : [];
  return {
    options: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    faults: faultTexts.map(parseFaultText),
    anyPort: values['any-port'] === true,
    help: values.help === true,
  };
}
