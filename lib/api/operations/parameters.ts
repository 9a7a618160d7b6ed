/** Operations on parameters: those of 3.x, and the nested ones of 2.x. */
import { operation, type OperationParam } from '../operation';

const PATH = '/settings/parameters/common';
const CONFIG_KEY: OperationParam = {
  name: 'configKey',
  wire: 'config-key',
  type: 'text',
  required: true,
  description: 'Name of the parameter, e.g. publish_level_point_cloud',
};

export const PARAMETER_OPERATIONS = [
  operation({
    name: 'parameters.get',
    method: 'GET',
    path: PATH,
    params: [CONFIG_KEY],
    answer: 'value',
    summary: 'One parameter',
  }),
  operation({
    name: 'parameters.set',
    method: 'POST',
    path: PATH,
    params: [CONFIG_KEY],
    body: 'value',
    answer: 'done',
    needsApply: true,
    summary: 'Sets a parameter',
  }),
];

const ALGORITHM = '/settings/algorithm';
const NODE_TYPE: OperationParam = {
  name: 'nodeType',
  wire: 'node-type',
  type: 'text',
  required: true,
  choices: ['algo', 'master'],
  description: 'Kind of node the value belongs to',
};
const NODE_URI: OperationParam = {
  name: 'nodeUri',
  wire: 'node-uri',
  type: 'text',
  required: true,
  description: 'Id of an algo node, or common',
};
const CONFIG_ID: OperationParam = {
  name: 'configId',
  wire: 'config-id',
  type: 'text',
  description: 'Dotted path to the value, e.g. group.limit',
};
const ALGORITHM_PARAMS = [NODE_TYPE, NODE_URI, CONFIG_ID];

export const ALGORITHM_OPERATIONS = [
  operation({
    name: 'algorithm.list',
    method: 'GET',
    path: `${ALGORITHM}/list`,
    params: ALGORITHM_PARAMS,
    answer: 'object',
    versions: '2.x',
    summary: 'Names and types of values (SENSR 2)',
  }),
  operation({
    name: 'algorithm.meta',
    method: 'GET',
    path: `${ALGORITHM}/meta`,
    params: ALGORITHM_PARAMS,
    answer: 'object',
    versions: '2.x',
    summary: 'How a value is shown, and its limits (SENSR 2)',
  }),
  operation({
    name: 'algorithm.get',
    method: 'GET',
    path: ALGORITHM,
    params: ALGORITHM_PARAMS,
    answer: 'value',
    versions: '2.x',
    summary: 'One value (SENSR 2)',
  }),
  operation({
    name: 'algorithm.set',
    method: 'POST',
    path: ALGORITHM,
    // Without a path it is not documented what is set.
    params: [NODE_TYPE, NODE_URI, { ...CONFIG_ID, required: true }],
    body: 'value',
    answer: 'done',
    needsApply: true,
    versions: '2.x',
    summary: 'Sets a value (SENSR 2)',
  }),
];

/** Of 2.0 only; neither bodies nor answers are documented. */
const settings = (noun: string, path: string, params: readonly OperationParam[], what: string) => [
  operation({
    name: `${noun}.get`,
    method: 'GET',
    path,
    params,
    answer: 'any',
    versions: '2.x',
    summary: `${what} (SENSR 2.0)`,
  }),
  operation({
    name: `${noun}.set`,
    method: 'POST',
    path,
    params,
    body: 'any',
    answer: 'any',
    versions: '2.x',
    summary: `Sets: ${what} (SENSR 2.0)`,
  }),
];

export const OLD_SETTINGS_OPERATIONS = [
  ...settings('app', '/settings/app', [CONFIG_ID], 'setting of the application'),
  ...settings('projectSettings', '/settings/project', [CONFIG_ID], 'setting of the project'),
  ...settings(
    'sensorSettings',
    '/settings/sensor',
    [CONFIG_ID, { ...NODE_URI, required: false }],
    'setting of the sensors',
  ),
];
