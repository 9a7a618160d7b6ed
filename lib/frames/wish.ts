/** What one sensr-stream node wants of the frames it gets, and what it is given. */
import type { SensrError } from '../errors';

/** Property names and values of sensr-stream, already validated. */
export interface FrameWish {
  readonly stream:
    'objects' | 'events' | 'zones' | 'health' | 'custom' | 'output' | 'points' | 'raw-output' | 'raw-points';
  readonly labels: readonly string[];
  readonly statuses: readonly string[];
  readonly zones: readonly number[];
  readonly minConfidence: number;
  readonly types: readonly string[];
  readonly include: readonly ('points' | 'history' | 'prediction')[];
  readonly pointFormat: 'buffer' | 'typed' | 'array';
  readonly maxPoints: number;
  readonly skipEmpty: boolean;
}

export interface FrameContent {
  /** The frame's own time, epoch ms with fractions; undefined where the frame has none (points, or not set). */
  readonly timestampMs: number | undefined;
  /** One payload a message to send; empty = nothing for this node in this frame (filtered). */
  readonly payloads: readonly unknown[];
  /** Parts that could not be read although the rest was. */
  readonly problems: readonly SensrError[];
}
