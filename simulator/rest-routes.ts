/** Owns the REST operations of SENSR that the simulator answers: one row each. */

import { enumName, NODE_STATUS, SENSOR_STATUS, SYSTEM_STATUS } from './enums';
import { HttpError, type Route } from './http-routes';
import type { Scene } from './scene';
import type { EdgeNodeHealth, SystemHealth } from './types';
import { isEventZone, type Zone } from './zones';

const mapValues = <T, R>(values: Readonly<Record<string, T>> | undefined, map: (value: T) => R) =>
  Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, map(value)]));

const sensorsJson = (sensors: Readonly<Record<string, number>> | undefined) =>
  mapValues(sensors, (status) => enumName(SENSOR_STATUS, status));

const edgeJson = ({ status = 0, sensors }: EdgeNodeHealth) => ({
  status: enumName(NODE_STATUS, status),
  sensors: sensorsJson(sensors),
});

export const healthJson = ({ master = 0, nodes }: SystemHealth) => ({
  master: enumName(SYSTEM_STATUS, master),
  nodes: mapValues(nodes, (node) => ({ ...edgeJson(node), edges: mapValues(node.edges, edgeJson) })),
});

/** As `results/zone` shows a zone: camel case, the type in small letters, who is inside. */
const zoneResult = (zone: Zone, objectIds: readonly number[]) => ({
  id: zone.id,
  name: zone.name,
  pbox: { points: zone.vertices.map(([x, y]) => ({ x, y })), minZ: zone.minZ, maxZ: zone.maxZ },
  type: zone.zoneType.toLowerCase(),
  objectIds,
});

/** As `settings/zone` shows it: snake case. */
const zoneSettings = (zone: Zone) => ({
  id: zone.id,
  name: zone.name,
  zone_type: zone.zoneType,
  speed_limit: zone.speedLimit,
  loitering_threshold: zone.loiteringThreshold,
  min_z: zone.minZ,
  max_z: zone.maxZ,
  vertices: zone.vertices,
});

const ZONE_FIELDS = {
  id: 'Int',
  name: 'String',
  zone_type: 'String',
  speed_limit: 'Float',
  loitering_threshold: 'Int',
  min_z: 'Float',
  max_z: 'Float',
  vertices: 'Array[Vector2]',
};

const wholeNumber = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value))
    throw new HttpError(400, `${name} must be a whole number`);
  return value;
};

const zoneResults = (scene: Scene, id: number) => {
  const zones = scene.zones.list().filter((zone) => isEventZone(zone) && (id === 0 || zone.id === id));
  return { zones: zones.map((zone) => zoneResult(zone, scene.objectIdsIn(zone.id))) };
};

const knownZone = (scene: Scene, id: number): Zone => {
  const zone = scene.zones.get(id);
  if (!zone) throw new HttpError(400, `there is no zone ${id}`);
  return zone;
};

export const restRoutes = (scene: Scene): readonly Route[] => [
  { method: 'GET', path: '/results/health', handle: () => ({ json: healthJson(scene.health) }) },
  {
    method: 'GET',
    path: '/results/zone',
    handle: ({ query }) => ({ json: zoneResults(scene, wholeNumber(query, 'id') ?? 0) }),
  },
  { method: 'GET', path: '/{v}/settings/zone/list', handle: () => ({ json: [ZONE_FIELDS] }) },
  {
    method: 'GET',
    path: '/{v}/settings/zone',
    handle: ({ query }) => {
      const id = wholeNumber(query, 'zone-id');
      if (id === undefined) return { json: scene.zones.list().map((zone) => zone.id) };
      return { json: zoneSettings(knownZone(scene, id)) };
    },
  },
];
