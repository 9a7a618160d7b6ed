import assert from 'node:assert/strict';
import { ERROR_MEANINGS } from '../../../lib/errors';
import { readDocument, tableAfter } from './markdown';

const rows = tableAfter(readDocument('docs/errors.md'), '## Codes');

describe('docs/errors.md', () => {
  it('lists every code with its meaning, in the same order', () => {
    assert.deepEqual(
      rows.slice(0, -1).map((row) => [row['Code'], row['Meaning']]),
      Object.entries(ERROR_MEANINGS),
    );
  });

  it('ends with the codes made of an HTTP status', () => {
    assert.equal(rows.at(-1)?.['Code'], 'SENSR_HTTP_<status>');
  });

  it('says what to do for each', () => {
    for (const row of rows) assert.ok(row['What to do'], row['Code']);
  });
});
