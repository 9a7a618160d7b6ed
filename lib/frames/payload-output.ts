/** Builds the payload of the stream `output`: the whole OutputMessage, nothing left out and nothing filtered. */
import { createCloudFormatter, type CloudFormatter } from './cloud';
import { damageOf, type OutputFrame } from './decode-output';
import { labelTypeName, trackingStatusName } from './generated/enums';
import { EventMessageScan, ObjectScan, StreamMessageScan } from './generated/scans';
import {
  readBoundingBox,
  readHistory,
  readLosingEvent,
  readOnlineRecalibrationEvent,
  readPrediction,
  readSystemHealth,
  readVector3,
  readZoneConfig,
  readZoneEvent,
} from './generated/values';
import { readCustom, type CustomPayload } from './payload-custom';
import { readAll, readOne } from './ranges';
import { readTimestampMs } from './timestamp';
import type { WireReader } from './wire-reader';
import type { FrameWish } from './wish';

type StreamPart = ReturnType<typeof readStream>;
type EventPart = ReturnType<typeof readEvent>;

/** Times in epoch milliseconds; null is a sub-message that was not sent, or could not be read. */
export interface OutputPayload {
  timestamp: number | null;
  stream: StreamPart | null;
  event: EventPart | null;
  custom: CustomPayload | null;
}

/** @throws SensrError SENSR_BAD_FRAME when something is damaged and no part could be read */
export type OutputPayloads = (frame: OutputFrame) => OutputPayload[];

export function createOutputPayloads(wish: FrameWish): OutputPayloads {
  const formatCloud = createCloudFormatter(wish);
  return (frame) => {
    const payload: OutputPayload = {
      timestamp: frame.timestampMs ?? null,
      stream: null,
      event: null,
      custom: null,
    };
    const problems = [
      damageOf(() => {
        payload.stream = frame.part('stream', (reader, end) => readStream(reader, end, formatCloud)) ?? null;
      }),
      damageOf(() => {
        payload.event = frame.part('event', readEvent) ?? null;
      }),
      damageOf(() => {
        payload.custom = frame.part('custom', readCustom) ?? null;
      }),
    ].filter((problem) => problem !== undefined);
    for (const problem of problems) if (!frame.problems.includes(problem)) frame.problems.push(problem);
    const [first] = frame.problems;
    if (first && !payload.stream && !payload.event && !payload.custom) throw first;
    return [payload];
  };
}

function readStream(reader: WireReader, end: number, formatCloud: CloudFormatter) {
  const scan = new StreamMessageScan();
  scan.read(reader, end);
  const { firstCloudArrivalTimestampStart, firstCloudArrivalTimestampEnd } = scan;
  const readObject = (from: WireReader, objectEnd: number) => readWholeObject(from, objectEnd, formatCloud);
  return {
    objects: readAll(scan.reader, scan.objects, readObject),
    firstCloudArrivalTimestamp: readOne(
      scan.reader,
      firstCloudArrivalTimestampStart,
      firstCloudArrivalTimestampEnd,
      readTimestampMs,
    ),
    hasObjects: scan.hasObjects,
    zones: readAll(scan.reader, scan.zones, readZoneConfig),
    health: readOne(scan.reader, scan.healthStart, scan.healthEnd, readSystemHealth),
    staticObjects: readAll(scan.reader, scan.staticObjects, readObject),
    hasZones: scan.hasZones,
  };
}

function readWholeObject(from: WireReader, end: number, formatCloud: CloudFormatter) {
  const scan = new ObjectScan();
  scan.read(from, end);
  const { reader, pointsStart, pointsEnd, intensitiesStart, intensitiesEnd } = scan;
  const cloud = formatCloud(
    { bytes: reader.bytes, pointsStart, pointsEnd, intensitiesStart, intensitiesEnd },
    false,
  );
  return {
    id: scan.id,
    label: labelTypeName(scan.label),
    confidence: scan.confidence,
    bbox: readOne(reader, scan.bboxStart, scan.bboxEnd, readBoundingBox),
    velocity: readOne(reader, scan.velocityStart, scan.velocityEnd, readVector3),
    trackingStatus: trackingStatusName(scan.trackingStatus),
    yawRate: scan.yawRate,
    retroReflective: scan.retroReflective,
    lastObservedTimestamp: readOne(
      reader,
      scan.lastObservedTimestampStart,
      scan.lastObservedTimestampEnd,
      readTimestampMs,
    ),
    isStatic: scan.isStatic,
    points: cloud.points,
    history: readOne(reader, scan.historyStart, scan.historyEnd, readHistory),
    prediction: readOne(reader, scan.predictionStart, scan.predictionEnd, readPrediction),
    zoneIds: scan.zoneIds,
    intensities: cloud.intensities,
  };
}

function readEvent(reader: WireReader, end: number) {
  const scan = new EventMessageScan();
  scan.read(reader, end);
  return {
    zone: readAll(scan.reader, scan.zone, readZoneEvent),
    losing: readAll(scan.reader, scan.losing, readLosingEvent),
    health: readOne(scan.reader, scan.healthStart, scan.healthEnd, readSystemHealth),
    onlineRecalibration: readAll(scan.reader, scan.onlineRecalibration, readOnlineRecalibrationEvent),
  };
}
