import assert from 'node:assert/strict';
import { cronTimes } from '../../../lib/health/decide/schedule';
import { cronProblem } from '../../../nodes/health/editor/cron-text';

describe('cronProblem', () => {
  it('lets pass what the runtime takes', () => {
    const times = [
      '0 3 * * *',
      '*/10 * * * *',
      '30 2 * * 1,4',
      '0 0 1-7 * MON',
      '0 30 2 * * MON-FRI',
      '59 59 23 31 12 7',
      '0 3 L * *',
      '0 3 * * FRI#2',
      '5 0-23/2 ? jan *',
      '@daily',
      '@Hourly',
    ];
    for (const one of times) {
      assert.equal(cronTimes(one), one);
      assert.equal(cronProblem(one), undefined, one);
    }
  });

  it('refuses what the runtime refuses, as far as can be seen at once', () => {
    const times = [
      '',
      '3:00',
      '0 3 * *',
      '0 0 3 * * * * *',
      'at 3 each night please',
      '@sometimes',
      '0 3 * * mon!',
    ];
    for (const one of times) {
      assert.throws(() => cronTimes(one), { code: 'SENSR_BAD_CONFIG' }, one);
      assert.deepEqual(cronProblem(one), { key: 'times' }, one);
    }
  });

  it('names the part that is out of range, and what it takes', () => {
    const parts = {
      '60 3 * * *': { position: 1, min: 0, max: 59 },
      '0 24 * * *': { position: 2, min: 0, max: 23 },
      '0 3 0 * *': { position: 3, min: 1, max: 31 },
      '0 3 * 13 *': { position: 4, min: 1, max: 12 },
      '0 3 * * 1-8': { position: 5, min: 0, max: 7 },
      '60 0 3 * * *': { position: 1, min: 0, max: 59 },
      '0 0 24 * * *': { position: 3, min: 0, max: 23 },
    };
    for (const [text, values] of Object.entries(parts)) {
      assert.throws(() => cronTimes(text), { code: 'SENSR_BAD_CONFIG' }, text);
      assert.deepEqual(cronProblem(text), { key: 'timesRange', values }, text);
    }
  });
});
