/** Decides whether settings fit the table of their fields, and completes them from what was there before. */

export type TypeName = 'Int' | 'Float' | 'Bool' | 'String' | 'Vector2' | 'Array[Vector2]' | 'Table';

/** Field to type name, nested as the settings are: exactly what a `…/list` operation answers. */
export interface FieldTable {
  readonly [name: string]: TypeName | FieldTable;
}

/** Named here are the members that rules look at; none has to be there. */
export interface Settings {
  readonly [name: string]: unknown;
  readonly id?: unknown;
  readonly uid?: unknown;
  readonly algo_uid?: unknown;
  readonly edge_uid?: unknown;
  readonly connected_to_edge_node?: unknown;
  readonly disabled?: unknown;
  readonly ip?: unknown;
  readonly port?: unknown;
  readonly topic?: unknown;
  readonly sensor_to_base?: unknown;
}

/** Settings that cannot be taken as given; answered with 400 and this reason. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isVector2 = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);

export const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ACCEPTS: Readonly<Record<TypeName, (value: unknown) => boolean>> = {
  Int: Number.isInteger,
  Float: isNumber,
  Bool: (value) => typeof value === 'boolean',
  String: (value) => typeof value === 'string',
  Vector2: isVector2,
  'Array[Vector2]': (value) => Array.isArray(value) && value.every(isVector2),
  Table: isSettings,
};

export const accepts = (type: TypeName, value: unknown): boolean => ACCEPTS[type](value);

/** A long value would hide the message it stands in. */
const MOST_SHOWN_CHARACTERS = 60;
export const shown = (value: unknown): string =>
  String(JSON.stringify(value)).slice(0, MOST_SHOWN_CHARACTERS);

/** Fields that are not in the table are ignored, fields left out keep what they have in `before`. */
export function mergeSettings(
  what: string,
  table: FieldTable,
  given: unknown,
  before: Settings = {},
): Settings {
  if (!isSettings(given)) throw new SettingsError(`${what} must be an object, not ${shown(given)}`);
  const merged: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(table)) {
    const value = given[name];
    const old = before[name];
    if (value === undefined) merged[name] = old;
    else if (typeof type === 'object')
      merged[name] = mergeSettings(`${what}.${name}`, type, value, isSettings(old) ? old : {});
    else if (accepts(type, value)) merged[name] = value;
    else throw new SettingsError(`${what}.${name} must be ${type}, not ${shown(value)}`);
  }
  return merged;
}

/** A bare value sent as text, quoted or not, read as the type of its setting. */
export function parseBareValue(what: string, type: TypeName, text: string): unknown {
  const bare = text.trim();
  const unquoted = /^"(.*)"$/s.exec(bare)?.[1] ?? bare;
  if (type === 'String') return unquoted;
  let value: unknown;
  try {
    value = JSON.parse(unquoted);
  } catch {
    value = undefined;
  }
  if (value !== undefined && accepts(type, value)) return value;
  throw new SettingsError(`${what} must be ${type}, not ${shown(unquoted)}`);
}
