/** Turns zones into the settings that REST shows, and settings that REST was given into zones. */

import type { Point } from '../path';
import type { Zone } from '../zones';
import { ZONE_DEFAULTS, ZONE_FIELDS } from './field-tables';
import { mergeSettings, type Settings, SettingsError } from './fields';

const FEWEST_VERTICES = 3;

export const toZoneSettings = (zone: Zone): Settings => ({
  id: zone.id,
  name: zone.name,
  zone_type: zone.zoneType,
  speed_limit: zone.speedLimit,
  loitering_threshold: zone.loiteringThreshold,
  min_z: zone.minZ,
  max_z: zone.maxZ,
  vertices: zone.vertices,
});

/** The zone with this id as the settings say it; what they leave out stays as it was before. */
export function zoneFrom(given: Settings, id: number, before?: Zone): Zone {
  const known = before ? toZoneSettings(before) : ZONE_DEFAULTS;
  const { id: _ignored, ...settings } = mergeSettings('zone', ZONE_FIELDS, { ...given, id }, known);
  const { name, zone_type, speed_limit, loitering_threshold, min_z, max_z, vertices } = settings as {
    name: string;
    zone_type: string;
    speed_limit: number;
    loitering_threshold: number;
    min_z: number;
    max_z: number;
    vertices: Point[];
  };
  if (vertices.length < FEWEST_VERTICES)
    throw new SettingsError(`zone.vertices must be ${FEWEST_VERTICES} or more, not ${vertices.length}`);
  if (min_z >= max_z)
    throw new SettingsError(`zone.min_z must be below zone.max_z, not ${min_z} and ${max_z}`);
  if (speed_limit < 0 || loitering_threshold < 0)
    throw new SettingsError('zone.speed_limit and zone.loitering_threshold must not be negative');
  return {
    id,
    name,
    zoneType: zone_type,
    speedLimit: speed_limit,
    loiteringThreshold: loitering_threshold,
    minZ: min_z,
    maxZ: max_z,
    vertices,
  };
}
