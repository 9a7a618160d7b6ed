import assert from 'node:assert/strict';
import { booleanOption, numberOption, oneOf, shownValue, someOf } from '../../../lib/options';

const LIMITS = { default: 15, min: 0.1, max: 3600, unit: 's' };
const WHOLE = { default: 5050, min: 1, max: 65_535, integer: true };
const ABSENT = [undefined, null, ''];

const refuses = (run: () => unknown, message: string): void => {
  assert.throws(run, { name: 'SensrError', code: 'SENSR_BAD_CONFIG', message });
};

describe('numberOption', () => {
  it('takes numbers, and numbers as text', () => {
    for (const [value, number] of [
      [3, 3],
      ['3', 3],
      [' 0.5 ', 0.5],
      ['1e3', 1000],
      [0.1, 0.1],
      [3600, 3600],
    ] as const)
      assert.equal(numberOption('x', value, LIMITS), number);
  });

  it('takes the default where nothing is', () => {
    for (const value of ABSENT) assert.equal(numberOption('x', value, LIMITS), 15);
  });

  it('refuses what is out of range or no number, naming property, limits and value', () => {
    for (const [value, shown] of [
      [0, '0'],
      ['3601', "'3601'"],
      ['abc', "'abc'"],
      [' ', "' '"],
      [NaN, 'null'],
      [Infinity, 'null'],
      ['Infinity', "'Infinity'"],
      [true, 'true'],
      [[5], '[5]'],
    ] as const)
      refuses(
        () => numberOption('pingInterval', value, LIMITS),
        `pingInterval: expected a number from 0.1 to 3600 s, got ${shown}`,
      );
  });

  it('refuses fractions where a whole number is asked for', () => {
    assert.equal(numberOption('port', '80', WHOLE), 80);
    refuses(
      () => numberOption('port', 80.5, WHOLE),
      'port: expected a whole number from 1 to 65535, got 80.5',
    );
  });
});

describe('oneOf', () => {
  const choices = ['loop', 'rate'] as const;

  it('takes a choice, or the fallback where nothing is', () => {
    assert.equal(oneOf('pacing', 'rate', choices, 'loop'), 'rate');
    for (const value of ABSENT) assert.equal(oneOf('pacing', value, choices, 'loop'), 'loop');
  });

  it('refuses anything else, naming the choices', () => {
    refuses(() => oneOf('pacing', 'Rate', choices, 'loop'), "pacing: expected one of loop, rate, got 'Rate'");
    refuses(() => oneOf('pacing', 5, choices, 'loop'), 'pacing: expected one of loop, rate, got 5');
  });
});

describe('someOf', () => {
  const choices = ['a', 'b', 'c'] as const;

  it('takes a list of choices, an empty one too, or the fallback where nothing is', () => {
    assert.deepEqual(someOf('types', ['c', 'a'], choices, ['b']), ['c', 'a']);
    assert.deepEqual(someOf('types', [], choices, ['b']), []);
    for (const value of ABSENT) assert.deepEqual(someOf('types', value, choices, ['b']), ['b']);
  });

  it('refuses anything else', () => {
    refuses(() => someOf('types', ['a', 'x'], choices, []), "types: expected only a, b, c, got 'x'");
    refuses(() => someOf('types', 'a', choices, []), "types: expected a list of a, b, c, got 'a'");
  });
});

describe('booleanOption', () => {
  it('takes booleans, their texts, or the fallback where nothing is', () => {
    for (const value of [true, 'true']) assert.equal(booleanOption('x', value, false), true);
    for (const value of [false, 'false']) assert.equal(booleanOption('x', value, true), false);
    for (const value of ABSENT) assert.equal(booleanOption('x', value, true), true);
  });

  it('refuses anything else', () => {
    for (const value of ['yes', 1, 0])
      refuses(
        () => booleanOption('x', value, true),
        `x: expected true or false, got ${typeof value === 'string' ? `'${value}'` : value}`,
      );
  });
});

describe('shownValue', () => {
  it('shows anything, at most its first hundred characters', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const given = ['x', '', null, undefined, 5, [1, 'a'], { a: 1 }, 5n, cyclic, () => 1];
    assert.deepEqual(given.map(shownValue), [
      ...["'x'", "''", 'null', 'nothing', '5', '[1,"a"]', '{"a":1}', 'a bigint', 'an object', 'a function'],
    ]);
    const long = shownValue({ text: 'y'.repeat(10_000) });
    assert.equal(long.length, 101);
    assert.ok(long.endsWith('y…'));
  });
});
