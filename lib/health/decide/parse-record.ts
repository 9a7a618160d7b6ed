/** Reads the saved record, trusting nothing: a field that is not what it should be makes the whole file worthless. */
import { messageOf } from '../../errors';
import { RECORD_VERSION, type HistoryEntry, type StateRecord } from './record';

export type ParsedRecord =
  | { readonly kind: 'ok'; readonly record: StateRecord }
  | { readonly kind: 'corrupt'; readonly why: string }
  | { readonly kind: 'newer'; readonly why: string };

type Check = (value: unknown) => boolean;

const isTime: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOf =
  (...texts: readonly string[]): Check =>
  (value) =>
    texts.some((text) => text === value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isAction = oneOf('recycle', 'flows', 'process');
const isCounts: Check = (value) => isObject(value) && Object.values(value).every(isTime);

const ENTRY: Readonly<Record<keyof HistoryEntry, Check>> = {
  at: isTime,
  action: isAction,
  reason: isText,
  cause: oneOf('auto', 'manual', 'scheduled', 'crash'),
  rssBefore: orNull(isTime),
  rssAfter: orNull(isTime),
  uptimeS: isTime,
  ok: orNull(isFlag),
};

const RECORD: Readonly<Record<keyof StateRecord, Check>> = {
  v: (value) => value === RECORD_VERSION,
  bootId: isText,
  startedAt: isTime,
  heartbeatAt: isTime,
  cleanExit: isFlag,
  pending: orNull(shape({ action: isAction, reason: isText, at: isTime })),
  history: listOf(shape(ENTRY)),
  backoffMin: isTime,
  lockedUntil: (value) => value === null || value === 'reset' || isTime(value),
  lockedBy: orNull(isText),
  scheduledAt: listOf(isTime),
  earlyExits: isTime,
  countFrom: isTime,
  totals: isCounts,
  blocked: isCounts,
};

export function parseRecord(text: string): ParsedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'corrupt', why: messageOf(error) };
  }
  if (!isObject(value)) return { kind: 'corrupt', why: 'expected an object' };
  const version = value['v'];
  if (typeof version === 'number' && version > RECORD_VERSION)
    return { kind: 'newer', why: `its version is ${version}, known is ${RECORD_VERSION}` };
  const wrong = Object.entries(RECORD).find(([name, check]) => !check(value[name]));
  if (wrong)
    return { kind: 'corrupt', why: `'${wrong[0]}' is ${JSON.stringify(value[wrong[0]]) ?? 'missing'}` };
  return { kind: 'ok', record: value as unknown as StateRecord };
}
