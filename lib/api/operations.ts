/** Every operation of SENSR's REST API that the node offers, one row each: the dialog, the checks and the documentation are made from it. */
import { operation, type Operation, type OperationParam } from './operation';
import { EDGE_OPERATIONS, NODE_OPERATIONS } from './operations/nodes';
import { ALGORITHM_OPERATIONS, OLD_SETTINGS_OPERATIONS, PARAMETER_OPERATIONS } from './operations/parameters';
import { COMMAND_OPERATIONS, PROJECT_OPERATIONS } from './operations/projects';
import { RESULT_OPERATIONS } from './operations/results';
import { SENSOR_OPERATIONS } from './operations/sensors';
import { ZONE_OPERATIONS } from './operations/zones';

export type { Operation, OperationParam };

const REPORT = operation({
  name: 'report.get',
  method: 'GET',
  path: '',
  prefix: 'none',
  answer: 'report',
  cacheable: false,
  summary: 'Project, sensors, zones and health in one answer',
});

/** What the table does not have; method, path and query come with the message. */
const REQUEST = operation({
  name: 'request',
  method: 'GET',
  path: '',
  prefix: 'none',
  params: [
    {
      name: 'method',
      type: 'text',
      choices: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'],
      description: 'HTTP method; empty = GET',
    },
    {
      name: 'path',
      type: 'text',
      required: true,
      description: 'Path from the root; {v} in it becomes the API version',
    },
    { name: 'query', type: 'object', description: 'Object with the query parameters' },
  ],
  body: 'any',
  creates: false,
  answer: 'any',
  cacheable: false,
  stales: ['*'],
  versions: 'both',
  summary: 'Any request to the REST port',
});

export const OPERATIONS: readonly Operation[] = [
  ...RESULT_OPERATIONS.filter(({ noun }) => noun === 'health'),
  REPORT,
  ...ZONE_OPERATIONS,
  ...RESULT_OPERATIONS.filter(({ noun }) => noun !== 'health'),
  ...SENSOR_OPERATIONS,
  ...NODE_OPERATIONS,
  ...EDGE_OPERATIONS,
  ...PROJECT_OPERATIONS,
  ...COMMAND_OPERATIONS,
  ...PARAMETER_OPERATIONS,
  ...ALGORITHM_OPERATIONS,
  ...OLD_SETTINGS_OPERATIONS,
  REQUEST,
];

export const OPERATION_NAMES: readonly string[] = OPERATIONS.map(({ name }) => name);
