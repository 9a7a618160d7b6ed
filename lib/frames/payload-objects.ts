/** Builds the payload of the stream `objects`: tracked and static objects, filtered, with what `include` adds. */
import { createCloudFormatter, type Cloud } from './cloud';
import { polygonOrEmpty, vectorOrZero } from './defaults';
import { createObjectFilter } from './filters';
import { labelTypeName, trackingStatusName, type LabelType, type TrackingStatus } from './generated/enums';
import { ObjectScan, type StreamMessageScan } from './generated/scans';
import {
  readBoundingBox,
  readHistory,
  readPrediction,
  readVector3,
  type PolygonBox,
  type Vector3,
} from './generated/values';
import { readOne } from './ranges';
import { readTimestampMs } from './timestamp';
import type { FrameWish } from './wish';

export interface ObjectPayload {
  id: number;
  label: LabelType;
  confidence: number;
  bbox: { position: Vector3; size: Vector3; yaw: number };
  velocity: Vector3;
  trackingStatus: TrackingStatus;
  yawRate: number;
  retroReflective: boolean;
  lastObserved: number | null;
  isStatic: boolean;
  zoneIds: number[];
  points?: Cloud;
  history?: { position: Vector3; timestamp: number | null }[];
  prediction?: {
    positions: Vector3[];
    reachableSet: { tOffset: number; space: PolygonBox }[];
  };
}

/** @returns the payloads of one frame: none, or the list of its objects. */
export type ObjectsPayloads = (stream: StreamMessageScan) => ObjectPayload[][];

export function createObjectsPayloads(wish: FrameWish): ObjectsPayloads {
  const keeps = createObjectFilter(wish);
  const formatCloud = createCloudFormatter(wish);
  const addPoints = wish.include.includes('points');
  const addHistory = wish.include.includes('history');
  const addPrediction = wish.include.includes('prediction');

  const append = (
    payload: ObjectPayload[],
    stream: StreamMessageScan,
    scan: ObjectScan,
    areStatic: boolean,
  ) => {
    const { reader } = stream;
    const ranges = areStatic ? stream.staticObjects : stream.objects;
    for (let index = 0; index < ranges.length; index += 2) {
      reader.pos = ranges[index] ?? 0;
      scan.read(reader, ranges[index + 1] ?? 0);
      if (!keeps(scan, areStatic)) continue;
      const object = toPayload(scan, areStatic);
      // Views would keep the whole frame alive for as long as a flow keeps one object.
      if (addPoints) object.points = formatCloud(packedCloud(scan), false);
      if (addHistory) object.history = toHistory(scan);
      if (addPrediction) object.prediction = toPrediction(scan);
      payload.push(object);
    }
  };

  return (stream) => {
    // Servers older than the flag never set it; with the flag, an empty list says that there is no object.
    if (!stream.hasObjects && stream.objects.length === 0 && stream.staticObjects.length === 0) return [];
    const payload: ObjectPayload[] = [];
    const scan = new ObjectScan();
    append(payload, stream, scan, false);
    append(payload, stream, scan, true);
    return wish.skipEmpty && payload.length === 0 ? [] : [payload];
  };
}

function toPayload(scan: ObjectScan, fromStaticList: boolean): ObjectPayload {
  const { reader, lastObservedTimestampStart, lastObservedTimestampEnd } = scan;
  return {
    id: scan.id,
    label: labelTypeName(scan.label),
    confidence: scan.confidence,
    bbox: toBox(scan),
    velocity: vectorOrZero(readOne(reader, scan.velocityStart, scan.velocityEnd, readVector3)),
    trackingStatus: trackingStatusName(scan.trackingStatus),
    yawRate: scan.yawRate,
    retroReflective: scan.retroReflective,
    lastObserved: readOne(reader, lastObservedTimestampStart, lastObservedTimestampEnd, readTimestampMs),
    isStatic: fromStaticList || scan.isStatic,
    zoneIds: scan.zoneIds,
  };
}

function toBox({ reader, bboxStart, bboxEnd }: ObjectScan): ObjectPayload['bbox'] {
  const box = readOne(reader, bboxStart, bboxEnd, readBoundingBox) ?? { position: null, size: null, yaw: 0 };
  box.position ??= vectorOrZero(null);
  box.size ??= vectorOrZero(null);
  return box as ObjectPayload['bbox'];
}

function packedCloud(scan: ObjectScan) {
  const { pointsStart, pointsEnd, intensitiesStart, intensitiesEnd } = scan;
  return { bytes: scan.reader.bytes, pointsStart, pointsEnd, intensitiesStart, intensitiesEnd };
}

function toHistory({ reader, historyStart, historyEnd }: ObjectScan): NonNullable<ObjectPayload['history']> {
  const states = readOne(reader, historyStart, historyEnd, readHistory)?.states ?? [];
  return states.map(({ position, timestamp }) => ({ position: vectorOrZero(position), timestamp }));
}

function toPrediction({
  reader,
  predictionStart,
  predictionEnd,
}: ObjectScan): NonNullable<ObjectPayload['prediction']> {
  const prediction = readOne(reader, predictionStart, predictionEnd, readPrediction);
  if (!prediction) return { positions: [], reachableSet: [] };
  return {
    positions: prediction.positions,
    reachableSet: prediction.reachableSet.map(({ tOffset, space }) => ({
      tOffset,
      space: polygonOrEmpty(space),
    })),
  };
}
