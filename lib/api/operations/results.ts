/** Operations on results: what SENSR sees at this moment. */
import { operation, type OperationParam } from '../operation';

const OBJECT_ID: OperationParam = {
  name: 'id',
  wire: 'id',
  type: 'int',
  required: true,
  description: 'Id of a tracked object',
};

const results = (row: Omit<Parameters<typeof operation>[0], 'method' | 'prefix' | 'versions'>) =>
  operation({ ...row, method: 'GET', prefix: 'results', versions: 'both' });

export const RESULT_OPERATIONS = [
  results({
    name: 'health.get',
    path: '/results/health',
    answer: 'health',
    summary: 'Health of SENSR, its nodes and sensors',
  }),
  results({
    name: 'zones.status',
    path: '/results/zone',
    params: [
      {
        name: 'zoneId',
        wire: 'id',
        type: 'int',
        // What SENSR does without it is not documented.
        default: 0,
        description: 'Id of an event zone; empty or 0 = all',
      },
    ],
    answer: 'zoneStatus',
    summary: 'Event zones with the objects inside',
  }),
  results({
    name: 'objects.shape',
    path: '/results/object/shape',
    params: [
      OBJECT_ID,
      { name: 'time', wire: 'time', type: 'time', description: 'Moment to look at; empty = now' },
    ],
    answer: 'shape',
    summary: "An object's points",
  }),
  results({
    name: 'objects.history',
    path: '/results/object/history',
    params: [
      OBJECT_ID,
      { name: 'length', wire: 'length', type: 'int', description: 'How many states; empty or -1 = all' },
    ],
    answer: 'history',
    summary: 'Where an object has been',
  }),
];
