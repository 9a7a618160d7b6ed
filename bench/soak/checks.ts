/** Decides whether what was seen is allowed: pure, over what both sides report. */
import type { ServerReport } from '../../lib/server/server';
import type { ConnectionStats, PublishedEvent } from '../../simulator/statistics';
import { eventKey } from '../checks';
import type { SinkCounts } from './protocol';
import type { Window } from './site';

const isIn = (windows: readonly Window[], ms: number): boolean =>
  windows.some(({ fromMs, untilMs }) => ms >= fromMs && ms <= untilMs);

/** @returns a line for each stream whose node says it emitted something else than what arrived */
export function miscounted(report: ServerReport, sinks: Readonly<Record<string, SinkCounts>>): string[] {
  return Object.entries(report.streams)
    .filter(([id]) => !id.startsWith('events-'))
    .filter(([id, { emitted }]) => emitted !== (sinks[id]?.messages ?? 0))
    .map(([id, { emitted }]) => `${id}: emitted ${emitted}, arrived ${sinks[id]?.messages ?? 0}`);
}

/** @returns a line for each connection of the streams that ended while nothing was planted */
export function falseDisconnects(
  connections: readonly ConnectionStats[],
  windows: readonly Window[],
): string[] {
  return connections
    .filter(({ port }) => port === 'output' || port === 'points')
    .filter(({ closedAt }) => closedAt !== undefined && !isIn(windows, closedAt))
    .map(
      ({ port, closedAt, closedBy, closeCode, closeReason }) =>
        `${port} at ${new Date(closedAt ?? 0).toISOString()} by ${closedBy} with ${closeCode} ${closeReason ?? ''}`,
    );
}

export interface EventCheck {
  /** Published while nothing was planted. */
  readonly expected: number;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly outOfOrder: number;
}

/** @param untilMs later ones may be under way still */
export function checkEvents(
  published: readonly PublishedEvent[],
  received: readonly string[],
  windows: readonly Window[],
  untilMs: number,
): EventCheck {
  const places = new Map<string, number>();
  const twice: string[] = [];
  received.forEach((key, index) => {
    if (places.has(key)) twice.push(key);
    places.set(key, index);
  });
  // Several of one frame may be equal in all that is told of them.
  const equal = new Set<string>();
  const seen = new Set<string>();
  for (const event of published) {
    const key = eventKey(event);
    if (seen.has(key)) equal.add(key);
    seen.add(key);
  }
  const expected = published.filter(({ timestamp }) => timestamp < untilMs && !isIn(windows, timestamp));
  const lost = expected.map(eventKey).filter((key) => !places.has(key));
  let outOfOrder = 0;
  let last = -1;
  for (const event of expected) {
    const place = places.get(eventKey(event));
    if (place === undefined || equal.has(eventKey(event))) continue;
    // The events of one frame are sent by kind, not in the order of the simulator's list.
    if (place < last && timeAt(received, last) > event.timestamp) outOfOrder += 1;
    last = Math.max(last, place);
  }
  return { expected: expected.length, lost, twice: twice.filter((key) => !equal.has(key)), outOfOrder };
}

const timeAt = (received: readonly string[], place: number): number =>
  Number(received[place]?.split(' ')[1] ?? 0);
