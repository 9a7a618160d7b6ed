/** Saved properties of a sensr-stream to what a Subscription wants: units converted, everything checked. */
import type { FrameWish } from '../../lib/frames/reader';
import type { Pacing } from '../../lib/stream/pacing';
import type { SubscriptionOptions } from '../../lib/stream/subscription';
import { PART } from '../../lib/peek/frame-kind';
import { megabytesToBytes, secondsToMs } from '../../lib/units';
import { readProperties, type ValuesOf } from '../common/read-properties';
import { PROPERTIES, type StreamName } from './properties';

type Values = ValuesOf<typeof PROPERTIES>;

/** Which parts of an output frame a stream emits; 0 = every frame. */
const PARTS: Readonly<Record<StreamName, number>> = {
  objects: PART.objects,
  events: PART.event,
  zones: PART.zones,
  health: PART.health,
  custom: PART.custom,
  output: 0,
  points: 0,
  'raw-output': 0,
  'raw-points': 0,
};

/** Streams whose messages carry events: these must not lose one to make room for something else, nor to `interval`. */
const CARRIES_EVENTS: ReadonlySet<StreamName> = new Set(['events', 'output', 'raw-output']);

/** @throws SensrError SENSR_BAD_CONFIG */
export function subscriptionOptions(saved: Readonly<Record<string, unknown>>): SubscriptionOptions {
  const values = readProperties(PROPERTIES, saved);
  const { stream } = values;
  return {
    id: String(saved['id'] ?? ''),
    kind: stream === 'points' || stream === 'raw-points' ? 'points' : 'output',
    wish: frameWish(values),
    listener: {
      parts: PARTS[stream],
      queueFrames: values.queueSize,
      queueBytes: megabytesToBytes(values.queueMB),
      // A queue of one is asked to hold the newest frame, whatever is in it.
      protectEvents: CARRIES_EVENTS.has(stream) && values.queueSize > 1,
      keepEvents: CARRIES_EVENTS.has(stream),
    },
    intervalMs: stream === 'events' ? 0 : secondsToMs(values.interval),
    pacing: pacing(values),
    stallTimeoutMs: secondsToMs(values.stallTimeout),
  };
}

function frameWish(values: Values): FrameWish {
  const {
    stream,
    labels,
    statuses,
    zones,
    minConfidence,
    types,
    include,
    pointFormat,
    maxPoints,
    skipEmpty,
  } = values;
  return {
    stream,
    labels,
    statuses,
    zones,
    minConfidence,
    types,
    include,
    pointFormat,
    maxPoints,
    skipEmpty,
  };
}

function pacing({ pacing: mode, inFlight, rate }: Values): Pacing {
  switch (mode) {
    case 'complete':
      return { mode, inFlight };
    case 'rate':
      return { mode, periodMs: secondsToMs(1) / rate };
    case 'loop':
    case 'request':
      return { mode };
  }
}
