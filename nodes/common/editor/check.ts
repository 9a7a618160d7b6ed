/** Decides whether one value fits its row of a property table, and which catalogue text says why not. */
import type { NumberProperty, Property } from '../properties';
import { isEnvironment } from './environment';

/** A key below `<type>.error`, and what the text needs. Never what the user typed: Node-RED shows reasons as HTML. */
export interface Problem {
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** @returns the list that a saved array or a comma separated text means; undefined where it has other than whole numbers. */
export function parseNumbers(value: unknown): number[] | undefined {
  const parts: unknown[] = Array.isArray(value) ? value : String(value ?? '').split(/[\s,;]+/);
  const numbers = parts.filter((part) => part !== '').map(Number);
  return numbers.every(Number.isInteger) ? numbers : undefined;
}

/** @returns the number that is meant: the default for nothing; undefined for what is no number within the limits. */
export function parseNumber(property: NumberProperty, value: unknown): number | undefined {
  const text = String(value ?? '').trim();
  const number = text === '' ? property.default : Number(text);
  const fits =
    number >= property.min && number <= property.max && (!property.integer || Number.isInteger(number));
  return fits ? number : undefined;
}

/** @returns the problem of `value`, if it has one. */
export function problemOf(property: Property, value: unknown): Problem | undefined {
  if (isEnvironment(value)) return undefined;
  switch (property.kind) {
    case 'number':
      return parseNumber(property, value) === undefined ? limits(property) : undefined;
    case 'numbers':
      return parseNumbers(value) === undefined ? { key: 'numbers' } : undefined;
    case 'choice':
      return isBlank(value) || property.choices.some((choice) => choice === value)
        ? undefined
        : { key: 'choice' };
    case 'choices':
      return isBlank(value) || isListOf(property.choices, value) ? undefined : { key: 'choices' };
    case 'text':
      return property.required && isBlank(value) ? { key: 'required' } : undefined;
    case 'boolean':
    case 'typed':
    case 'reference':
      return undefined;
  }
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

const isListOf = (choices: readonly string[], value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => choices.some((choice) => choice === one));

function limits({ integer, min, max, unit }: NumberProperty): Problem {
  return { key: integer ? 'whole' : 'number', values: { min, max, unit: unit ?? '' } };
}
