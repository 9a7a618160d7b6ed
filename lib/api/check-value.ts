/** Single values that a message brings: checked, converted where the meaning is clear, else an error that says where. */
import { isDate } from 'node:util/types';
import { SensrError } from '../errors';

/** @returns the value, or throws SENSR_BAD_REQUEST; `where` names it for a person, e.g. `zones.get: params.zoneId`. */
export type Check<T> = (where: string, value: unknown) => T;

const MAX_SHOWN_CHARS = 60;

/** Half of a pair of UTF-16 units: UTF-8, and so a URL, cannot carry it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export function refuse(where: string, expected: string, got: unknown): never {
  throw new SensrError('SENSR_BAD_REQUEST', `${where}: expected ${expected}, got ${shown(got)}`);
}

export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  // Not String(): an object's own toString may throw.
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'nothing' : typeof value === 'function' ? 'a function' : String(value);
}

const cut = (text: string): string =>
  text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;

/** What an empty field of a form, or a message without the property, brings. */
export const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Only what a person would write as a number: Number() also takes '', ' ' and '0x1f'. */
const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const numberOf = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && NUMBER_TEXT.test(value.trim())
      ? Number(value)
      : NaN;

export const finiteNumber: Check<number> = (where, value) => {
  const number = numberOf(value);
  return Number.isFinite(number) ? number : refuse(where, 'a number', value);
};

export const wholeNumber: Check<number> = (where, value) => {
  const number = numberOf(value);
  return Number.isSafeInteger(number) ? number : refuse(where, 'a whole number', value);
};

export const fromZero: Check<number> = (where, value) => {
  const number = numberOf(value);
  return number >= 0 && Number.isFinite(number) ? number : refuse(where, 'a number from 0', value);
};

export const truth: Check<boolean> = (where, value) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return refuse(where, 'true or false', value);
};

/** A number is taken too: names such as `7` come out of a message as one. */
export const wholeText: Check<string> = (where, value) => {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return refuse(where, 'text', value);
  return LONE_SURROGATE.test(value) ? refuse(where, 'text of whole characters', value) : value;
};

export const filledText: Check<string> = (where, value) => {
  const text = wholeText(where, value);
  return text.trim() === '' ? refuse(where, 'text that is not blank', value) : text;
};

/** A Date, epoch milliseconds or ISO text. @returns RFC 3339 in UTC: SENSR's own manual prints less, which nothing can read */
export const timeText: Check<string> = (where, value) => {
  const ms = epochMsOf(value);
  const year = new Date(ms).getUTCFullYear();
  // NaN is outside too; RFC 3339 has four digits for a year.
  if (!(year >= 0 && year <= 9999))
    return refuse(where, 'a Date, epoch milliseconds, or text such as 2024-05-06T07:08:09.250Z', value);
  return new Date(ms).toISOString();
};

/** What else Date can parse, it reads differently on each machine. Without a zone it is this machine's, as in JavaScript. */
const ISO_TEXT = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;
/** Fewer digits are more likely a year, or a day written without dashes. */
const MS_TEXT = /^\d{9,}(\.\d+)?$/;

function epochMsOf(value: unknown): number {
  // A Date of another realm, as from a function node, is one too.
  if (isDate(value)) return value.getTime();
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (MS_TEXT.test(text)) return Number(text);
  return ISO_TEXT.test(text) ? Date.parse(text) : NaN;
}
