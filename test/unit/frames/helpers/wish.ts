/** A wish with the contract's defaults, and readers made from it. */
import { createFrameReader, type FrameContent, type FrameWish } from '../../../../lib/frames/reader';

export const STREAMS = [
  'objects',
  'events',
  'zones',
  'health',
  'custom',
  'output',
  'points',
  'raw-output',
  'raw-points',
] as const;

export function wishFor(stream: FrameWish['stream'], more: Partial<FrameWish> = {}): FrameWish {
  return {
    stream,
    labels: [],
    statuses: ['TRACKING'],
    zones: [],
    minConfidence: 0,
    types: [],
    include: [],
    pointFormat: 'buffer',
    maxPoints: 0,
    skipEmpty: false,
    ...more,
  };
}

export function read(
  stream: FrameWish['stream'],
  frame: Buffer,
  more: Partial<FrameWish> = {},
): FrameContent {
  return createFrameReader(wishFor(stream, more))(frame);
}

/** For streams that give one payload a frame. */
export function readOnly<T>(stream: FrameWish['stream'], frame: Buffer, more: Partial<FrameWish> = {}): T {
  const { payloads, problems } = read(stream, frame, more);
  if (problems.length > 0) throw problems[0];
  if (payloads.length !== 1) throw new Error(`expected one payload, got ${payloads.length}`);
  return payloads[0] as T;
}
