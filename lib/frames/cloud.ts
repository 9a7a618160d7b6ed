/** Turns packed points and intensities into what `pointFormat` and `maxPoints` ask for. */
import { alignedView, ownCopy, ownFloats } from './point-memory';
import type { FrameWish } from './wish';

const FLOAT_BYTES = 4;
const POINT_BYTES = 12;
/** One for all: nothing can be written into it, and making one costs more than reading an object. */
const NO_BYTES = Buffer.alloc(0);

export type FloatList = Buffer | Float32Array | number[];

export interface Cloud {
  count: number;
  points: FloatList;
  intensities: FloatList;
}

/** Where the two fields are in `bytes`; a start of -1 says that the field is not there. */
export interface PackedCloud {
  readonly bytes: Buffer;
  readonly pointsStart: number;
  readonly pointsEnd: number;
  readonly intensitiesStart: number;
  readonly intensitiesEnd: number;
}

/** @param mayView whether Buffers may view the frame; otherwise each gets memory of its own */
export type CloudFormatter = (packed: PackedCloud, mayView: boolean) => Cloud;

export function createCloudFormatter({ pointFormat, maxPoints }: FrameWish): CloudFormatter {
  return (packed, mayView) => {
    const { bytes, pointsStart, intensitiesStart } = packed;
    const pointsBytes = packed.pointsEnd - pointsStart;
    const intensitiesBytes = packed.intensitiesEnd - intensitiesStart;
    // There is no count on the wire; a tail that is no whole point, or no whole float, is ignored.
    const count = Math.floor(pointsBytes / POINT_BYTES);
    const intensityCount = Math.floor(intensitiesBytes / FLOAT_BYTES);
    if (maxPoints > 0 && count > maxPoints) {
      const points = thin(bytes, pointsStart, POINT_BYTES, count, count, maxPoints);
      const intensities = thin(bytes, intensitiesStart, FLOAT_BYTES, intensityCount, count, maxPoints);
      return {
        count: maxPoints,
        points: format(points, 0, points.length, points.length, pointFormat, true),
        intensities: format(intensities, 0, intensities.length, intensities.length, pointFormat, true),
      };
    }
    const pointsEnd = pointsStart + count * POINT_BYTES;
    const intensitiesEnd = intensitiesStart + intensityCount * FLOAT_BYTES;
    return {
      count,
      points: format(bytes, pointsStart, pointsEnd, pointsBytes, pointFormat, mayView),
      intensities: format(bytes, intensitiesStart, intensitiesEnd, intensitiesBytes, pointFormat, mayView),
    };
  };
}

function format(
  bytes: Buffer,
  start: number,
  end: number,
  fieldBytes: number,
  pointFormat: FrameWish['pointFormat'],
  mayView: boolean,
): FloatList {
  if (pointFormat === 'typed') return start < end ? ownFloats(bytes, start, end) : new Float32Array(0);
  if (pointFormat === 'array') return numbers(bytes, start, end);
  if (start >= end) return NO_BYTES;
  return mayView ? alignedView(bytes, start, end, fieldBytes) : ownCopy(bytes, start, end);
}

function numbers(bytes: Buffer, start: number, end: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const list: number[] = [];
  for (let at = start; at < end; at += FLOAT_BYTES) list.push(view.getFloat32(at, true));
  return list;
}

/**
 * Takes `kept` of `total` items at even distances, always the same ones, the first among them. Points and intensities
 * are thinned by the same `total`; where fewer intensities came than points, those that are there are taken.
 */
function thin(
  bytes: Buffer,
  start: number,
  itemBytes: number,
  available: number,
  total: number,
  kept: number,
): Buffer {
  const out = Buffer.allocUnsafe(Math.min(kept, Math.ceil((available * kept) / total)) * itemBytes);
  // Whole words, not floats: a NaN keeps the bits it came with.
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const target = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let index = 0, to = 0; to < out.length; index += 1) {
    let from = start + Math.floor((index * total) / kept) * itemBytes;
    for (const itemEnd = to + itemBytes; to < itemEnd; to += FLOAT_BYTES, from += FLOAT_BYTES)
      target.setInt32(to, source.getInt32(from));
  }
  return out;
}
