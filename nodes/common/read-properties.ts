/** Saved properties to checked values, by the node's table: absent ones become the default, wrong ones an error. */
import { SensrError } from '../../lib/errors';
import { booleanOption, numberOption, oneOf, shownValue, someOf } from '../../lib/options';
import type { Property, PropertyTable } from './properties';

type ValueOf<P extends Property> = P extends { kind: 'number' }
  ? number
  : P extends { kind: 'boolean' }
    ? boolean
    : P extends { kind: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : P extends { kind: 'choices'; choices: readonly (infer Choice)[] }
        ? readonly Choice[]
        : P extends { kind: 'numbers' }
          ? readonly number[]
          : P extends { kind: 'typed' }
            ? Readonly<Record<string, unknown>>
            : string;

export type ValuesOf<T extends PropertyTable> = { readonly [Name in keyof T]: ValueOf<T[Name]> };

/** @throws SensrError SENSR_BAD_CONFIG naming the property, what was expected and what is there */
export function readProperties<T extends PropertyTable>(
  table: T,
  saved: Readonly<Record<string, unknown>>,
): ValuesOf<T> {
  const values = Object.entries(table).map(([name, property]) => [
    name,
    readProperty(name, property, saved[name]),
  ]);
  return Object.fromEntries(values) as ValuesOf<T>;
}

function readProperty(name: string, property: Property, value: unknown): unknown {
  switch (property.kind) {
    case 'number':
      return numberOption(name, value, property);
    case 'boolean':
      return booleanOption(name, value, property.default);
    case 'choice':
      return oneOf(name, value, property.choices, property.default);
    case 'choices':
      return someOf(name, value, property.choices, property.default);
    case 'numbers':
      return wholeNumbers(name, value, property.default);
    case 'typed':
      return typedValues(name, value, property.default);
    case 'text':
    case 'reference':
      return text(name, value, property.default);
  }
}

function text(name: string, value: unknown, fallback: string): string {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'string')
    throw new SensrError('SENSR_BAD_CONFIG', `${name}: expected text, got ${shownValue(value)}`);
  return value.trim();
}

function typedValues(name: string, value: unknown, fallback: object): object {
  if (value === undefined || value === null || value === '') return fallback;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      `${name}: expected an object of values by name, got ${shownValue(value)}`,
    );
  return value;
}

function wholeNumbers(name: string, value: unknown, fallback: readonly number[]): readonly number[] {
  if (value === undefined || value === null || value === '') return fallback;
  const entries: unknown[] = Array.isArray(value)
    ? value
    : String(value)
        .split(/[\s,;]+/)
        .filter((entry) => entry !== '');
  return entries.map((entry) => {
    const number = typeof entry === 'string' && entry.trim() !== '' ? Number(entry) : entry;
    if (typeof number !== 'number' || !Number.isInteger(number))
      throw new SensrError('SENSR_BAD_CONFIG', `${name}: expected whole numbers, got ${shownValue(entry)}`);
    return number;
  });
}
