/** Builds the payloads of the stream `events`: one for each event of a frame that the node asks for. */
import { vectorOrZero, rotationOrZero } from './defaults';
import { createEventFilter } from './filters';
import { EventMessageScan } from './generated/scans';
import {
  readLosingEvent,
  readOnlineRecalibrationEvent,
  readSystemHealth,
  readZoneEvent,
  type LosingEvent,
  type OnlineRecalibrationEvent,
  type ZoneEvent,
} from './generated/values';
import { readAll, readOne } from './ranges';
import type { WireReader } from './wire-reader';
import type { FrameWish } from './wish';

/** @param frameTimeMs stands for the time of health events, which carry none */
export type EventPayloads = (reader: WireReader, end: number, frameTimeMs: number | undefined) => unknown[];

export function createEventPayloads(wish: FrameWish): EventPayloads {
  const keeps = createEventFilter(wish);
  return (reader, end, frameTimeMs) => {
    const payloads: unknown[] = [];
    const scan = new EventMessageScan();
    scan.read(reader, end);
    for (const event of readAll(scan.reader, scan.zone, readZoneEvent))
      if (keeps.zoneEvent(event.type, event.id)) payloads.push(zonePayload(event));
    if (keeps.other('LOSING'))
      for (const event of readAll(scan.reader, scan.losing, readLosingEvent))
        payloads.push(losingPayload(event));
    if (keeps.other('HEALTH')) {
      const health = readOne(scan.reader, scan.healthStart, scan.healthEnd, readSystemHealth);
      if (health) payloads.push({ type: 'HEALTH', timestamp: frameTimeMs ?? null, health });
    }
    if (keeps.other('RECALIBRATION'))
      for (const event of readAll(scan.reader, scan.onlineRecalibration, readOnlineRecalibrationEvent))
        payloads.push(recalibrationPayload(event));
    return payloads;
  };
}

function zonePayload({ type, timestamp, id, object }: ZoneEvent) {
  return {
    type,
    timestamp,
    zoneId: id,
    object: {
      id: object?.id ?? 0,
      position: vectorOrZero(object?.position ?? null),
      heading: object?.heading ?? 0,
      velocity: vectorOrZero(object?.velocity ?? null),
    },
  };
}

function losingPayload({ timestamp, id, position, heading }: LosingEvent) {
  return { type: 'LOSING', timestamp, object: { id, position: vectorOrZero(position), heading } };
}

function recalibrationPayload({ timestamp, topic, translation, rotation }: OnlineRecalibrationEvent) {
  return {
    type: 'RECALIBRATION',
    timestamp,
    topic,
    translation: vectorOrZero(translation),
    rotation: rotationOrZero(rotation),
  };
}
