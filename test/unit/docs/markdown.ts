/** Reads tables out of a Markdown file, for the tests that compare the documentation with the code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Row = Readonly<Record<string, string>>;

const ROOT = join(__dirname, '../../..');
/** A bar that is no escaped one. */
const BAR = /(?<!\\)\|/;

export const readDocument = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** @returns the rows of the first table after `marker`, by column heading; a cell in backticks comes without them */
export function tableAfter(text: string, marker: string): Row[] {
  const from = text.indexOf(marker);
  assert.notEqual(from, -1, `'${marker}' is missing`);
  const lines = text.slice(from + marker.length).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  assert.notEqual(first, -1, `no table after '${marker}'`);
  const after = lines.slice(first);
  const end = after.findIndex((line) => !line.startsWith('|'));
  const [heading = [], , ...rows] = after.slice(0, end === -1 ? undefined : end).map(cellsOf);
  return rows.map((cells) => Object.fromEntries(heading.map((name, index) => [name, cells[index] ?? ''])));
}

export function cellsOf(line: string): string[] {
  return line
    .split(BAR)
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}
