/** Turns epoch milliseconds into the protocol's time, and that into the text of its JSON form. */

import type { Timestamp } from './types';

const NANOS_PER_MS = 1_000_000;

export const toTimestamp = (timeMs: number): Timestamp => {
  const seconds = Math.floor(timeMs / 1000);
  return { seconds, nanos: Math.floor((timeMs - seconds * 1000) * NANOS_PER_MS) };
};

const MS_DIGITS = 3;
const NANO_DIGITS = 9;

/** RFC 3339 in UTC, with 0, 3, 6 or 9 digits of a second, as the protobuf JSON mapping has it. */
export const toTimeText = (timeMs: number): string => {
  const { seconds = 0, nanos = 0 } = toTimestamp(timeMs);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  let digits = String(nanos).padStart(NANO_DIGITS, '0');
  while (digits.endsWith('0'.repeat(MS_DIGITS))) digits = digits.slice(0, -MS_DIGITS);
  return `${whole}${digits === '' ? '' : '.'}${digits}Z`;
};
