/** Owns the zones of the site: one list for the scene, the stream and the REST answers. */

import { ZONE_TYPE } from './enums';
import { isInside, type Point } from './path';
import type { ZoneConfig } from './types';

export interface Zone {
  readonly id: number;
  readonly name: string;
  /** As the REST API spells it. */
  readonly zoneType: string;
  /** Metres a second; 0 = no limit. */
  readonly speedLimit: number;
  /** Seconds; 0 = loitering is not watched. */
  readonly loiteringThreshold: number;
  readonly minZ: number;
  readonly maxZ: number;
  readonly vertices: readonly Point[];
}

const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  event: ZONE_TYPE.ZONE_TYPE_EVENT,
  exclusion: ZONE_TYPE.ZONE_TYPE_EXCLUSION,
  reflection: ZONE_TYPE.ZONE_TYPE_REFLECTION,
  static: ZONE_TYPE.ZONE_TYPE_STATIC,
  'map exclusion': ZONE_TYPE.ZONE_TYPE_MAP_EXCLUSION,
  'background removal': ZONE_TYPE.ZONE_TYPE_BACKGROUND_REMOVAL,
};

export const zoneTypeNumber = (zone: Zone): number =>
  TYPE_NUMBERS[zone.zoneType.toLowerCase()] ?? ZONE_TYPE.ZONE_TYPE_NONE;

export const isEventZone = (zone: Zone): boolean => zoneTypeNumber(zone) === ZONE_TYPE.ZONE_TYPE_EVENT;

export const isExclusionZone = (zone: Zone): boolean =>
  zoneTypeNumber(zone) === ZONE_TYPE.ZONE_TYPE_EXCLUSION;

/** An object is where the centre of its box's bottom is. */
export const zoneHolds = (zone: Zone, x: number, y: number, z: number): boolean =>
  z >= zone.minZ && z <= zone.maxZ && isInside(zone.vertices, x, y);

export const toZoneConfig = (zone: Zone): ZoneConfig => ({
  id: zone.id,
  name: zone.name,
  type: zoneTypeNumber(zone),
  pbox: { points: zone.vertices.map(([x, y]) => ({ x, y })), minZ: zone.minZ, maxZ: zone.maxZ },
});

const rectangle = (west: number, south: number, east: number, north: number): Point[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];

const CROSSING: Zone = {
  id: 1001,
  name: 'crossing',
  zoneType: 'Event',
  speedLimit: 0,
  loiteringThreshold: 8,
  minZ: -1,
  maxZ: 4,
  vertices: rectangle(-11, -11, 11, 11),
};

const APPROACH: Zone = {
  id: 1002,
  name: 'approach-west',
  zoneType: 'Event',
  speedLimit: 12,
  loiteringThreshold: 0,
  minZ: -1,
  maxZ: 4,
  vertices: rectangle(-42, -4.5, -14, 4.5),
};

/** A tree whose leaves move: nothing in it is tracked. */
const TREE: Zone = {
  id: 1003,
  name: 'tree',
  zoneType: 'Exclusion',
  speedLimit: 0,
  loiteringThreshold: 0,
  minZ: -1,
  maxZ: 8,
  vertices: [
    [22, 11],
    [26, 9.5],
    [29, 12],
    [26, 15],
    [23, 14],
  ],
};

const PARKING: Zone = {
  id: 1004,
  name: 'parking',
  zoneType: 'Static',
  speedLimit: 0,
  loiteringThreshold: 0,
  minZ: -1,
  maxZ: 4,
  vertices: rectangle(-40, 14, -14, 20),
};

/** The measured site has two zones; the busy one shows the other kinds too. */
export const QUIET_ZONES: readonly Zone[] = [CROSSING, APPROACH];
export const BUSY_ZONES: readonly Zone[] = [CROSSING, APPROACH, TREE, PARKING];

export class ZoneStore {
  #zones: readonly Zone[];

  constructor(zones: readonly Zone[]) {
    this.#zones = zones;
  }

  list(): readonly Zone[] {
    return this.#zones;
  }

  get(id: number): Zone | undefined {
    return this.#zones.find((zone) => zone.id === id);
  }

  replaceAll(zones: readonly Zone[]): void {
    this.#zones = zones;
  }
}
