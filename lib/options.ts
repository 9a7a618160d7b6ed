/** Validators for saved properties: a value in, a checked value out, or an error that names property, expected and got. */
import { SensrError } from './errors';

/** A person recognises what they gave by its beginning. */
const SHOWN_CHARS = 100;

/** @returns how a wrong value begins; of anything, since it may come from a message. */
export function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : jsonOf(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function jsonOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return (JSON.stringify(value) as string | undefined) ?? `a ${typeof value}`;
  } catch {
    // A BigInt, or an object that holds itself.
    return typeof value === 'bigint' ? 'a bigint' : 'an object';
  }
}

const fail = (name: string, expected: string, value: unknown): never => {
  throw new SensrError('SENSR_BAD_CONFIG', `${name}: expected ${expected}, got ${shownValue(value)}`);
};

export interface NumberLimits {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  /** For the message only, e.g. `s`. */
  readonly unit?: string;
}

/**
 * The editor saves numbers as text, and old flows lack new properties: text is parsed, absent or blank is the default.
 * @throws SensrError SENSR_BAD_CONFIG
 */
export function numberOption(name: string, value: unknown, limits: NumberLimits): number {
  if (value === undefined || value === null || value === '') return limits.default;
  const number = typeof value === 'string' ? Number(value.trim() || NaN) : value;
  const unit = limits.unit ? ` ${limits.unit}` : '';
  const kind = limits.integer ? 'a whole number' : 'a number';
  const expected = `${kind} from ${limits.min} to ${limits.max}${unit}`;
  if (typeof number !== 'number' || !Number.isFinite(number)) return fail(name, expected, value);
  if (number < limits.min || number > limits.max) return fail(name, expected, value);
  if (limits.integer && !Number.isInteger(number)) return fail(name, expected, value);
  return number;
}

/** @throws SensrError SENSR_BAD_CONFIG when `value` is neither absent nor one of `choices`. */
export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[], fallback: T): T {
  if (value === undefined || value === null || value === '') return fallback;
  const found = choices.find((choice) => choice === value);
  return found ?? fail(name, `one of ${choices.join(', ')}`, value);
}

/** @throws SensrError SENSR_BAD_CONFIG when `value` is neither absent nor a list of `choices`. */
export function someOf<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
  fallback: readonly T[],
): T[] {
  if (value === undefined || value === null || value === '') return [...fallback];
  if (!Array.isArray(value)) return fail(name, `a list of ${choices.join(', ')}`, value);
  return value.map((one: unknown) => {
    const found = choices.find((choice) => choice === one);
    return found ?? fail(name, `only ${choices.join(', ')}`, one);
  });
}

/** Accepts booleans and the texts `true` and `false`. @throws SensrError SENSR_BAD_CONFIG */
export function booleanOption(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null || value === '') return fallback;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return fail(name, 'true or false', value);
}
