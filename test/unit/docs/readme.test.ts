import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Property, PropertyTable } from '../../../nodes/common/properties';
import { HEALTH_STATES } from '../../../lib/health/decide/states';
import { PROPERTIES as HEALTH } from '../../../nodes/health/properties';
import { PROPERTIES as API } from '../../../nodes/sensr-api/properties';
import { PROPERTIES as CONFIG } from '../../../nodes/sensr-config/properties';
import {
  CLOUD_TYPES,
  EVENT_TYPES,
  LABELS,
  PROPERTIES as STREAM,
  PROPERTIES_OF,
  STREAMS,
} from '../../../nodes/sensr-stream/properties';
import { ACTIONS } from '../../../nodes/sensr-stream/actions';
import { readDocument, tableAfter, type Row } from './markdown';

const readme = readDocument('README.md');
const root = join(__dirname, '../../..');

function defaultOf(property: Property): string {
  if (property.required) return '(required)';
  return typeof property.default === 'string' || typeof property.default === 'number'
    ? String(property.default) || '(empty)'
    : JSON.stringify(property.default);
}

type Texts = Readonly<Record<string, string>>;
interface Catalogue {
  readonly label: Texts;
  readonly status?: Texts;
}

function catalogueOf(node: string): Catalogue {
  // A node's folder has its type as name, but for this one.
  const folder = node === 'sensr-health' ? 'health' : node;
  const text = readFileSync(join(root, `nodes/${folder}/locales/en-US/${node}.json`), 'utf8');
  const catalogue = (JSON.parse(text) as Record<string, Catalogue>)[node];
  assert.ok(catalogue);
  return catalogue;
}

/** What the form calls an option; `types` has two names, one for each of its streams. */
const shownAs = (name: string, labels: Texts): string =>
  name === 'types' ? `${labels['types']} or ${labels['clouds']}` : (labels[name] ?? '');

/** Most options of sensr-health are no business of newcomers: README.md has the main ones, its own page all. */
const TABLES: readonly (readonly [node: string, properties: PropertyTable, page: string])[] = [
  ['sensr-config', CONFIG, 'README.md'],
  ['sensr-stream', STREAM, 'README.md'],
  ['sensr-api', API, 'README.md'],
  ['sensr-health', HEALTH, 'docs/health.md'],
];

describe('the options in README.md', () => {
  for (const [node, properties, page] of TABLES) {
    const rows = tableAfter(readDocument(page), `<!-- options: ${node} -->`);
    const labels = catalogueOf(node).label;

    it(`are those of ${node}, in the same order`, () => {
      assert.deepEqual(
        rows.map((row) => row['Property']),
        Object.keys(properties),
      );
    });

    for (const [name, property] of Object.entries(properties))
      it(`have the default, unit, limits and label of ${node}'s ${name}`, () => {
        const row = rows.find((one) => one['Property'] === name);
        assert.ok(row);
        const isNumber = property.kind === 'number';
        assert.deepEqual(
          {
            shown: row['In the form'],
            default: row['Default'],
            unit: row['Unit'],
            limits: row['Limits'],
          },
          {
            shown: shownAs(name, labels),
            default: defaultOf(property),
            unit: isNumber ? (property.unit ?? '') : '',
            limits: isNumber ? `${property.min} to ${property.max}` : '',
          },
        );
        assert.ok(row['Meaning']);
      });
  }

  it('of sensr-health that are the main ones are as on its own page', () => {
    const all = tableAfter(readDocument('docs/health.md'), '<!-- options: sensr-health -->');
    const withoutLinks = (rows: readonly Row[]): readonly Row[] =>
      rows.map((row) => ({ ...row, Meaning: (row['Meaning'] ?? '').replace(/\]\([^)]*\)/g, ']') }));
    const main = tableAfter(readme, '<!-- main options: sensr-health -->');
    assert.deepEqual(
      withoutLinks(main),
      withoutLinks(all).filter(({ Property }) => main.some((row) => row['Property'] === Property)),
    );
    assert.ok(main.length > 0);
  });

  it('name the streams for which an option does something', () => {
    const rows = tableAfter(readme, '<!-- options: sensr-stream -->');
    const special = new Set(Object.values(PROPERTIES_OF).flat());
    for (const { Property: name, Streams: streams } of rows) {
      assert.ok(name);
      const users = STREAMS.filter((stream) => (PROPERTIES_OF[stream] as readonly string[]).includes(name));
      const all = name === 'interval' ? 'all but events' : 'all';
      const isSpecial = (special as ReadonlySet<string>).has(name);
      assert.equal(streams, isSpecial ? users.join(', ') : all, name);
    }
  });

  it('say what each choice is', () => {
    for (const choice of [...STREAMS, ...LABELS, ...EVENT_TYPES, ...CLOUD_TYPES])
      assert.ok(readme.includes(`\`${choice}\``), choice);
  });
});

