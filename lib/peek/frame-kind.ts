/** Decides which parts an output frame has, from its tags alone: what the queues of the socket thread need to know. */
import { bits32, endOfValue, endOfVarint, lowBits } from './tag-walk';

export const PART = {
  objects: 1,
  zones: 2,
  health: 4,
  event: 8,
  custom: 16,
  malformed: 32,
  overflow: 64,
} as const;

/** A frame that cannot be walked is offered to every listener: whoever decodes it reports what is wrong. */
const MALFORMED = PART.malformed | PART.objects | PART.zones | PART.health | PART.event | PART.custom;

/** Full tags, field number times eight plus wire type, of what is looked at. */
const LENGTH_DELIMITED = 2;
const OUTPUT = {
  stream: 3 * 8 + LENGTH_DELIMITED,
  event: 201 * 8 + LENGTH_DELIMITED,
  custom: 301 * 8 + LENGTH_DELIMITED,
};
const STREAM = {
  objects: 1 * 8 + LENGTH_DELIMITED,
  hasObjects: 3 * 8,
  zones: 101 * 8 + LENGTH_DELIMITED,
  health: 102 * 8 + LENGTH_DELIMITED,
  staticObjects: 103 * 8 + LENGTH_DELIMITED,
  hasZones: 104 * 8,
};
const EVENT = {
  zone: 1 * 8 + LENGTH_DELIMITED,
  losing: 2 * 8 + LENGTH_DELIMITED,
  health: 3 * 8 + LENGTH_DELIMITED,
  onlineRecalibration: 4 * 8 + LENGTH_DELIMITED,
};
const HEALTH = { master: 1 * 8 };
const OUTPUT_BUFFER_OVERFLOW = 5;

/** @returns the sum of the PARTs the frame has. Never throws. */
export function peekOutputFrame(bytes: Uint8Array): number {
  const parts = walk(bytes, 0, bytes.length, outputField);
  return parts & PART.malformed ? parts | MALFORMED : parts;
}

/** What one field adds to the parts; its value is in `at` to `end`, with its length in front where it has one. */
type Field = (bytes: Uint8Array, tag: number, at: number, end: number) => number;

function walk(bytes: Uint8Array, from: number, end: number, field: Field): number {
  let parts = 0;
  let at = from;
  while (at < end) {
    // One byte is enough for nearly every tag and for the length of most objects; only others take the calls.
    let tag = bytes[at] ?? 0;
    let valueAt = at + 1;
    if (tag >= 0x80) {
      valueAt = endOfVarint(bytes, at, end);
      tag = valueAt < 0 ? -1 : bits32(bytes, at, valueAt);
    }
    if (tag < 8) return parts | PART.malformed;
    const length = (tag & 7) === LENGTH_DELIMITED && valueAt < end ? (bytes[valueAt] ?? 0) : 0x80;
    const next = length < 0x80 ? valueAt + 1 + length : endOfValue(bytes, tag, valueAt, end);
    if (next < 0 || next > end) return parts | PART.malformed;
    parts |= field(bytes, tag, valueAt, next);
    at = next;
  }
  return parts;
}

function walkInside(bytes: Uint8Array, at: number, end: number, field: Field): number {
  return walk(bytes, endOfVarint(bytes, at, end), end, field);
}

function outputField(bytes: Uint8Array, tag: number, at: number, end: number): number {
  if (tag === OUTPUT.stream) return walkInside(bytes, at, end, streamField);
  if (tag === OUTPUT.event) return walkInside(bytes, at, end, eventField);
  return tag === OUTPUT.custom ? PART.custom : 0;
}

function streamField(bytes: Uint8Array, tag: number, at: number, end: number): number {
  switch (tag) {
    case STREAM.objects:
    case STREAM.staticObjects:
      return PART.objects;
    case STREAM.zones:
      return PART.zones;
    case STREAM.hasObjects:
      return isTrue(bytes, at, end) ? PART.objects : 0;
    case STREAM.hasZones:
      return isTrue(bytes, at, end) ? PART.zones : 0;
    case STREAM.health:
      return PART.health | walkInside(bytes, at, end, healthField);
    default:
      return 0;
  }
}

/** An event part without an event in it is none: a queue would keep such a frame at the cost of others. */
function eventField(bytes: Uint8Array, tag: number, at: number, end: number): number {
  switch (tag) {
    case EVENT.zone:
    case EVENT.losing:
    case EVENT.onlineRecalibration:
      return PART.event;
    case EVENT.health:
      return PART.event | walkInside(bytes, at, end, healthField);
    default:
      return 0;
  }
}

function healthField(bytes: Uint8Array, tag: number, at: number, end: number): number {
  return tag === HEALTH.master && lowBits(bytes, at, end) === OUTPUT_BUFFER_OVERFLOW ? PART.overflow : 0;
}

function isTrue(bytes: Uint8Array, at: number, end: number): boolean {
  for (let next = at; next < end; next += 1) if (((bytes[next] ?? 0) & 0x7f) !== 0) return true;
  return false;
}
