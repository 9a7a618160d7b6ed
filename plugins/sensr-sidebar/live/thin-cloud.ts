/** A point frame as an underlay for the top view: at most so many points, without height, in 16 bits an axis. */
import { createFrameReader } from '../../../lib/frames/reader';
import type { FrameRecord } from '../../../lib/thread/protocol';
import type { LivePoints } from '../protocol';

export const MOST_POINTS = 6000;
const FLOATS_PER_POINT = 3;
const INT16_MAX = 32_767;
const BYTES_PER_POINT = 4;
/** Finer is not seen. */
const LEAST_METRES_PER_UNIT = 0.01;

export type Underlay = Omit<LivePoints, 'version'>;

interface DecodedPoints {
  readonly clouds: readonly { readonly count: number; readonly points: Float32Array }[];
}

export function createUnderlay(): (frame: FrameRecord) => Underlay | undefined {
  const read = createFrameReader({
    stream: 'points',
    labels: [],
    statuses: [],
    zones: [],
    minConfidence: 0,
    types: [],
    include: [],
    pointFormat: 'typed',
    // Of each cloud; thinned where the bytes are, before anything is copied.
    maxPoints: MOST_POINTS,
    skipEmpty: false,
  });
  return ({ bytes }) => {
    const [payload] = read(Buffer.from(bytes)).payloads as readonly DecodedPoints[];
    return payload && pack(payload.clouds.map(({ points }) => points));
  };
}

/** Evenly thinned over all clouds; points that are no place are left out. */
export function pack(clouds: readonly Float32Array[]): Underlay {
  const all = clouds.reduce((sum, { length }) => sum + Math.floor(length / FLOATS_PER_POINT), 0);
  const step = Math.max(1, all / MOST_POINTS);
  const kept: number[] = [];
  let [next, index] = [0, 0];
  for (const cloud of clouds)
    for (let at = 0; at + FLOATS_PER_POINT <= cloud.length; at += FLOATS_PER_POINT, index += 1) {
      if (index < next) continue;
      next += step;
      const [x, y] = [cloud[at] ?? NaN, cloud[at + 1] ?? NaN];
      if (Number.isFinite(x) && Number.isFinite(y)) kept.push(x, y);
    }
  const [originX, reachX] = middle(kept, 0);
  const [originY, reachY] = middle(kept, 1);
  const metresPerUnit = Math.max(LEAST_METRES_PER_UNIT, Math.max(reachX, reachY) / INT16_MAX);
  const packed = Buffer.alloc((kept.length / 2) * BYTES_PER_POINT);
  for (let at = 0; at < kept.length; at += 1) {
    const origin = at % 2 === 0 ? originX : originY;
    packed.writeInt16LE(Math.round(((kept[at] ?? 0) - origin) / metresPerUnit), at * 2);
  }
  return { count: kept.length / 2, originX, originY, metresPerUnit, data: packed.toString('base64') };
}

/** @returns the middle of one axis, and how far it reaches to both sides */
function middle(flat: readonly number[], offset: 0 | 1): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let at = offset; at < flat.length; at += 2) {
    least = Math.min(least, flat[at] ?? 0);
    most = Math.max(most, flat[at] ?? 0);
  }
  return flat.length === 0 ? [0, 0] : [(least + most) / 2, (most - least) / 2];
}
