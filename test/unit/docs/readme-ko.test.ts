/** That README.ko.md says what README.md says: the same sections, tables, values, listings and links. */
import assert from 'node:assert/strict';
import { catalogueOf, keysOf, textOf } from '../locales/catalogue';
import { readDocument, tableAfter } from './markdown';
import { codesIn, itemsIn, jumpsIn, listingsIn, sectionsOf, tablesIn, targetsIn } from './sections';

/** For those who change the package; the Korean one points to the English. */
const ENGLISH_ONLY = ['Development'];
const LANGUAGE = 'ko';
const TYPES = ['sensr-config', 'sensr-stream', 'sensr-api', 'sensr-health'];
/** Of sensr-health the README has only the main options. */
const OPTION_TABLES: Readonly<Record<string, string>> = {
  'sensr-config': '<!-- options: sensr-config -->',
  'sensr-stream': '<!-- options: sensr-stream -->',
  'sensr-api': '<!-- options: sensr-api -->',
  'sensr-health': '<!-- main options: sensr-health -->',
};
const HANGUL = /\p{Script=Hangul}/u;

const original = readDocument('README.md');
const korean = readDocument('README.ko.md');
const expected = sectionsOf(original).filter(({ name }) => !ENGLISH_ONLY.includes(name));
const translated = sectionsOf(korean);

