/** Decides what an answer means, by its operation: tolerant of every way SENSR is known to write it, and of nothing else. */
import { bareValue, isPage, jsonOrText, parseJson, unquoted, unreadable } from './answer-text';
import { sensorFlaw, zoneFlaw, type Fields, type Flaw } from './answer-checks';
import {
  ResultFlaw,
  edgeNames,
  healthOf,
  historyOf,
  nodeNames,
  shapeOf,
  zoneStatusOf,
} from './answer-results';
import { isRecord } from './check-value';
import type { AnswerKind, Operation } from './operation';

type Parse = (operation: string, text: string) => unknown;

const PARSERS: Readonly<Record<Exclude<AnswerKind, 'report'>, Parse>> = {
  object: objectAnswer,
  zone: checkedObject(zoneFlaw),
  sensor: checkedObject(sensorFlaw),
  numbers: (operation, text) => listAnswer(operation, 'a list of ids', text, idNumber),
  names: (operation, text) => listAnswer(operation, 'a list of names', text, nameText),
  number: (operation, text) => idNumber(unquoted(text)) ?? fail(operation, 'the id of the new one', text),
  name: nameAnswer,
  fields: fieldsAnswer,
  done: () => true,
  text: sentence,
  value: bareValue,
  any: jsonOrText,
  health: resultAnswer(healthOf),
  zoneStatus: resultAnswer(zoneStatusOf),
  shape: resultAnswer(shapeOf),
  history: resultAnswer(historyOf),
  nodeNames: resultAnswer(nodeNames),
  edgeNames: resultAnswer(edgeNames),
};

/**
 * @param text of an answer with a 2xx status
 * @throws SensrError SENSR_BAD_RESPONSE
 */
export function parseAnswer({ name, answer }: Pick<Operation, 'name' | 'answer'>, text: string): unknown {
  if (isPage(text)) fail(name, "SENSR's answer", text);
  if (answer === 'report') throw new Error(`${name} has no answer of its own`);
  return PARSERS[answer](name, text);
}

const fail = (operation: string, expected: string, text: string): never => {
  throw unreadable(operation, expected, text);
};

function objectAnswer(operation: string, text: string): Fields {
  const value = parseJson(operation, 'an object', text);
  return isRecord(value) ? value : fail(operation, 'an object', text);
}

function checkedObject(flawOf: (value: Fields) => Flaw | undefined): Parse {
  return (operation, text) => {
    const value = objectAnswer(operation, text);
    const flaw = flawOf(value);
    return flaw ? fail(operation, `${flaw.field} to be ${flaw.expected}`, text) : value;
  };
}

function resultAnswer(read: (value: Fields) => unknown): Parse {
  return (operation, text) => {
    const value = objectAnswer(operation, text);
    try {
      return read(value);
    } catch (error) {
      if (error instanceof ResultFlaw) return fail(operation, error.message, text);
      throw error;
    }
  };
}

/** Where there is none, SENSR says so in a sentence. */
const NONE = /^\s*"?(no|there (is|are) no)\s/i;

function listAnswer<T>(
  operation: string,
  expected: string,
  text: string,
  read: (item: unknown) => T | undefined,
): T[] {
  if (text.trim() === '' || NONE.test(text)) return [];
  const list = parseJson(operation, expected, text);
  if (!Array.isArray(list)) return fail(operation, expected, text);
  return Array.from<unknown, T>(list, (item) => read(item) ?? fail(operation, expected, text));
}

function idNumber(item: unknown): number | undefined {
  const number = typeof item === 'string' && /^\d+$/.test(item.trim()) ? Number(item) : item;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

const nameText = (item: unknown): string | undefined =>
  typeof item === 'string' ? item : typeof item === 'number' ? String(item) : undefined;

function nameAnswer(operation: string, text: string): string {
  const name = unquoted(text);
  // An id is one word; an object or a sentence is something else.
  return name !== '' && /^[^\s{}[\]]+$/.test(name) ? name : fail(operation, 'the id of the new one', text);
}

/** A list with one object: field name to type name. */
function fieldsAnswer(operation: string, text: string): Fields {
  const value = parseJson(operation, 'a list of fields', text);
  const table: unknown = Array.isArray(value) ? value[0] : value;
  return isRecord(table) ? table : fail(operation, 'a list of fields', text);
}

function sentence(operation: string, text: string): string {
  const said = unquoted(text);
  return /^failed\b/i.test(said) ? fail(operation, 'success', text) : said;
}
