import assert from 'node:assert/strict';
import { OPERATIONS } from '../../../lib/api/operations';
import { operationsPage } from '../../../scripts/document-operations';
import { readDocument } from './markdown';

describe('docs/operations.md', () => {
  it('is what the operation table says; else run scripts/document-operations.ts', () => {
    assert.equal(readDocument('docs/operations.md'), operationsPage());
  });

  it('has every operation', () => {
    const page = readDocument('docs/operations.md');
    for (const { name, params } of OPERATIONS) {
      assert.ok(page.includes(`| \`${name}\` |`), name);
      for (const param of params) assert.ok(page.includes(`\`${param.name}\``), param.name);
    }
  });
});
