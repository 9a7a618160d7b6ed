/** Decides what each edition of the REST API has: its families, where the version stands in the path, its member names. */

export const API_VERSIONS = ['3.5', '3.2', '3.0', '2.4', '2.1', '2.0'] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

export type Family =
  | 'results'
  | 'commands'
  | 'custom-commands'
  | 'project'
  | 'zone'
  | 'sensor-ext'
  | 'node'
  | 'edge-node'
  | 'parameters'
  | 'algorithm'
  | 'early-settings';

export interface Edition {
  readonly families: readonly Family[];
  /** What stands before `/results`, `/commands` and `/settings`. */
  readonly resultsPrefix: '' | '/{v}';
  readonly commandsPrefix: '' | '/{v}';
  readonly settingsPrefix: '' | '/{v}';
  /** `current`: the protobuf names; `early`: those of the 2.4.6 manual. */
  readonly resultNames: 'current' | 'early';
  /** `early` nodes have a master, a port and a user, and cannot be disabled. */
  readonly nodeFields: 'current' | 'early';
  /** The status for a setting that does not exist. */
  readonly unknownSettingStatus: 400 | 404;
}

const THREE: Edition = {
  families: ['results', 'commands', 'project', 'zone', 'sensor-ext', 'node', 'edge-node', 'parameters'],
  resultsPrefix: '',
  commandsPrefix: '/{v}',
  settingsPrefix: '/{v}',
  resultNames: 'current',
  nodeFields: 'current',
  unknownSettingStatus: 404,
};

const TWO_FOUR: Edition = {
  families: ['results', 'commands', 'custom-commands', 'zone', 'sensor-ext', 'node', 'algorithm'],
  resultsPrefix: '/{v}',
  commandsPrefix: '/{v}',
  settingsPrefix: '/{v}',
  resultNames: 'early',
  nodeFields: 'early',
  unknownSettingStatus: 404,
};

/** Results and commands of the first editions could not be read; they are taken to be as in 2.4. */
const TWO_ZERO: Edition = {
  ...TWO_FOUR,
  families: ['results', 'commands', 'algorithm', 'early-settings'],
  settingsPrefix: '',
  unknownSettingStatus: 400,
};

export const EDITIONS: Readonly<Record<ApiVersion, Edition>> = {
  '3.5': THREE,
  '3.2': THREE,
  '3.0': { ...THREE, families: THREE.families.filter((family) => family !== 'edge-node') },
  '2.4': TWO_FOUR,
  '2.1': TWO_ZERO,
  '2.0': TWO_ZERO,
};

export const isApiVersion = (value: unknown): value is ApiVersion =>
  API_VERSIONS.some((version) => version === value);

export const hasFamily = (api: ApiVersion, family: Family): boolean =>
  EDITIONS[api].families.includes(family);
