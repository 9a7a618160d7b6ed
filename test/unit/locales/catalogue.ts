/** Reads the texts and the help of a node type or a plugin, for the tests that look at them. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The language that the others are translated from. */
export const ORIGINAL = 'en-US';

export const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

/** A node's folder has its type as name, but for the first of these; the other is a plugin. */
const FOLDERS: Readonly<Record<string, string>> = {
  'sensr-health': 'nodes/health',
  'sensr-sidebar': 'plugins/sensr-sidebar',
};
export const folderOf = (type: string): string => FOLDERS[type] ?? join('nodes', type);

export const catalogueOf = (type: string, language = ORIGINAL): unknown =>
  JSON.parse(read(folderOf(type), 'locales', language, `${type}.json`));

export const helpOf = (type: string, language = ORIGINAL): string =>
  read(folderOf(type), 'locales', language, `${type}.html`);

export const languagesOf = (type: string): string[] => readdirSync(join(folderOf(type), 'locales')).sort();

/** @returns all `locales` folders of the package: those of nodes and those of plugins. */
export const localeFolders = (): string[] =>
  ['nodes', 'plugins']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => basename(path) === 'locales' && !path.includes('node_modules'))
        .map((path) => join(folder, path)),
    )
    .sort();

export interface Translation {
  /** For the titles of tests, e.g. `ko of nodes/health`. */
  readonly title: string;
  readonly language: string;
  readonly folder: string;
  readonly originals: string;
}

/** @returns each language of each folder, but for the original one. */
export const translations = (): Translation[] =>
  localeFolders().flatMap((folder) =>
    readdirSync(folder)
      .filter((language) => language !== ORIGINAL)
      .map((language) => ({
        title: `${language} of ${dirname(folder)}`,
        language,
        folder: join(folder, language),
        originals: join(folder, ORIGINAL),
      })),
  );

/** @returns the keys of all texts, joined by dots. */
export function keysOf(catalogue: unknown, above = ''): string[] {
  if (typeof catalogue === 'string') return [above];
  assert.ok(typeof catalogue === 'object' && catalogue !== null, `${above} is neither a text nor a group`);
  return Object.entries(catalogue).flatMap(([key, value]) =>
    keysOf(value, above === '' ? key : `${above}.${key}`),
  );
}

export function textOf(catalogue: unknown, key: string): string {
  const found = key
    .split('.')
    .reduce<unknown>((group, part) => (group as Record<string, unknown> | undefined)?.[part], catalogue);
  assert.equal(typeof found, 'string', key);
  return String(found);
}

/** @returns the names of what the runtime and the editor put into a text. */
export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => String(name)).sort();
