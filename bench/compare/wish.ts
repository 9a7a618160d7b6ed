/** What the bare loop decodes: all that a sensr-stream node of the measured flows asks for. */
import type { FrameWish } from '../../lib/frames/reader';

export const WISH: Omit<FrameWish, 'stream'> = {
  labels: [],
  statuses: [],
  zones: [],
  minConfidence: 0,
  types: [],
  include: [],
  pointFormat: 'buffer',
  maxPoints: 0,
  skipEmpty: false,
};
