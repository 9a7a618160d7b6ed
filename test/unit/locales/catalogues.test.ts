/** Every text that the editor and the runtime ask for is in the catalogue, and every text in the catalogue is asked for. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS } from '../../../lib/api/operations';
import { ERROR_MEANINGS } from '../../../lib/errors';
import { COMPONENT_NAMES } from '../../../lib/health/decide/components';
import { HEALTH_STATES } from '../../../lib/health/decide/states';
import type { PropertyTable } from '../../../nodes/common/properties';
import { MODES } from '../../../nodes/health/editor/schedule-field';
import { PROPERTIES as HEALTH, RUNGS } from '../../../nodes/health/properties';
import { PROPERTIES as API } from '../../../nodes/sensr-api/properties';
import { PROPERTIES as CONFIG } from '../../../nodes/sensr-config/properties';
import { PROPERTIES as STREAM } from '../../../nodes/sensr-stream/properties';
import { isWord } from '../../../nodes/common/editor/units';
import {
  catalogueOf,
  folderOf,
  helpOf,
  keysOf,
  languagesOf,
  placeholdersIn,
  read,
  textOf,
} from './catalogue';

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
const STATUS_COLUMNS = 22;
/** A Korean letter is as wide as two Latin ones. */
const columnsOf = (text: string): number => text.replace(/\p{Script=Hangul}/gu, '00').length;

/** @returns the first group of each match. */
const matchesIn = (source: string, pattern: RegExp): string[] =>
  [...source.matchAll(pattern)].map(([, found]) => String(found));

