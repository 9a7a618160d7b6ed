/** Every text that the editor and the runtime ask for is in the catalogue, and every text in the catalogue is asked for. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_MEANINGS } from '../../../lib/errors';
import type { PropertyTable } from '../../../nodes/common/properties';
import { PROPERTIES as CONFIG } from '../../../nodes/sensr-config/properties';
import { PROPERTIES as STREAM } from '../../../nodes/sensr-stream/properties';

/** What the runtime fetches: the words of a status. */
const STATUSES = [
  'connecting',
  'retry',
  'rate',
  'idle',
  'paused',
  'dropped',
  'noServer',
  'badConfig',
  'refused',
  'unreachable',
  'hostNotFound',
  'timeout',
  'lost',
  'silent',
  'tls',
  'notWebSocket',
  'http',
  'tooSlow',
  'frameTooLarge',
  'closedByServer',
  'protocol',
  'thread',
  'closed',
];
const VALUES_OF: Readonly<Record<string, readonly string[]>> = {
  retry: ['attempt', 'seconds'],
  rate: ['rate'],
  dropped: ['count'],
  http: ['status'],
  frameTooLarge: ['limit'],
};
/** Node-RED shows no more under a node without running into its neighbours. */
const STATUS_CHARACTERS = 22;

const NODES: Readonly<Record<string, { readonly table: PropertyTable; readonly others: readonly string[] }>> =
  {
    'sensr-config': { table: CONFIG, others: ['signIn.none', 'signIn.password', 'signIn.token'] },
    'sensr-stream': { table: STREAM, others: STATUSES.map((key) => `status.${key}`) },
  };

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const catalogueOf = (type: string, language = 'en-US'): unknown =>
  JSON.parse(read('nodes', type, 'locales', language, `${type}.json`));

/** @returns the keys of all texts, joined by dots. */
function keysOf(catalogue: unknown, above = ''): string[] {
  if (typeof catalogue === 'string') return [above];
  assert.ok(typeof catalogue === 'object' && catalogue !== null, `${above} is neither a text nor a group`);
  return Object.entries(catalogue).flatMap(([key, value]) =>
    keysOf(value, above === '' ? key : `${above}.${key}`),
  );
}

function textOf(catalogue: unknown, key: string): string {
  const found = key
    .split('.')
    .reduce<unknown>((group, part) => (group as Record<string, unknown> | undefined)?.[part], catalogue);
  assert.equal(typeof found, 'string', key);
  return String(found);
}

