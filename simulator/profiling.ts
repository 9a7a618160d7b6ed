/** Builds the run-time measurements of the custom part. */

import type { ProfilingResultSet } from './types';

/** A frame takes about so long to compute, swaying a little with the frame's number. */
const FRAME_NANOS = 42_000_000;
const SWAY_NANOS = 250_000;
const SWAY_FRAMES = 17;

export const createProfiling = (frame: number): ProfilingResultSet => {
  const overallNanos = FRAME_NANOS + (frame % SWAY_FRAMES) * SWAY_NANOS;
  return {
    masterNode: {
      processingTimes: { FrameOverall: overallNanos, Tracking: Math.floor(overallNanos / 4) },
      memUsages: { resident: 3_481_600 },
      characteristics: { version: { text: 'simulator' }, frame: { integerNumber: frame } },
    },
    algoNodes: {
      algo_0000: {
        processingTimes: { FrameOverall: Math.floor(overallNanos / 2) },
        memUsages: { resident: 2_150_400 },
        characteristics: { load: { decimalNumber: 0.42 } },
      },
    },
  };
};
