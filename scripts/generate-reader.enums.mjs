// Writes the code of an enum: its type, its table of names, and the look-up.
import { lowerFirst } from './generate-reader.schema.mjs';

export function enumCode({ path, values }) {
  const name = path.join('');
  const byNumber = Object.entries(values).map(([label, { value }]) => [value, label]);
  const count = Math.max(...byNumber.map(([value]) => value)) + 1;
  const table = Array.from({ length: count }, (_, value) => {
    const label = byNumber.find(([number]) => number === value)?.[1];
    return label === undefined ? String(value) : `'${label}'`;
  });
  const constant = path.map((part) => part.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()).join('_');
  return `export type ${name} = ${byNumber.map(([, label]) => `'${label}'`).join(' | ')} | number;

export const ${constant}_NAMES: readonly ${name}[] = [${table.join(', ')}];

/** A number the protocol has no name for stays a number. */
export const ${lowerFirst(name)}Name = (value: number): ${name} =>
  value >= 0 && value < ${count} ? (${constant}_NAMES[value] ?? value) : value;`;
}