/** The keys that a source asks for through a short `text('key')` of its own, also `text(it ? 'key' : 'other')`. */
const textsIn = (...path: string[]): string[] =>
  matchesIn(read(...path), /\btext\(([^)`]*'\w+')/g).flatMap((asked) => matchesIn(asked, /'(\w+)'/g));

/** @returns the sources in `folder`, with those in its folders unless told otherwise. */
const filesBelow = (folder: string, recursive = true): string[] =>
  readdirSync(folder, { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(folder, name));

/** All that sources put together of a key and one of a list, e.g. `status.${state}`. */
const each = (key: string, names: readonly string[]): string[] => names.map((name) => `${key}.${name}`);

const CONNECTION_CHECKS = ['rest', 'version', 'output', 'points', 'tls', 'settings'];

/** A problem, an operation or a result of the connection test names its text: the runtime puts the key together. */
const NODES: Readonly<Record<string, { readonly table: PropertyTable; readonly others: readonly string[] }>> =
  {
    'sensr-config': {
      table: CONFIG,
      others: [
        ...['signIn.none', 'signIn.password', 'signIn.token'],
        ...textsIn('nodes/sensr-config/editor/connection-test.ts').map((key) => `test.${key}`),
        ...CONNECTION_CHECKS.map((check) => `test.check.${check}`),
        ...matchesIn(read('nodes/sensr-config/connection-check.ts'), /\bkey: ([^,;}]+)/g)
          .flatMap((keys) => matchesIn(keys, /'(\w+)'/g))
          .map((key) => `test.result.${key}`),
      ],
    },
    'sensr-stream': { table: STREAM, others: STATUSES.map((key) => `status.${key}`) },
    'sensr-api': {
      table: API,
      others: [
        ...OPERATIONS.flatMap(({ body }) => (body === 'none' ? [] : [`body.${body}`])),
        ...OPERATIONS.flatMap(({ name, destructive }) => (destructive ? [`danger.${name}`] : [])),
        ...textsIn('nodes/common/editor/live-choices.ts').map((key) => `live.${key}`),
        ...[
          ...textsIn('nodes/sensr-api/sensr-api.ts'),
          ...textsIn('nodes/sensr-api/status-line.ts'),
          ...matchesIn(read('nodes/sensr-api/status-line.ts'), /^ {2}'(SENSR_\w+)',$/gm),
        ].map((key) => `status.${key}`),
      ],
    },
    'sensr-health': {
      table: HEALTH,
      others: [
        ...each('signIn', ['none', 'password', 'token']),
        ...each('schedule', MODES),
        ...each('hint.mode', MODES),
        ...each('hint.step', RUNGS),
        ...each('port', ['health', 'actions']),
        ...each('path', ['state', 'details', 'samples', 'prometheus']),
        ...each('status', HEALTH_STATES),
        ...each('component', COMPONENT_NAMES),
        ...filesBelow(folderOf('sensr-health'), false).flatMap((source) =>
          matchesIn(source, /\btext\('([\w.]+)'/g),
        ),
      ],
    },
  };

/** Texts that a catalogue may have: without them the dialog shows the English of the operation table. */
const OPTIONAL = new Set(
  OPERATIONS.flatMap(({ name, params }) => [
    `sensr-api.operation.${name}`,
    ...params.flatMap((param) => [
      `sensr-api.param.${name}.${param.name}`,
      `sensr-api.param.any.${param.name}`,
    ]),
  ]),
);
const required = (keys: readonly string[]): string[] => keys.filter((key) => !OPTIONAL.has(key)).sort();

/** @returns what the sources of a node ask for, with what they put together from the table. */
function keysAskedFor(type: string): Set<string> {
  const { table, others } = NODES[type] ?? assert.fail(type);
  const folder = folderOf(type);
  const sources = [...filesBelow(join(folder, 'editor')), ...filesBelow('nodes/common/editor')].join('\n');
  const dialog = read(folder, 'editor/dialog.html');
  const keys = new Set(others.map((key) => `${type}.${key}`));
  for (const key of matchesIn(dialog, /data-i18n="([^"]+)"/g).flatMap((all) => all.split(';')))
    keys.add(key.replace(/^\[[\w-]+\]/, ''));
  for (const [, key] of sources.matchAll(/_\('([\w.-]+)'/g)) if (key?.startsWith(`${type}.`)) keys.add(key);
  for (const [, key] of sources.matchAll(/\$\{node\.type\}\.([\w.]+)`/g)) keys.add(`${type}.${key}`);
  for (const key of problemsOf(type)) keys.add(`${type}.error.${key}`);
  for (const [name, property] of Object.entries(table)) {
    keys.add(`${type}.label.${name}`);
    if (property.kind === 'number' && property.unit !== undefined && isWord(property.unit))
      keys.add(`${type}.unit.${property.unit}`);
    // Operations have texts of their own, which are optional.
    if ((property.kind === 'choice' || property.kind === 'choices') && name !== 'operation')
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
  const own = filesBelow(join(folderOf(type), 'editor')).flatMap((source) =>
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
    it('has every text that is asked for, and no other', () => {
      assert.deepEqual(required(keysOf(catalogueOf(type))), [...keysAskedFor(type)].sort());
    });

    it('puts no markup into texts, which the editor may show as HTML', () => {
      for (const language of languagesOf(type)) {
        const catalogue = catalogueOf(type, language);
        for (const key of keysOf(catalogue))
          assert.doesNotMatch(textOf(catalogue, key), /[<>&]/, `${language} ${key}`);
      }
    });
  });

  for (const language of languagesOf(type))
    describe(`help of ${type} in ${language}`, () => {
      const help = helpOf(type, language);

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

for (const language of languagesOf('sensr-config'))
  describe(`help of sensr-config in ${language}`, () => {
    it('explains every setting by the name that it has in the dialog', () => {
      const catalogue = catalogueOf('sensr-config', language);
      const help = helpOf('sensr-config', language).toLowerCase();
      // The ports are one paragraph.
      for (const name of Object.keys(CONFIG).filter((one) => !one.endsWith('Port'))) {
        const label = textOf(catalogue, `sensr-config.label.${name}`).toLowerCase();
        assert.ok(help.includes(label), `${name}: '${label}' is not in the help`);
      }
    });
  });

for (const language of languagesOf('sensr-health'))
  describe(`help of sensr-health in ${language}`, () => {
    const help = helpOf('sensr-health', language);

    it('explains every action, state, event and step', () => {
      const actions = matchesIn(
        read('nodes/health/actions.ts'),
        /^const ACTIONS = \[(.*)\] as const;$/gm,
      ).flatMap((list) => matchesIn(list, /'(\w+)'/g));
      assert.ok(actions.length > 0);
      const events = matchesIn(read('lib/health/decide/messages.ts'), /event: ([^;]+);/g).flatMap((list) =>
        matchesIn(list, /'(\w+)'/g),
      );
      assert.ok(events.length > 0);
      for (const action of actions) assert.ok(help.includes(`<code>${action}</code>`), action);
      for (const word of [...HEALTH_STATES, ...events])
        assert.match(help, new RegExp(`<dt>.*${word}.*</dt>`));
      const catalogue = catalogueOf('sensr-health', language);
      for (const rung of RUNGS) {
        const step = textOf(catalogue, `sensr-health.choice.maxAction.${rung}`);
        assert.ok(help.includes(`<dt>${step}</dt>`), step);
      }
    });
  });

describe('statuses of sensr-stream', () => {
  it('are short, and take the values that the runtime gives', () => {
    for (const language of languagesOf('sensr-stream')) {
      const catalogue = catalogueOf('sensr-stream', language);
      for (const key of STATUSES) {
        const text = textOf(catalogue, `sensr-stream.status.${key}`);
        assert.ok(columnsOf(text.replace(/__\w+?__/g, '00')) <= STATUS_COLUMNS, text);
        assert.deepEqual(placeholdersIn(text), VALUES_OF[key] ?? [], key);
      }
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

describe('error codes in the helps', () => {
  const helps = Object.keys(NODES)
    .map((type) => helpOf(type))
    .join('\n');

  it('are all that there are', () => {
    for (const code of Object.keys(ERROR_MEANINGS))
      assert.ok(helps.includes(code), `${code} is not in the help`);
  });

  it('exist', () => {
    for (const [code] of helps.matchAll(/SENSR_[A-Z_]+[A-Z]/g))
      // SENSR_HOST is a variable in an example.
      assert.ok(
        code in ERROR_MEANINGS || ['SENSR_HTTP', 'SENSR_HOST'].includes(code),
        `${code} does not exist`,
      );
  });
});
