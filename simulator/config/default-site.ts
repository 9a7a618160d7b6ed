/** Owns the configuration a simulator starts with: the scene's zones and sensors, or as many as were asked for. */

import type { Point } from '../path';
import type { Zone } from '../zones';
import {
  EDGE_DEFAULTS,
  NODE_DEFAULTS,
  NO_TRANSFORM,
  SENSOR_DEFAULTS,
  WHOLE_SITE_RANGE,
} from './field-tables';
import { type EdgeEntry, type NodeEntry, type SensorEntry, type SiteConfig, uidOf } from './site-config';

export interface DefaultSiteOptions {
  readonly zones: readonly Zone[];
  /** Left out = as many as there are. */
  readonly zoneCount?: number | undefined;
  readonly sensorCount: number;
  readonly hasEdges: boolean;
  readonly nodeFields: 'current' | 'early';
}

/** The scene's own sensors; more stand where they would in a row along the road. */
export const SCENE_SENSORS = 2;
const SENSORS_PER_NODE = 10;
const FIRST_ZONE_ID = 1001;
const ZONES_PER_ROW = 10;
const ZONE_SIDE_M = 4;
const ZONE_PITCH_M = 6;

const square = (west: number, south: number): Point[] => [
  [west, south],
  [west + ZONE_SIDE_M, south],
  [west + ZONE_SIDE_M, south + ZONE_SIDE_M],
  [west, south + ZONE_SIDE_M],
];

/** Squares in rows along the road, so that some of them see traffic. */
const extraZone = (index: number): Zone => ({
  id: FIRST_ZONE_ID + index,
  name: `zone-${index + 1}`,
  zoneType: 'Event',
  speedLimit: 0,
  loiteringThreshold: 0,
  minZ: -1,
  maxZ: 4,
  vertices: square(
    -30 + (index % ZONES_PER_ROW) * ZONE_PITCH_M,
    -2 + Math.floor(index / ZONES_PER_ROW) * ZONE_PITCH_M,
  ),
});

const node = (index: number, nodeFields: 'current' | 'early'): NodeEntry => ({
  uid: uidOf('algo', index),
  settings: { ...NODE_DEFAULTS[nodeFields], ip: `10.0.${index}.1`, name: `node ${index}` },
  transform: NO_TRANSFORM,
  range: WHOLE_SITE_RANGE,
});

const edge = (index: number): EdgeEntry => ({
  uid: uidOf('edge', index),
  nodeUid: uidOf('algo', index),
  settings: { ...EDGE_DEFAULTS, ip: `10.0.${index}.2`, name: `edge ${index}` },
});

/** Every second sensor sends through its node's edge node. */
const sensor = (index: number, hasEdges: boolean): SensorEntry => {
  const nodeIndex = Math.floor(index / SENSORS_PER_NODE);
  const isBehindEdge = hasEdges && index % 2 === 1;
  const settings = {
    ...SENSOR_DEFAULTS.lidar,
    name: `lidar ${index}`,
    topic: `/lidar_${index}`,
    sensor: 'Ouster-OS',
    connected_to_edge_node: isBehindEdge,
    edge_uid: isBehindEdge ? uidOf('edge', nodeIndex) : '',
    base_to_origin: { tx: 9 - 18 * (index % 2) + Math.floor(index / 2) * 5, ty: 5 - 10 * (index % 2) },
  };
  return { uid: uidOf('lidar', index), type: 'lidar', nodeUid: uidOf('algo', nodeIndex), settings };
};

const times = <T>(count: number, create: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => create(index));

export function createDefaultSite(options: DefaultSiteOptions): SiteConfig {
  const { zones, zoneCount = zones.length, sensorCount, hasEdges, nodeFields } = options;
  const nodeCount = Math.max(1, Math.ceil(sensorCount / SENSORS_PER_NODE));
  const sensors = times(sensorCount, (index) => sensor(index, hasEdges));
  const edges = times(nodeCount, edge).filter(({ uid }) =>
    sensors.some(({ settings }) => settings.edge_uid === uid),
  );
  return {
    zones: times(zoneCount, (index) => zones[index] ?? extraZone(index)),
    nodes: times(nodeCount, (index) => node(index, nodeFields)),
    sensors,
    edges,
    values: {},
  };
}

/** What a new project holds: one algo node and nothing to see with. */
export const createEmptySite = (nodeFields: 'current' | 'early'): SiteConfig =>
  createDefaultSite({ zones: [], sensorCount: 0, hasEdges: false, nodeFields });
