/** Decides what a path into a table of values stands for: one value or a nested table, and what may be written there. */

import { parseBareValue, SettingsError } from './fields';
import type { SiteConfig } from './site-config';
import type { ValueSpec, ValueTable } from './value-tables';

export interface Nested {
  [name: string]: unknown;
}

/** All values below `path`, each turned into what `show` makes of it; undefined where nothing is. */
export function nestedAt(
  table: ValueTable,
  path: string,
  show: (spec: ValueSpec, fullPath: string) => unknown,
): unknown {
  const leaf = table[path];
  if (leaf) return show(leaf, path);
  const start = path === '' ? '' : `${path}.`;
  const below = Object.entries(table).filter(([full]) => full.startsWith(start));
  if (below.length === 0) return undefined;
  const nested: Nested = {};
  for (const [full, spec] of below) {
    const names = full.slice(start.length).split('.');
    const last = names.pop() ?? '';
    let at = nested;
    for (const name of names) at = (at[name] ??= {}) as Nested;
    at[last] = show(spec, full);
  }
  return nested;
}

/** Only members that apply are shown. */
export const metaOf = ({ type, name, min, max, step }: ValueSpec): object => ({
  datatype: type,
  show: true,
  display_name: name,
  use_tooltip: false,
  ...(step !== undefined && { step_size: step }),
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

const keyOf = (family: string, path: string): string => `${family}/${path}`;

export const valueIn = (config: SiteConfig, family: string, path: string, spec: ValueSpec): unknown =>
  config.values[keyOf(family, path)] ?? spec.value;

/** The configuration's values with this one set; a value that cannot be is an error that says why. */
export function withValue(
  config: SiteConfig,
  family: string,
  path: string,
  spec: ValueSpec,
  text: string,
): SiteConfig['values'] {
  const value = parseBareValue(path, spec.type, text);
  const { min = -Infinity, max = Infinity } = spec;
  if (typeof value === 'number' && (value < min || value > max))
    throw new SettingsError(`${path} must be from ${min} to ${max}, not ${value}`);
  return { ...config.values, [keyOf(family, path)]: value };
}