describe('README.ko.md', () => {
  it('and README.md lead to each other', () => {
    assert.match(original, /\]\(README\.ko\.md\)/);
    assert.match(korean, /\]\(README\.md\)/);
  });

  it('has every section of README.md, in the same order', () => {
    const names = translated.map(({ name }) => name);
    const missing = expected.map(({ name }) => name).filter((name) => !names.includes(name));
    assert.deepEqual(missing, [], 'not translated');
    assert.deepEqual(
      translated.map(({ name, level }) => ({ name, level })),
      expected.map(({ name, level }) => ({ name, level })),
    );
  });

  it('lists its chapters', () => {
    const chapters = [...korean.matchAll(/^## (.+)$/gm)].map(([, title]) => String(title));
    const contents = korean.slice(0, korean.indexOf('<!-- section:'));
    const listed = [...contents.matchAll(/^- \[(.+)\]\(#/gm)].map(([, title]) => String(title));
    assert.deepEqual(listed, chapters.slice(0, -1), 'all but the licence');
  });

  for (const { name, text } of expected)
    describe(`section '${name}'`, () => {
      const own = translated.find((one) => one.name === name)?.text ?? '';

      it('has the same tables', () => {
        const [tables, originals] = [tablesIn(own), tablesIn(text)];
        assert.equal(tables.length, originals.length, 'tables');
        for (const [index, table] of originals.entries()) {
          const rows = tables[index] ?? [];
          assert.deepEqual(
            rows.map((cells) => cells.length),
            table.map((cells) => cells.length),
            `columns of table ${index + 1}`,
          );
          for (const [row, cells] of table.entries())
            for (const code of codesOfCell(cells[0] ?? '', text))
              assert.ok(rows[row]?.[0]?.includes(code), `row ${row}: ${code} in '${rows[row]?.[0]}'`);
        }
      });

      it('has the same listings and links, and as many items', () => {
        assert.deepEqual(listingsIn(own), listingsIn(text));
        // The licence says where to read on in English.
        const also = name === 'Licence' ? ['CONTRIBUTING.md', 'README.md#development'] : [];
        assert.deepEqual(targetsIn(own), [...targetsIn(text), ...also].sort());
        assert.equal(jumpsIn(own), jumpsIn(text), 'links to other sections');
        assert.equal(itemsIn(own), itemsIn(text), 'items of lists');
      });

      it('names the same options, values and codes', () => {
        const codes = codesIn(own);
        assert.deepEqual(
          codesIn(text).filter((code) => !codes.includes(code)),
          [],
        );
        const known = codesIn(text);
        for (const code of codes.filter((one) => !known.includes(one))) assert.match(code, HANGUL, code);
      });

      it('is in Korean', () => {
        for (const line of own.replace(/^```[\s\S]*?^```$/gm, '').split('\n'))
          if (/[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(line.replace(/`[^`]*`|"[^"]*"/g, '')))
            assert.match(line, HANGUL);
      });
    });

  for (const [type, marker] of Object.entries(OPTION_TABLES))
    it(`has the option table of ${type} with the values of README.md and the labels of the form`, () => {
      const rows = tableAfter(korean, marker);
      const originals = tableAfter(original, marker);
      const catalogue = catalogueOf(type, LANGUAGE);
      const label = (key: string): string => textOf(catalogue, `${type}.label.${key}`);
      assert.deepEqual(
        rows.map((row) => ({
          name: row['속성'],
          shown: row['설정 창의 이름'],
          default: row['기본값'],
          unit: row['단위'],
          limits: row['범위'],
          streams: row['스트림'],
        })),
        originals.map((row) => ({
          name: row['Property'],
          shown:
            row['Property'] === 'types'
              ? `${label('types')} 또는 ${label('clouds')}`
              : label(row['Property'] ?? ''),
          default: WORDS[row['Default'] ?? ''] ?? row['Default'],
          unit: WORDS[row['Unit'] ?? ''] ?? row['Unit'],
          limits: row['Limits']?.replace(' to ', '~'),
          streams: WORDS[row['Streams'] ?? ''] ?? row['Streams'],
        })),
      );
      for (const row of rows) assert.match(row['의미'] ?? '', /\S/, row['속성']);
    });

  it('shows every text of a status in Korean', () => {
    for (const type of TYPES) {
      const catalogue = catalogueOf(type, LANGUAGE);
      for (const key of keysOf(catalogue).filter((one) => one.startsWith(`${type}.status.`))) {
        const shown = textOf(catalogue, key).replace(
          /__(\w+?)__/g,
          (_, name: string) => EXAMPLES[name] ?? name,
        );
        assert.ok(korean.includes(`\`${shown}\``), shown);
      }
    }
  });

  it('calls settings and buttons by the names that they have in Korean', () => {
    const names = new Set(
      [...TYPES, 'sensr-sidebar'].flatMap((type) => {
        const catalogue = catalogueOf(type, LANGUAGE);
        return keysOf(catalogue).map((key) => textOf(catalogue, key));
      }),
    );
    const paragraphs = korean.replace(/^- \*\*.*$/gm, '');
    for (const [, name = ''] of paragraphs.matchAll(/\*\*([^*]+)\*\*/g))
      assert.ok(names.has(name) || OTHER_NAMES.includes(name), name);
  });
});

/** What tables say in words instead of values. */
const WORDS: Readonly<Record<string, string>> = {
  '(empty)': '(비움)',
  '(required)': '(필수)',
  points: '%p',
  all: '전체',
  'all but events': 'events 외 전체',
};

const EXAMPLES: Readonly<Record<string, string>> = {
  rate: '10.0',
  seconds: '4',
  attempt: '3',
  status: '401',
  limit: '64',
  operation: 'zones.list',
  duration: '12',
  running: '4',
  waiting: '12',
  count: '12',
  rss: '120',
};

/** In bold too: names of Node-RED, of examples and streams, and words that begin a paragraph. */
const OTHER_NAMES = [
  '한국어',
  '사용자 설정',
  '팔렛트 관리',
  '설치',
  '가져오기',
  '예시',
  '배포하기',
  '사본 가져오기',
  'SENSR first look',
  'Objects',
  'MB',
  '보류',
  'Catch',
  '상태',
  '직접 입력했다면',
];

/** The codes of a cell; a cell of an option table comes without its backticks. */
const codesOfCell = (cell: string, section: string): string[] => {
  const codes = codesIn(cell);
  return codes.length === 0 && section.includes(`\`${cell}\``) ? [cell] : codes;
};