/** @returns the sources in `folder`, with those in its folders unless told otherwise. */
const filesBelow = (folder: string, recursive = true): string[] =>
  readdirSync(folder, { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(folder, name));

/** @returns what the sources of a node ask for, with what they put together from the table. */
function keysAskedFor(type: string): Set<string> {
  const { table, others } = NODES[type] ?? assert.fail(type);
  const sources = [...filesBelow(join('nodes', type, 'editor')), ...filesBelow('nodes/common/editor')].join(
    '\n',
  );
  const dialog = read('nodes', type, 'editor/dialog.html');
  const keys = new Set(others.map((key) => `${type}.${key}`));
  for (const [, key] of dialog.matchAll(/data-i18n="(?:\[[\w-]+\])?([^"]+)"/g)) keys.add(String(key));
  for (const [, key] of sources.matchAll(/_\('([\w.-]+)'/g)) if (key?.startsWith(type)) keys.add(key);
  for (const [, key] of sources.matchAll(/\$\{node\.type\}\.([\w.]+)`/g)) keys.add(`${type}.${key}`);
  for (const key of problemsOf(type)) keys.add(`${type}.error.${key}`);
  for (const [name, property] of Object.entries(table)) {
    keys.add(`${type}.label.${name}`);
    if (property.kind === 'choice' || property.kind === 'choices')
      for (const choice of property.choices) keys.add(`${type}.choice.${name}.${choice}`);
  }
  for (const pacing of STREAM.pacing.choices)
    if (type === 'sensr-stream') keys.add(`${type}.hint.pacing.${pacing}`);
  if (sources.includes(`category: 'sensr'`)) keys.add('palette.label.sensr');
  return keys;
}

/** @returns the problems that values of this node can have: those of its kinds of properties, and its own. */
function problemsOf(type: string): string[] {
  const properties = Object.values(NODES[type]?.table ?? {});
  const own = filesBelow(join('nodes', type, 'editor')).flatMap((source) =>
    [...source.matchAll(/key: '(\w+)'/g)].map(([, key]) => String(key)),
  );
  const references = properties.filter(({ kind }) => kind === 'reference');
  return [
    ...own,
    ...properties.flatMap((property) => {
      if (property.kind === 'number') return [property.integer ? 'whole' : 'number'];
      return property.kind === 'numbers' || property.kind === 'choice' || property.kind === 'choices'
        ? [property.kind]
        : [];
    }),
    ...(properties.some(({ kind, required }) => kind === 'text' && required) ? ['required'] : []),
    ...(references.some(({ required }) => required) ? ['noReference'] : []),
    ...(references.length > 0 ? ['missingReference', 'invalidReference'] : []),
  ];
}

for (const type of Object.keys(NODES)) {
  describe(`catalogue of ${type}`, () => {
    const catalogue = catalogueOf(type);
    const present = keysOf(catalogue);

    it('has every text that is asked for, and no other', () => {
      assert.deepEqual([...present].sort(), [...keysAskedFor(type)].sort());
    });

    it('has the same keys in every language', () => {
      const folder = join('nodes', type, 'locales');
      for (const language of readdirSync(folder)) {
        assert.deepEqual(keysOf(catalogueOf(type, language)).sort(), [...present].sort(), language);
        assert.ok(existsSync(join(folder, language, `${type}.html`)), `help in ${language}`);
      }
    });

    it('puts no markup into texts, which the editor may show as HTML', () => {
      for (const key of present) assert.doesNotMatch(textOf(catalogue, key), /[<>&]/, key);
    });
  });

  describe(`help of ${type}`, () => {
    const help = read('nodes', type, 'locales/en-US', `${type}.html`);

    it('keeps to the tags that the help sidebar styles, each closed', () => {
      const open: string[] = [];
      for (const [tag, slash, name = ''] of help.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
        assert.match(name, /^(script|p|h3|h4|dl|dt|dd|span|code)$/, tag);
        if (slash === '') open.push(name);
        else assert.equal(open.pop(), name, tag);
      }
      assert.deepEqual(open, []);
    });

    it('starts with a tooltip of a few words', () => {
      const tooltip = /<p>(.*?)<\/p>/.exec(help)?.[1] ?? '';
      assert.ok(tooltip.length > 20 && tooltip.length < 120, tooltip);
    });
  });
}

describe('help of sensr-config', () => {
  it('explains every setting by the name that it has in the dialog', () => {
    const catalogue = catalogueOf('sensr-config');
    const help = read('nodes/sensr-config/locales/en-US/sensr-config.html').toLowerCase();
    // The ports are one paragraph.
    for (const name of Object.keys(CONFIG).filter((one) => !one.endsWith('Port'))) {
      const label = textOf(catalogue, `sensr-config.label.${name}`).toLowerCase();
      assert.ok(help.includes(label), `${name}: '${label}' is not in the help`);
    }
  });
});

describe('statuses of sensr-stream', () => {
  const catalogue = catalogueOf('sensr-stream');

  it('are short, and take the values that the runtime gives', () => {
    for (const key of STATUSES) {
      const text = textOf(catalogue, `sensr-stream.status.${key}`);
      assert.ok(text.replace(/__\w+?__/g, '00').length <= STATUS_CHARACTERS, text);
      const values = [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => String(name)).sort();
      assert.deepEqual(values, VALUES_OF[key] ?? [], key);
    }
  });

  it('are all that the runtime can name', () => {
    const reasons = filesBelow('lib').join('\n');
    const words = filesBelow('nodes/sensr-stream', false).join('\n');
    const named = [
      ...words.matchAll(/\btext\('(\w+)'/g),
      ...reasons.matchAll(/\btextKey: '(\w+)'/g),
      // A reason: code and key, or a row of the table of network errors.
      ...reasons.matchAll(/\bmake\(\s*[^,]+,\s*'(\w+)'/g),
      ...reasons.matchAll(/^ {2}E[A-Z]+: \['(\w+)'/gm),
    ].map(([, key]) => String(key));
    assert.ok(named.length > STATUSES.length / 2);
    for (const key of named) assert.ok(STATUSES.includes(key), `${key} is not in the list`);
  });
});

describe('error codes in the help of sensr-stream', () => {
  const help = read('nodes/sensr-stream/locales/en-US/sensr-stream.html');

  it('are all that there are', () => {
    for (const code of Object.keys(ERROR_MEANINGS))
      assert.ok(help.includes(code), `${code} is not in the help`);
  });

  it('exist', () => {
    for (const [code] of help.matchAll(/SENSR_[A-Z_]+[A-Z]/g))
      assert.ok(code in ERROR_MEANINGS || code === 'SENSR_HTTP', `${code} does not exist`);
  });
});
