/** Decides what a node keeps of a frame, one function per kind of thing that can be filtered. */
import { chosenNumbers } from './enums';
import {
  LABEL_TYPE_NAMES,
  POINT_RESULT_POINT_CLOUD_TYPE_NAMES,
  TRACKING_STATUS_NAMES,
} from './generated/enums';
import type { ObjectScan } from './generated/scans';
import type { FrameWish } from './wish';

const UNSET_STATUS = 0;

export type ObjectFilter = (object: ObjectScan, fromStaticList: boolean) => boolean;

/** Works on what the scan has seen, before boxes and velocities of a rejected object are decoded. */
export function createObjectFilter(wish: FrameWish): ObjectFilter {
  const labels = chosenNumbers(LABEL_TYPE_NAMES, wish.labels);
  const statuses = chosenNumbers(TRACKING_STATUS_NAMES, wish.statuses);
  const zones = wish.zones.length > 0 ? new Set(wish.zones) : undefined;
  // 0.7 asked for must keep the 0.7 that was sent, which is a little less as a 32-bit float.
  const minConfidence = Math.fround(wish.minConfidence);
  return (object, fromStaticList) => {
    if (labels && !labels.has(object.label)) return false;
    if (statuses && !statuses.has(object.trackingStatus)) {
      // What never moved may never have been tracked: the default filter must not hide static objects.
      if (!fromStaticList || object.trackingStatus !== UNSET_STATUS) return false;
    }
    if (object.confidence < minConfidence) return false;
    return !zones || object.zoneIds.some((zoneId) => zones.has(zoneId));
  };
}

/** Zone events are filtered by type and zone, all others by type alone. */
export interface EventFilter {
  readonly zoneEvent: (type: string | number, zoneId: number) => boolean;
  readonly other: (type: 'LOSING' | 'HEALTH' | 'RECALIBRATION') => boolean;
}

export function createEventFilter(wish: FrameWish): EventFilter {
  const types = wish.types.length > 0 ? new Set<string | number>(wish.types) : undefined;
  const keepsZone = createZoneFilter(wish);
  return {
    zoneEvent: (type, zoneId) => (!types || types.has(type)) && keepsZone(zoneId),
    other: (type) => !types || types.has(type),
  };
}

export function createZoneFilter(wish: FrameWish): (zoneId: number) => boolean {
  const zones = wish.zones.length > 0 ? new Set(wish.zones) : undefined;
  return (zoneId) => !zones || zones.has(zoneId);
}

export function createCloudFilter(wish: FrameWish): (type: number) => boolean {
  const types = chosenNumbers(POINT_RESULT_POINT_CLOUD_TYPE_NAMES, wish.types);
  return (type) => !types || types.has(type);
}
