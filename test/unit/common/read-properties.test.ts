import assert from 'node:assert/strict';
import type { PropertyTable } from '../../../nodes/common/properties';
import { readProperties } from '../../../nodes/common/read-properties';
import { PROPERTIES as CONFIG } from '../../../nodes/sensr-config/properties';
import { PROPERTIES as STREAM } from '../../../nodes/sensr-stream/properties';

const TABLE = {
  name: { kind: 'text', default: 'none' },
  count: { kind: 'number', default: 5, min: 1, max: 10, integer: true },
  isOn: { kind: 'boolean', default: true },
  mode: { kind: 'choice', default: 'a', choices: ['a', 'b'] },
  kinds: { kind: 'choices', default: ['x'], choices: ['x', 'y'] },
  ids: { kind: 'numbers', default: [] },
  server: { kind: 'reference', default: '', refersTo: 'sensr-config' },
} as const satisfies PropertyTable;

const DEFAULTS = { name: 'none', count: 5, isOn: true, mode: 'a', kinds: ['x'], ids: [], server: '' };

const refuses = (saved: Record<string, unknown>, message: string | RegExp): void => {
  assert.throws(() => readProperties(TABLE, saved), { code: 'SENSR_BAD_CONFIG', message });
};

describe('readProperties', () => {
  it('takes the default of each property that is not there', () => {
    assert.deepEqual(readProperties(TABLE, {}), DEFAULTS);
    const absent = Object.fromEntries(Object.keys(TABLE).map((name) => [name, null]));
    assert.deepEqual(readProperties(TABLE, absent), DEFAULTS);
  });

  it('takes what is there, numbers and switches also as text', () => {
    const saved = {
      name: ' hall ',
      count: '7',
      isOn: 'false',
      mode: 'b',
      kinds: [],
      ids: [1, '-2'],
      server: 'ab.cd',
    };
    assert.deepEqual(readProperties(TABLE, saved), {
      name: 'hall',
      count: 7,
      isOn: false,
      mode: 'b',
      kinds: [],
      ids: [1, -2],
      server: 'ab.cd',
    });
  });

  it('leaves out what the table does not know', () => {
    assert.deepEqual(readProperties(TABLE, { id: 'n1', z: 'tab', wires: [[]] }), DEFAULTS);
  });

  it('reads a list of numbers from text, however it is separated', () => {
    for (const text of ['1,2,3', '1, 2, 3', '1 2 3', '1;2;3', ' 1, 2, 3 ', '1,2,3,'])
      assert.deepEqual(readProperties(TABLE, { ids: text }).ids, [1, 2, 3], `'${text}'`);
    for (const text of ['', ' ']) assert.deepEqual(readProperties(TABLE, { ids: text }).ids, []);
    assert.deepEqual(readProperties(TABLE, { ids: 4 }).ids, [4]);
  });

  it('refuses what is wrong, naming property, expected and got', () => {
    refuses({ count: 11 }, 'count: expected a whole number from 1 to 10, got 11');
    refuses({ name: 5 }, 'name: expected text, got 5');
    refuses({ server: {} }, 'server: expected text, got {}');
    refuses({ mode: 'c' }, "mode: expected one of a, b, got 'c'");
    refuses({ kinds: ['z'] }, "kinds: expected only x, y, got 'z'");
    refuses({ isOn: 'maybe' }, "isOn: expected true or false, got 'maybe'");
    refuses({ ids: ['x'] }, /^ids: expected whole numbers, got 'x'/);
    refuses({ ids: [1.5] }, /^ids: expected whole numbers, got 1\.5/);
    refuses({ ids: [null] }, /^ids: expected whole numbers, got null/);
  });

  for (const [node, table] of [
    ['sensr-config', CONFIG],
    ['sensr-stream', STREAM],
  ] as const)
    it(`accepts every default of ${node} as it would be saved, and its own limits`, () => {
      const defaults = Object.fromEntries(
        Object.entries(table).map(([name, property]) => [name, property.default]),
      );
      const asText = JSON.parse(
        JSON.stringify(defaults, (_, v: unknown) => (typeof v === 'number' ? String(v) : v)),
      ) as Record<string, unknown>;
      assert.deepEqual(readProperties(table, asText), readProperties(table, defaults));
      for (const [name, property] of Object.entries(table) as [string, PropertyTable[string]][]) {
        if (property.kind !== 'number') continue;
        const read = (value: number): unknown =>
          readProperties(table as PropertyTable, { [name]: value })[name];
        assert.deepEqual([read(property.min), read(property.max)], [property.min, property.max]);
        for (const wrong of [property.min - 0.01, property.max + 1])
          assert.throws(() => read(wrong), { message: new RegExp(`^${name}: `) });
      }
    });
});
