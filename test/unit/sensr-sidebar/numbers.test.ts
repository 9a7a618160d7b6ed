/** The sidebar's numbers: rates of totals, words for values and sockets. */
import assert from 'node:assert/strict';
import { bytes, duration, percent, perSecond } from '../../../plugins/sensr-sidebar/editor/view/format';
import { Rates } from '../../../plugins/sensr-sidebar/editor/view/rates';
import { conditionOf } from '../../../plugins/sensr-sidebar/editor/view/socket-condition';

describe('sidebar: rates', () => {
  it('come from the totals of the last seconds', () => {
    const rates = new Rates();
    assert.equal(rates.read('a', 100, 1000), undefined);
    assert.equal(rates.read('a', 110, 2000), 10);
    for (let second = 3; second <= 12; second += 1) rates.read('a', 110, second * 1000);
    assert.equal(rates.read('a', 110, 13_000), 0);
  });

  it('take the same look, shared with another browser, for what it is', () => {
    const rates = new Rates();
    rates.read('a', 0, 1000);
    rates.read('a', 10, 2000);
    assert.equal(rates.read('a', 10, 2000), 10);
  });

  it('begin anew with a total that begins anew, and keep keys apart', () => {
    const rates = new Rates();
    rates.read('a', 500, 1000);
    rates.read('b', 0, 1000);
    assert.equal(rates.read('a', 5, 2000), undefined);
    assert.equal(rates.read('a', 25, 3000), 20);
    assert.equal(rates.read('b', 7, 2000), 7);
  });
});

describe('sidebar: values in words', () => {
  it('have a unit that fits', () => {
    assert.deepEqual([12, 1500, 5 * 1_048_576, 250 * 1_048_576].map(bytes), [
      '12 B',
      '1.5 kB',
      '5.0 MB',
      '250 MB',
    ]);
    assert.deepEqual([7.2, 999, 1500, 42_000, 90_000, 5_400_000, 172_800_000].map(duration), [
      '7 ms',
      '999 ms',
      '1.5 s',
      '42 s',
      '1 min',
      '1.5 h',
      '2.0 d',
    ]);
    assert.deepEqual([9.97, 10.04, 250].map(perSecond), ['10.0/s', '10.0/s', '250/s']);
    assert.deepEqual([0.25, 42.4].map(percent), ['0.3 %', '42 %']);
  });
});

describe('sidebar: condition of a socket', () => {
  const STATES = ['idle', 'connecting', 'open', 'waiting', 'closing', 'closed'] as const;

  it('tells receiving from connected', () => {
    assert.equal(conditionOf({ state: 'open' }, 9.9).key, 'receiving');
    assert.equal(conditionOf({ state: 'open' }, 0).key, 'open');
  });

  it('differs in words where it differs in colour', () => {
    const levels = new Map(
      STATES.map((state) => [conditionOf({ state }, 0).key, conditionOf({ state }, 0).level]),
    );
    assert.equal(levels.size, STATES.length);
    assert.deepEqual(levels.get('waiting'), 'bad');
  });
});
