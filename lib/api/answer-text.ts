/** The text of an answer before anything is known of its meaning: is it JSON, a quoted id, a sentence, a web page? */
import { SensrError, messageOf } from '../errors';

const SHOWN_CHARS = 100;

/** What cannot be read, with what was expected and how it began. */
export function unreadable(operation: string, expected: string, got: string, cause?: unknown): SensrError {
  const start = got.slice(0, SHOWN_CHARS);
  const rest = got.length > SHOWN_CHARS ? '…' : '';
  return new SensrError(
    'SENSR_BAD_RESPONSE',
    `${operation}: expected ${expected}, got ${start.trim() === '' ? 'an empty answer' : `'${start}${rest}'`}`,
    cause,
  );
}

/** A proxy, a web server on the wrong port, a login page: whatever SENSR says, it does not say it in HTML. */
export const isPage = (text: string): boolean => /^\s*<[!?a-z]/i.test(text);

/** SENSR answers sentences as well: only what begins like JSON is held to be some. */
export const looksLikeJson = (text: string): boolean => /^\s*[[{"\-\d]|^\s*(true|false|null)\s*$/.test(text);

/** @throws SensrError SENSR_BAD_RESPONSE */
export function parseJson(operation: string, expected: string, text: string): unknown {
  if (!/^\s*[[{]/.test(text)) throw unreadable(operation, expected, text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = `${expected} (${messageOf(error).slice(0, SHOWN_CHARS)})`;
    throw unreadable(operation, why, text, error);
  }
}

/** Takes the quotes off a bare text; the manual's own example lacks the closing one. */
export function unquoted(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('"')) return trimmed;
  const parsed = jsonText(trimmed) ?? jsonText(`${trimmed}"`);
  return parsed ?? trimmed.slice(1).replace(/"$/, '');
}

function jsonText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One bare value: a number, true or false, JSON, else the text without its quotes. */
export function bareValue(operation: string, text: string): unknown {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed)) return parseJson(operation, 'a value', trimmed);
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(trimmed)) return unquoted(trimmed);
  const number = Number(trimmed);
  // Leading zeros, or more digits than a number keeps: then it is a name.
  const isExact = !/^-?0\d/.test(trimmed) && Number.isFinite(number);
  return isExact && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : trimmed;
}

/** JSON where it is some, else the text as it came. */
export function jsonOrText(operation: string, text: string): unknown {
  if (/^\s*[[{]/.test(text)) return parseJson(operation, 'JSON', text);
  return looksLikeJson(text) ? bareValue(operation, text) : text;
}
