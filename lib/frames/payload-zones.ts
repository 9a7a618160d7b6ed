/** Builds the payload of the stream `zones`: the configured zones, outlines included. */
import { polygonOrEmpty } from './defaults';
import { createZoneFilter } from './filters';
import type { StreamMessageScan } from './generated/scans';
import { readZoneConfig, type ZoneConfig } from './generated/values';
import { readAll } from './ranges';
import type { FrameWish } from './wish';

/** @returns the payloads of one frame: none, or the list of zones. */
export type ZonesPayloads = (stream: StreamMessageScan) => unknown[];

export function createZonesPayloads(wish: FrameWish): ZonesPayloads {
  const keeps = createZoneFilter(wish);
  return ({ reader, zones, hasZones }) => {
    if (!hasZones && zones.length === 0) return [];
    const payload = readAll(reader, zones, readZoneConfig)
      .filter(({ id }) => keeps(id))
      .map(toPayload);
    return wish.skipEmpty && payload.length === 0 ? [] : [payload];
  };
}

function toPayload({ id, name, type, pbox }: ZoneConfig) {
  const { minZ, maxZ, points } = polygonOrEmpty(pbox);
  return { id, name, type, minZ, maxZ, points };
}
