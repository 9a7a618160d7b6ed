import assert from 'node:assert/strict';
import { HighMemoryMode } from '../../../../lib/health/decide/high-memory';

/** What changed at each of the samples, ten seconds apart. */
const changes = (values: readonly (number | undefined)[]): string => {
  const mode = new HighMemoryMode(80);
  return values.map((value, index) => mode.observe(value, 1_000_000 + index * 10_000) ?? '-').join(' ');
};
const times = (count: number, value: number | undefined): (number | undefined)[] => Array(count).fill(value);

describe('high-memory mode', () => {
  it('begins at the third sample in a row', () => {
    assert.equal(changes([80, 80, 80, 80]), '- - on -');
    assert.equal(changes([80, 80, 79, 80, 80]), '- - - - -');
  });

  it('ends after a minute well below its threshold', () => {
    assert.equal(
      changes([...times(15, 80), ...times(7, 69)])
        .split(' ')
        .indexOf('off'),
      21,
    );
    assert.equal(changes([...times(15, 80), ...times(60, 70)]).includes('off'), false);
    assert.equal(changes([...times(15, 80), ...times(6, 69), 71, ...times(6, 69)]).includes('off'), false);
    assert.ok(changes([...times(15, 80), ...times(7, undefined)]).includes('off'));
  });

  it('lasts two minutes at the least', () => {
    assert.equal(
      changes([...times(3, 80), ...times(30, 10)])
        .split(' ')
        .indexOf('off'),
      14,
    );
  });

  it('begins again only after three more samples', () => {
    const again = changes([...times(3, 80), ...times(12, 10), ...times(3, 80)]);
    assert.equal(again.split(' ').lastIndexOf('on'), 17);
  });
});