describe('README.md', () => {
  it('has a row for each msg.action', () => {
    assert.deepEqual(
      tableAfter(readme, '### msg.action').map((row) => row['`msg.action`'] ?? row['msg.action']),
      [...ACTIONS],
    );
  });

  it('shows every text of a status as the node does', () => {
    const { status } = catalogueOf('sensr-stream');
    assert.ok(status);
    const example = { rate: '10.0', seconds: '4', attempt: '3', count: '12', status: '401', limit: '64' };
    for (const text of Object.values(status)) {
      const shown = text.replace(/__(\w+)__/g, (_, name: keyof typeof example) => example[name]);
      assert.ok(readme.includes(`\`${shown}\``), shown);
    }
  });

  it('shows every text of a status of sensr-api', () => {
    const { status } = catalogueOf('sensr-api');
    assert.ok(status);
    const example = {
      operation: 'zones.list',
      duration: '12',
      running: '4',
      waiting: '12',
      count: '12',
      status: '401',
    };
    for (const text of Object.values(status)) {
      const shown = text.replace(/__(\w+)__/g, (_, name: keyof typeof example) => example[name]);
      assert.ok(readme.includes(`\`${shown}\``), shown);
    }
  });

  it('shows every text of a status of sensr-health', () => {
    const { status } = catalogueOf('sensr-health');
    assert.ok(status);
    for (const text of Object.values(status))
      assert.ok(readme.includes(`\`${text.replace('__rss__', '120')}\``), text);
  });

  it('explains each state of health', () => {
    const states = tableAfter(readme, '### Its states').map((row) => row['State']);
    assert.deepEqual(states, [...HEALTH_STATES]);
  });

  it('gives npm test as the command for the tests', () => {
    assert.match(readme, /^npm test$/m);
  });

  it('names the versions that package.json asks for', () => {
    const { engines, 'node-red': host } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      engines: { node: string };
      'node-red': { version: string };
    };
    assert.equal(engines.node, '>=20.19');
    assert.equal(host.version, '>=4.0.0');
    assert.ok(readme.includes('Requires Node-RED 4.0 or later and Node.js 20.19 or later.'));
  });
});

describe('the documentation', () => {
  const DOCUMENTS = [
    'README.md',
    'README.ko.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];

  for (const path of DOCUMENTS)
    it(`has no broken link in ${path}`, () => {
      for (const [, target = ''] of readDocument(path).matchAll(/\]\(([^)\s]+)\)/g)) {
        const [file = '', anchor] = target.split('#');
        if (/^https?:/.test(file)) continue;
        const linked = file === '' ? path : join(path, '..', file);
        assert.ok(existsSync(join(root, linked)), target);
        if (anchor === undefined) continue;
        assert.ok(anchorsOf(readDocument(linked)).includes(anchor), target);
      }
    });

  it('names only files that exist in the table "Where is it?"', () => {
    for (const row of tableAfter(readDocument('CONTRIBUTING.md'), '## Where is it?'))
      for (const cell of [row['File'], row['Test']])
        for (const [, name = ''] of `\`${cell ?? ''}\``.matchAll(/`([^`,]+)`/g))
          assert.ok(existsSync(join(root, name.trim())), name);
  });
});

/** As the usual viewers make them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
