/** Gives a frame to peek and to the decoder, and decides whether what they make of it is allowed. */
import { SensrError, messageOf } from '../../lib/errors';
import {
  createFrameReader,
  type FrameContent,
  type FrameReader,
  type FrameWish,
} from '../../lib/frames/reader';
import type { OutputPayload } from '../../lib/frames/payload-output';
import { PART, peekOutputFrame } from '../../lib/peek/frame-kind';
import type { Random } from '../../simulator/random';
import { oneOf } from './mutate';

/** A frame that broke a rule, with the rule. */
export class Violation extends Error {}

interface Target {
  readonly name: string;
  /** What peek must have seen for this reader to find anything; 0 = no part. */
  readonly parts: number;
  readonly read: FrameReader;
}

const INCLUDE = ['points', 'history', 'prediction'] as const;

const target = (stream: FrameWish['stream'], parts: number, more: Partial<FrameWish> = {}): Target => {
  const wish: FrameWish = {
    ...{ stream, labels: [], statuses: [], zones: [], minConfidence: 0, types: [], include: [] },
    ...{ pointFormat: 'buffer', maxPoints: 0, skipEmpty: false },
    ...more,
  };
  return { name: `${stream} ${JSON.stringify(more)}`, parts, read: createFrameReader(wish) };
};

const WHOLE = target('output', 0);
const TARGETS: readonly Target[] = [
  target('objects', PART.objects),
  target('objects', PART.objects, { include: INCLUDE, pointFormat: 'array' }),
  target('objects', PART.objects, { include: INCLUDE, pointFormat: 'typed', maxPoints: 3 }),
  target('objects', PART.objects, {
    ...{ labels: ['LABEL_CAR'], statuses: ['TRACKING'], zones: [1001], minConfidence: 0.5, skipEmpty: true },
  }),
  target('events', PART.event),
  target('events', PART.event, { types: ['ENTRY', 'HEALTH'], zones: [1001] }),
  target('zones', PART.zones),
  target('health', PART.health),
  target('custom', PART.custom),
  target('output', 0, { pointFormat: 'array', maxPoints: 2 }),
  target('raw-output', 0),
  target('points', 0),
  target('points', 0, { pointFormat: 'typed' }),
  target('points', 0, { pointFormat: 'array', maxPoints: 5, types: ['GROUND'], skipEmpty: true }),
  target('raw-points', 0),
];

export interface Verdict {
  /** Frames of one kind take the same way through the code, as far as can be told from outside. */
  readonly kinds: readonly string[];
  readonly contents: readonly FrameContent[];
}

/**
 * @param isThorough also looks at every value of the payloads
 * @throws Violation
 */
export function judgeFrame(bytes: Buffer, random: Random, isThorough: boolean): Verdict {
  const parts = peekOutputFrame(bytes);
  const chosen = oneOf(random, TARGETS);
  const contents: FrameContent[] = [];
  const kinds = [`peek ${parts}`];
  for (const one of [WHOLE, chosen]) {
    const outcome = readWith(one, bytes);
    if (typeof outcome === 'string') kinds.push(`${one.name}: ${outcome}`);
    else {
      contents.push(outcome);
      const problems = outcome.problems.map(({ message }) => withoutNumbers(message)).join();
      kinds.push(`${one.name}: ${problems} ${shapeOf(outcome.payloads)}`);
      checkContent(one, outcome, parts);
      if (isThorough) checkValue(outcome.payloads, one.name);
    }
  }
  return { kinds, contents };
}

function readWith({ name, read }: Target, bytes: Buffer): FrameContent | string {
  try {
    // Readers may change the frame.
    return read(Buffer.from(bytes));
  } catch (error) {
    if (error instanceof SensrError && error.code === 'SENSR_BAD_FRAME') return withoutNumbers(error.message);
    throw new Violation(`${name} threw ${messageOf(error)}, not a SENSR_BAD_FRAME`, { cause: error });
  }
}

/** The queues go by what peek sees: what it overlooks is never offered to the node that wants it. */
function checkContent(
  { name, parts }: Target,
  { payloads, problems, timestampMs }: FrameContent,
  seen: number,
) {
  if (parts !== 0 && payloads.length > 0 && (seen & parts) === 0)
    throw new Violation(`${name} found ${payloads.length} payloads that peek did not see (parts ${seen})`);
  if (name === WHOLE.name) {
    const overlooked = partsIn(payloads[0] as OutputPayload) & ~seen;
    if (overlooked !== 0) throw new Violation(`peek overlooked the parts ${overlooked} (saw ${seen})`);
  }
  if (problems.some(({ code }) => code !== 'SENSR_BAD_FRAME'))
    throw new Violation(`${name} told a problem that is no SENSR_BAD_FRAME`);
  if (timestampMs !== undefined && typeof timestampMs !== 'number')
    throw new Violation(`${name} told the time ${String(timestampMs)}`);
}

/** What the whole payload shows, by the part that peek must have announced for it. */
function partsIn({ stream, event, custom }: OutputPayload): number {
  let parts = custom ? PART.custom : 0;
  if (stream) {
    const { objects, staticObjects, hasObjects, zones, hasZones, health } = stream;
    if (objects.length + staticObjects.length > 0 || hasObjects) parts |= PART.objects;
    if (zones.length > 0 || hasZones) parts |= PART.zones;
    if (health) parts |= PART.health;
  }
  if (
    event &&
    (event.zone.length + event.losing.length + event.onlineRecalibration.length > 0 || event.health)
  )
    parts |= PART.event;
  return parts;
}

const PLAIN: ReadonlySet<string> = new Set(['number', 'string', 'boolean']);

function checkValue(value: unknown, where: string): void {
  if (PLAIN.has(typeof value) || value === null || Buffer.isBuffer(value) || value instanceof Float32Array)
    return;
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null)
    throw new Violation(`${where} holds a ${typeof value} that no flow expects`);
  for (const [name, inner] of Object.entries(value as object)) checkValue(inner, `${where}.${name}`);
}

const withoutNumbers = (message: string): string => message.replace(/\d+/g, 'n');

/** None, one or many of what, two levels deep. */
function shapeOf(value: unknown, depth = 0): string {
  if (Buffer.isBuffer(value) || value instanceof Float32Array) return value.length === 0 ? '0' : 'b';
  if (Array.isArray(value)) {
    if (value.length === 0) return '0';
    return (value.length === 1 ? '1' : 'n') + (depth < 3 ? shapeOf(value[0], depth + 1) : '');
  }
  if (typeof value !== 'object') return '';
  if (value === null) return '-';
  if (depth > 2) return '+';
  let shape = '';
  for (const inner of Object.values(value)) shape += shapeOf(inner, depth + 1);
  return shape;
}
