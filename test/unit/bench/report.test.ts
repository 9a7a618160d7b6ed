/** The page of the benchmarks: made of the figures alone, with every target judged. */
import assert from 'node:assert/strict';
import { toMarkdown } from '../../../bench/compare/report';
import { figure } from '../../../bench/compare/statistics';

describe('page of the benchmarks', () => {
  const page = (): Promise<string> =>
    toMarkdown({
      takenAt: '2030-01-02T03:04:05.000Z',
      machine: ['2 × some processor', 'Node.js v1'],
      rounds: 5,
      rows: {
        one: {
          title: 'First row',
          about: 'What was done.',
          load: '0.1 before, 2.0 after',
          lines: [
            { contender: 'a', what: 'speed', unit: 'frames/s', figure: figure([12_345, 10_000, 20_000]) },
            { contender: 'a', what: 'cost', unit: '%', figure: figure([1.234]) },
            { contender: 'b', what: 'speed', unit: 'frames/s', figure: figure([5]) },
          ],
          targets: [
            { what: 'fast', relation: '>=', limit: 2, measured: 2, unit: '×' },
            { what: 'small', relation: '<=', limit: 8, measured: 8.5, unit: 'MB' },
          ],
        },
      },
    });

  it('says of each target whether it was met', async () => {
    const text = (await page()).replace(/ +/g, ' ');
    assert.match(text, /\| fast \| at least 2\.00 × \| 2\.00 × \| met \|/);
    assert.match(text, /\| small \| at most 8\.00 MB \| 8\.50 MB \| \*\*missed\*\* \|/);
  });

  it('puts who is compared next to each other, with median and spread', async () => {
    const rows = (await page())
      .replace(/ +/g, ' ')
      .split('\n')
      .filter((line) => /^\| (speed|cost)/.test(line));
    assert.deepEqual(rows, [
      '| speed | a | 12,345 | 10,000–20,000 | frames/s |',
      '| speed | b | 5.00 | 5.00–5.00 | frames/s |',
      '| cost | a | 1.23 | 1.23–1.23 | % |',
    ]);
  });

  it('names machine, versions, date and load', async () => {
    const text = await page();
    for (const part of ['2 × some processor', 'Node.js v1', '2030-01-02', '0.1 before, 2.0 after'])
      assert.ok(text.includes(part), part);
  });
});
