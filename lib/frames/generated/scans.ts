/** Scanners that note where the parts of a message are; decoding them is up to the caller. Written by scripts/generate-reader.mjs from sensr.proto: do not edit. */

import { joinRepeated } from '../wire-merge';
import { WireReader } from '../wire-reader';

const NOTHING = new WireReader(Buffer.alloc(0));

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class OutputMessageScan {
  reader = NOTHING;
  timestampStart = -1;
  timestampEnd = -1;
  streamStart = -1;
  streamEnd = -1;
  eventStart = -1;
  eventEnd = -1;
  customStart = -1;
  customEnd = -1;

  read(r: WireReader, end = r.bytes.length): void {
    const start = r.pos;
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.timestampStart = -1;
    this.timestampEnd = -1;
    this.streamStart = -1;
    this.streamEnd = -1;
    this.eventStart = -1;
    this.eventEnd = -1;
    this.customStart = -1;
    this.customEnd = -1;
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 10: {
          if (this.timestampStart >= 0) return this.read(joinRepeated(r, start, end, [10, 26, 1610, 2410]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.timestampStart = pos;
          this.timestampEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 26: {
          if (this.streamStart >= 0) return this.read(joinRepeated(r, start, end, [10, 26, 1610, 2410]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.streamStart = pos;
          this.streamEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 1610: {
          if (this.eventStart >= 0) return this.read(joinRepeated(r, start, end, [10, 26, 1610, 2410]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.eventStart = pos;
          this.eventEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 2410: {
          if (this.customStart >= 0) return this.read(joinRepeated(r, start, end, [10, 26, 1610, 2410]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.customStart = pos;
          this.customEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class StreamMessageScan {
  reader = NOTHING;
  objects: number[] = [];
  firstCloudArrivalTimestampStart = -1;
  firstCloudArrivalTimestampEnd = -1;
  hasObjects = false;
  zones: number[] = [];
  healthStart = -1;
  healthEnd = -1;
  staticObjects: number[] = [];
  hasZones = false;

  read(r: WireReader, end = r.bytes.length): void {
    const start = r.pos;
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.objects = [];
    this.firstCloudArrivalTimestampStart = -1;
    this.firstCloudArrivalTimestampEnd = -1;
    this.hasObjects = false;
    this.zones = [];
    this.healthStart = -1;
    this.healthEnd = -1;
    this.staticObjects = [];
    this.hasZones = false;
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 10: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.objects.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 18: {
          if (this.firstCloudArrivalTimestampStart >= 0) return this.read(joinRepeated(r, start, end, [18, 818]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.firstCloudArrivalTimestampStart = pos;
          this.firstCloudArrivalTimestampEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 24: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.hasObjects = byte !== 0;
            pos += 1;
          } else {
            r.pos = pos;
            this.hasObjects = r.bool();
            pos = r.pos;
          }
          break;
        }
        case 810: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.zones.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 818: {
          if (this.healthStart >= 0) return this.read(joinRepeated(r, start, end, [18, 818]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.healthStart = pos;
          this.healthEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 826: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.staticObjects.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 832: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.hasZones = byte !== 0;
            pos += 1;
          } else {
            r.pos = pos;
            this.hasZones = r.bool();
            pos = r.pos;
          }
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class ObjectScan {
  reader = NOTHING;
  id = 0;
  label = 0;
  confidence = 0;
  bboxStart = -1;
  bboxEnd = -1;
  velocityStart = -1;
  velocityEnd = -1;
  trackingStatus = 0;
  yawRate = 0;
  retroReflective = false;
  lastObservedTimestampStart = -1;
  lastObservedTimestampEnd = -1;
  isStatic = false;
  pointsStart = -1;
  pointsEnd = -1;
  historyStart = -1;
  historyEnd = -1;
  predictionStart = -1;
  predictionEnd = -1;
  zoneIds: number[] = [];
  intensitiesStart = -1;
  intensitiesEnd = -1;

  read(r: WireReader, end = r.bytes.length): void {
    const start = r.pos;
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.id = 0;
    this.label = 0;
    this.confidence = 0;
    this.bboxStart = -1;
    this.bboxEnd = -1;
    this.velocityStart = -1;
    this.velocityEnd = -1;
    this.trackingStatus = 0;
    this.yawRate = 0;
    this.retroReflective = false;
    this.lastObservedTimestampStart = -1;
    this.lastObservedTimestampEnd = -1;
    this.isStatic = false;
    this.pointsStart = -1;
    this.pointsEnd = -1;
    this.historyStart = -1;
    this.historyEnd = -1;
    this.predictionStart = -1;
    this.predictionEnd = -1;
    this.zoneIds = [];
    this.intensitiesStart = -1;
    this.intensitiesEnd = -1;
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 8: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.id = byte;
            pos += 1;
          } else {
            r.pos = pos;
            this.id = r.int32();
            pos = r.pos;
          }
          break;
        }
        case 16: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.label = byte;
            pos += 1;
          } else {
            r.pos = pos;
            this.label = r.int32();
            pos = r.pos;
          }
          break;
        }
        case 29: {
          if (pos + 4 > end) r.cut(pos);
          this.confidence = r.floatAt(pos);
          pos += 4;
          break;
        }
        case 34: {
          if (this.bboxStart >= 0) return this.read(joinRepeated(r, start, end, [34, 42, 90, 818, 826]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.bboxStart = pos;
          this.bboxEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 42: {
          if (this.velocityStart >= 0) return this.read(joinRepeated(r, start, end, [34, 42, 90, 818, 826]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.velocityStart = pos;
          this.velocityEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 48: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.trackingStatus = byte;
            pos += 1;
          } else {
            r.pos = pos;
            this.trackingStatus = r.int32();
            pos = r.pos;
          }
          break;
        }
        case 69: {
          if (pos + 4 > end) r.cut(pos);
          this.yawRate = r.floatAt(pos);
          pos += 4;
          break;
        }
        case 80: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.retroReflective = byte !== 0;
            pos += 1;
          } else {
            r.pos = pos;
            this.retroReflective = r.bool();
            pos = r.pos;
          }
          break;
        }
        case 90: {
          if (this.lastObservedTimestampStart >= 0) return this.read(joinRepeated(r, start, end, [34, 42, 90, 818, 826]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.lastObservedTimestampStart = pos;
          this.lastObservedTimestampEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 96: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.isStatic = byte !== 0;
            pos += 1;
          } else {
            r.pos = pos;
            this.isStatic = r.bool();
            pos = r.pos;
          }
          break;
        }
        case 810: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.pointsStart = pos;
          this.pointsEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 818: {
          if (this.historyStart >= 0) return this.read(joinRepeated(r, start, end, [34, 42, 90, 818, 826]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.historyStart = pos;
          this.historyEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 826: {
          if (this.predictionStart >= 0) return this.read(joinRepeated(r, start, end, [34, 42, 90, 818, 826]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.predictionStart = pos;
          this.predictionEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 832: {
          r.pos = pos;
          this.zoneIds.push(r.int32());
          pos = r.pos;
          break;
        }
        case 834: {
          r.pos = pos;
          const packedEnd = r.enter(end);
          while (r.pos < packedEnd) this.zoneIds.push(r.int32());
          r.finish(packedEnd);
          pos = packedEnd;
          break;
        }
        case 842: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.intensitiesStart = pos;
          this.intensitiesEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class EventMessageScan {
  reader = NOTHING;
  zone: number[] = [];
  losing: number[] = [];
  healthStart = -1;
  healthEnd = -1;
  onlineRecalibration: number[] = [];

  read(r: WireReader, end = r.bytes.length): void {
    const start = r.pos;
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.zone = [];
    this.losing = [];
    this.healthStart = -1;
    this.healthEnd = -1;
    this.onlineRecalibration = [];
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 10: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.zone.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 18: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.losing.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 26: {
          if (this.healthStart >= 0) return this.read(joinRepeated(r, start, end, [26]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.healthStart = pos;
          this.healthEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 34: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.onlineRecalibration.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class CustomMessageScan {
  reader = NOTHING;
  vehicleOrientedFieldsOfRegard: number[] = [];
  bgLearningProgress = 0;
  part102Start = -1;
  part102End = -1;
  part103Start = -1;
  part103End = -1;
  part104Start = -1;
  part104End = -1;

  read(r: WireReader, end = r.bytes.length): void {
    const start = r.pos;
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.vehicleOrientedFieldsOfRegard = [];
    this.bgLearningProgress = 0;
    this.part102Start = -1;
    this.part102End = -1;
    this.part103Start = -1;
    this.part103End = -1;
    this.part104Start = -1;
    this.part104End = -1;
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 18: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.vehicleOrientedFieldsOfRegard.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 813: {
          if (pos + 4 > end) r.cut(pos);
          this.bgLearningProgress = r.floatAt(pos);
          pos += 4;
          break;
        }
        case 818: {
          if (this.part102Start >= 0) return this.read(joinRepeated(r, start, end, [818, 826, 834]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.part102Start = pos;
          this.part102End = valueEnd;
          pos = valueEnd;
          break;
        }
        case 826: {
          if (this.part103Start >= 0) return this.read(joinRepeated(r, start, end, [818, 826, 834]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.part103Start = pos;
          this.part103End = valueEnd;
          pos = valueEnd;
          break;
        }
        case 834: {
          if (this.part104Start >= 0) return this.read(joinRepeated(r, start, end, [818, 826, 834]));
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.part104Start = pos;
          this.part104End = valueEnd;
          pos = valueEnd;
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class PointResultScan {
  reader = NOTHING;
  points: number[] = [];
  uid = '';

  read(r: WireReader, end = r.bytes.length): void {
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.points = [];
    this.uid = '';
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 10: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.points.push(pos, valueEnd);
          pos = valueEnd;
          break;
        }
        case 1610: {
          r.pos = pos;
          this.uid = r.string(end);
          pos = r.pos;
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}

/** May be used again and again: `read` starts anew. Ranges are positions in `reader`; -1 says that there is none. */
export class PointResultPointCloudScan {
  reader = NOTHING;
  type = 0;
  id = '';
  pointsStart = -1;
  pointsEnd = -1;
  intensitiesStart = -1;
  intensitiesEnd = -1;

  read(r: WireReader, end = r.bytes.length): void {
    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
    this.type = 0;
    this.id = '';
    this.pointsStart = -1;
    this.pointsEnd = -1;
    this.intensitiesStart = -1;
    this.intensitiesEnd = -1;
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else {
        r.pos = pos;
        tag = r.tag();
        pos = r.pos;
      }
      switch (tag) {
        case 8: {
          const byte = bytes[pos] ?? 0;
          if (byte < 0x80) {
            this.type = byte;
            pos += 1;
          } else {
            r.pos = pos;
            this.type = r.int32();
            pos = r.pos;
          }
          break;
        }
        case 18: {
          r.pos = pos;
          this.id = r.string(end);
          pos = r.pos;
          break;
        }
        case 26: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.pointsStart = pos;
          this.pointsEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        case 34: {
          let valueEnd = bytes[pos] ?? 0;
          if (valueEnd < 0x80) {
            pos += 1;
            valueEnd += pos;
            if (valueEnd > end) r.overrun(pos);
          } else {
            r.pos = pos;
            valueEnd = r.enter(end);
            pos = r.pos;
          }
          this.intensitiesStart = pos;
          this.intensitiesEnd = valueEnd;
          pos = valueEnd;
          break;
        }
        default:
          r.pos = pos;
          r.skip(tag, end);
          pos = r.pos;
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}
