/** Decoded objects and zones as the top view needs them: centimetres and hundredths are enough, and few. */
import { createFrameReader } from '../../../lib/frames/reader';
import type { FrameWish } from '../../../lib/frames/wish';
import type { FrameRecord } from '../../../lib/thread/protocol';
import type { LiveObject, LiveZone } from '../protocol';
import { createStaticKeeper } from './static-objects';

const EVERYTHING: FrameWish = {
  stream: 'objects',
  labels: [],
  statuses: [],
  zones: [],
  minConfidence: 0,
  types: [],
  include: [],
  pointFormat: 'typed',
  maxPoints: 0,
  skipEmpty: false,
};

/** A picture with more shows nothing any more. */
export const MOST_OBJECTS = 500;
export const MOST_ZONES = 300;
const HUNDREDTHS = 100;

interface Vector {
  readonly x: number;
  readonly y: number;
}

interface DecodedObject {
  readonly id: number;
  readonly label: unknown;
  readonly bbox: { readonly position: Vector; readonly size: Vector; readonly yaw: number };
  readonly velocity: Vector;
  readonly trackingStatus: unknown;
  readonly isStatic: boolean;
}

interface DecodedZone {
  readonly id: number;
  readonly name: string;
  readonly points: readonly Vector[];
}

export interface ObjectsPicture {
  readonly timestamp: number;
  readonly list: readonly LiveObject[];
  readonly left: number;
}

export function createObjectsPicture(): (frame: FrameRecord) => ObjectsPicture | undefined {
  const read = createFrameReader(EVERYTHING);
  const withStaticOnes = createStaticKeeper();
  return ({ bytes, receivedAtMs, arrivedMs }) => {
    const { payloads, timestampMs } = read(Buffer.from(bytes));
    const decoded = payloads[0] as readonly DecodedObject[] | undefined;
    if (!decoded) return undefined;
    const shown = decoded.slice(0, MOST_OBJECTS).map(liveObject);
    const all = withStaticOnes(shown, arrivedMs);
    const list = all.slice(0, MOST_OBJECTS);
    return {
      timestamp: timestampMs ?? receivedAtMs,
      list,
      left: decoded.length - shown.length + all.length - list.length,
    };
  };
}

export function createZonesPicture(): (frame: FrameRecord) => readonly LiveZone[] | undefined {
  const read = createFrameReader({ ...EVERYTHING, stream: 'zones' });
  return ({ bytes }) => {
    const zones = read(Buffer.from(bytes)).payloads[0] as readonly DecodedZone[] | undefined;
    return zones?.slice(0, MOST_ZONES).map(({ id, name, points }) => ({
      id,
      name,
      points: points.map(({ x, y }) => [rounded(x), rounded(y)] as const),
    }));
  };
}

const liveObject = ({ id, label, bbox, velocity, trackingStatus, isStatic }: DecodedObject): LiveObject => ({
  id,
  label: String(label),
  x: rounded(bbox.position.x),
  y: rounded(bbox.position.y),
  length: rounded(bbox.size.x),
  width: rounded(bbox.size.y),
  yaw: rounded(bbox.yaw),
  speed: rounded(Math.hypot(velocity.x, velocity.y)),
  status: String(trackingStatus),
  isStatic,
});

const rounded = (value: number): number => Math.round(value * HUNDREDTHS) / HUNDREDTHS;
