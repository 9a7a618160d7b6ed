/** What the fields of faults have in common: how a value is judged and what is said of a wrong one. */

export type FieldRule = (value: unknown) => boolean;

export interface FieldSpec {
  readonly accepts: FieldRule;
  readonly expected: string;
  readonly isOptional?: boolean;
}

/** The longest delay a Node.js timer takes. */
export const MAX_DELAY_MS = 2 ** 31 - 1;

export const wholeFrom =
  (min: number, max: number): FieldRule =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

export const wholeField = (min: number, max = Number.MAX_SAFE_INTEGER): FieldSpec => ({
  accepts: wholeFrom(min, max),
  expected: `a whole number from ${min}`,
});

export const TEXT_FIELD: FieldSpec = { accepts: (value) => typeof value === 'string', expected: 'a text' };
export const FLAG_FIELD: FieldSpec = {
  accepts: (value) => typeof value === 'boolean',
  expected: 'true or false',
};

export const oneOfField = (values: readonly string[]): FieldSpec => ({
  accepts: (value) => typeof value === 'string' && values.includes(value),
  expected: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
});

export const optional = (spec: FieldSpec): FieldSpec => ({ ...spec, isOptional: true });
