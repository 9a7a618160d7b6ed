/** Checks that several programs make of what a run left behind: books, events and growth. */
import type { ServerReport } from '../lib/server/server';

/** @returns a line for each stream whose books do not balance */
export function unbalanced(report: ServerReport): string[] {
  return Object.entries(report.streams)
    .filter(([, c]) => c.received !== c.emitted + c.filtered + c.dropped + c.queued)
    .map(
      ([id, c]) =>
        `${id}: received ${c.received}, emitted ${c.emitted} + filtered ${c.filtered} + dropped ${c.dropped} + queued ${c.queued}`,
    );
}

/** What tells an event from another, on both sides. */
interface EventParts {
  readonly type: string;
  readonly timestamp: number;
  readonly zoneId?: number | null | undefined;
  readonly objectId?: number | null | undefined;
}

export const eventKey = ({ type, timestamp, zoneId, objectId }: EventParts): string =>
  `${type} ${timestamp} ${zoneId ?? ''} ${objectId ?? ''}`;

export interface Sampled {
  readonly atMs: number;
  readonly value: number;
}

/** Least squares. @returns growth a minute */
export function slopePerMinute(samples: readonly Sampled[]): number {
  const count = samples.length;
  if (count < 2) return 0;
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / count;
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / count;
  const covariance = samples.reduce((sum, { atMs, value }) => sum + (atMs - meanAt) * (value - mean), 0);
  const variance = samples.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0);
  return variance === 0 ? 0 : (covariance / variance) * 60_000;
}
