/** Turns epoch milliseconds into the protocol's time. */

import type { Timestamp } from './types';

const NANOS_PER_MS = 1_000_000;

export const toTimestamp = (timeMs: number): Timestamp => {
  const seconds = Math.floor(timeMs / 1000);
  return { seconds, nanos: Math.floor((timeMs - seconds * 1000) * NANOS_PER_MS) };
};
