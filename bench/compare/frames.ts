/** Makes the frames that are measured: those of the simulator's quiet site, of its busy one, and its point clouds. */
import { encodeOutputMessage } from '../../simulator/encode';
import { completeOptions } from '../../simulator/options';
import { PointFrames } from '../../simulator/point-frames';
import { Scene } from '../../simulator/scene';

export const FRAME_SETS = ['field', 'median', 'busy', 'points'] as const;
export type FrameSet = (typeof FRAME_SETS)[number];

const FRAME_PERIOD_MS = 100;
const START_MS = 1_760_000_000_000;
/** A minute of the site: health, zones, events and passers-by all occur in it. */
const FIELD_FRAMES = 600;
const FRAMES_OF_ONE_SIZE = 256;
const POINT_FRAMES = 4;
/** Around the field's median of 2,116 bytes. */
const MEDIAN_BYTES = [2000, 2250] as const;
/** Without the small frames in which the busy site's zones change hands. */
const BUSY_BYTES = [6500, 9500] as const;

function* sceneFrames(busy: boolean, details: boolean): Generator<{ bytes: Buffer; objects: boolean }> {
  const options = completeOptions({ busy, details });
  const scene = new Scene({ ...options, startTimeMs: START_MS });
  for (let index = 0; ; index += 1) {
    const message = scene.next(START_MS + index * FRAME_PERIOD_MS);
    yield { bytes: encodeOutputMessage(message), objects: message.stream !== undefined };
  }
}

function take(count: number, frames: Iterable<{ bytes: Buffer; objects: boolean }>, size: readonly number[]) {
  const [least = 0, most = Infinity] = size;
  const taken: Buffer[] = [];
  for (const { bytes, objects } of frames) {
    // A frame without objects makes no message in one contender and one in the others.
    if (objects && bytes.length >= least && bytes.length <= most) taken.push(bytes);
    if (taken.length === count) break;
  }
  return taken;
}

export function framesOf(set: FrameSet): Buffer[] {
  switch (set) {
    case 'field':
      return take(FIELD_FRAMES, sceneFrames(false, true), []);
    case 'median':
      return take(FRAMES_OF_ONE_SIZE, sceneFrames(false, false), MEDIAN_BYTES);
    case 'busy':
      return take(FRAMES_OF_ONE_SIZE, sceneFrames(true, false), BUSY_BYTES);
    case 'points': {
      const clouds = new PointFrames(completeOptions());
      return Array.from({ length: POINT_FRAMES }, () => Buffer.concat(clouds.next()));
    }
  }
}
