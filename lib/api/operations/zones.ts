/** Operations on zones, as they are configured. */
import { operation, type OperationParam } from '../operation';

const PATH = '/settings/zone';
const ZONE_ID: OperationParam = {
  name: 'zoneId',
  wire: 'zone-id',
  type: 'int',
  required: true,
  description: 'Id of a zone',
};
const DETAILS: OperationParam = {
  name: 'details',
  type: 'boolean',
  description: 'true: whole zones instead of their ids',
};

export const ZONE_OPERATIONS = [
  operation({
    name: 'zones.list',
    method: 'GET',
    path: PATH,
    params: [DETAILS],
    answer: 'numbers',
    details: { operation: 'zones.get', param: 'zoneId' },
    summary: 'Ids of all zones, or whole zones',
  }),
  operation({
    name: 'zones.get',
    method: 'GET',
    path: PATH,
    params: [ZONE_ID],
    answer: 'zone',
    summary: 'One zone',
  }),
  operation({
    name: 'zones.create',
    method: 'PUT',
    path: PATH,
    body: 'zone',
    answer: 'number',
    needsApply: true,
    summary: 'New zone; answers its id',
  }),
  operation({
    name: 'zones.update',
    method: 'POST',
    path: PATH,
    body: 'zone',
    answer: 'done',
    needsApply: true,
    summary: 'Changes a zone; send the whole zone',
  }),
  operation({
    name: 'zones.delete',
    method: 'DELETE',
    path: PATH,
    params: [ZONE_ID],
    answer: 'done',
    needsApply: true,
    summary: 'Deletes a zone',
  }),
  operation({
    name: 'zones.deleteAll',
    method: 'DELETE',
    path: '/settings/zone-all',
    answer: 'done',
    needsApply: true,
    destructive: true,
    summary: 'Deletes all zones of the project',
  }),
  operation({
    name: 'zones.fields',
    method: 'GET',
    path: '/settings/zone/list',
    answer: 'fields',
    summary: 'Fields of a zone, with their types',
  }),
];
