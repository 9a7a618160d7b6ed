/** Operations on sensors. */
import { operation, type OperationParam } from '../operation';

const PATH = '/settings/sensor-ext';
const SENSOR_ID: OperationParam = {
  name: 'sensorId',
  wire: 'sensor-id',
  type: 'text',
  required: true,
  description: 'Id of a sensor, e.g. lidar_0000',
};
const NODE_URI: OperationParam = {
  name: 'nodeUri',
  wire: 'node-uri',
  type: 'text',
  description: 'Id of an algo node, e.g. algo_0000',
};
const SENSOR_TYPE: OperationParam = {
  name: 'sensorType',
  wire: 'sensor-type',
  type: 'text',
  required: true,
  choices: ['lidar', 'odom', 'can'],
  description: 'Kind of sensor',
};

export const SENSOR_OPERATIONS = [
  operation({
    name: 'sensors.list',
    method: 'GET',
    path: PATH,
    params: [
      { ...NODE_URI, description: 'Only those of this algo node; empty = all' },
      { name: 'details', type: 'boolean', description: 'true: whole sensors instead of their ids' },
    ],
    answer: 'names',
    details: { operation: 'sensors.get', param: 'sensorId' },
    summary: 'Ids of the sensors, or whole sensors',
  }),
  operation({
    name: 'sensors.get',
    method: 'GET',
    path: PATH,
    params: [SENSOR_ID],
    answer: 'sensor',
    summary: 'One sensor',
  }),
  operation({
    name: 'sensors.create',
    method: 'PUT',
    path: PATH,
    params: [{ ...NODE_URI, required: true }, SENSOR_TYPE],
    body: 'sensor',
    answer: 'name',
    needsApply: true,
    summary: 'New sensor; answers its id',
  }),
  operation({
    name: 'sensors.update',
    method: 'POST',
    path: PATH,
    body: 'sensor',
    answer: 'done',
    needsApply: true,
    summary: 'Changes a sensor; send the whole sensor',
  }),
  operation({
    name: 'sensors.delete',
    method: 'DELETE',
    path: PATH,
    params: [SENSOR_ID],
    answer: 'done',
    needsApply: true,
    destructive: true,
    summary: 'Deletes a sensor',
  }),
  operation({
    name: 'sensors.fields',
    method: 'GET',
    path: `${PATH}/list`,
    params: [SENSOR_TYPE],
    answer: 'fields',
    summary: 'Fields of a sensor, with their types',
  }),
];
