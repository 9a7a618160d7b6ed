/** Operations on projects and on SENSR as a whole. */
import { operation, type OperationParam } from '../operation';

const PROJECT = '/commands/project';
const PATH_PARAM: OperationParam = {
  name: 'path',
  wire: 'path',
  type: 'text',
  description: "Folder inside SENSR's container; empty = its own",
};
const NAME: OperationParam = {
  name: 'name',
  wire: 'name',
  type: 'text',
  required: true,
  description: 'Name of the project',
};

export const PROJECT_OPERATIONS = [
  operation({
    name: 'project.current',
    method: 'GET',
    path: PROJECT,
    answer: 'object',
    timeout: 'long',
    summary: 'The project that is open',
  }),
  operation({
    name: 'project.list',
    method: 'GET',
    path: `${PROJECT}/list`,
    params: [PATH_PARAM],
    answer: 'names',
    timeout: 'long',
    summary: 'Names of all projects',
  }),
  operation({
    name: 'project.create',
    method: 'PUT',
    path: PROJECT,
    params: [NAME, PATH_PARAM],
    answer: 'text',
    timeout: 'long',
    destructive: true,
    stales: ['*'],
    summary: 'New project; closes the one that is open',
  }),
  operation({
    name: 'project.load',
    method: 'POST',
    path: PROJECT,
    params: [NAME, PATH_PARAM],
    answer: 'text',
    timeout: 'long',
    destructive: true,
    stales: ['*'],
    summary: 'Opens a project instead of the one that is open',
  }),
];

const command = (row: Omit<Parameters<typeof operation>[0], 'method' | 'timeout' | 'stales' | 'answer'>) =>
  operation({ ...row, method: 'POST', answer: 'done', timeout: 'long', stales: ['*'], versions: 'both' });

export const COMMAND_OPERATIONS = [
  command({
    name: 'commands.start',
    path: '/commands/start',
    params: [
      {
        name: 'mode',
        wire: 'mode',
        type: 'text',
        required: true,
        choices: ['runtime', 'calibration'],
        description: 'Mode of the whole system; calibration = project setup',
      },
    ],
    destructive: true,
    summary: 'Changes the mode of the whole system',
  }),
  command({
    name: 'commands.apply',
    path: '/commands/apply-change',
    summary: 'Saves the project and applies all changes',
  }),
  command({
    name: 'commands.reload',
    path: '/commands/reload',
    destructive: true,
    summary: 'Throws away all changes that are not applied',
  }),
  command({
    name: 'commands.cancel',
    path: '/commands/cancel',
    summary: 'Cancels a change of mode that hangs',
  }),
  operation({
    name: 'commands.list',
    method: 'GET',
    path: '/commands/info/list',
    answer: 'any',
    timeout: 'long',
    versions: '2.x',
    summary: 'Commands of SENSR 2.4',
  }),
  operation({
    ...command({
      name: 'commands.custom',
      path: '/commands/custom',
      params: [
        { name: 'commandId', wire: 'cmd-id', type: 'text', required: true, description: 'Id of the command' },
        {
          name: 'commandParam',
          wire: 'cmd-param',
          type: 'text',
          description: 'Its parameters, separated by semicolons',
        },
      ],
      summary: 'Any command of SENSR 2.4',
    }),
    answer: 'any',
    versions: '2.x',
  }),
];
