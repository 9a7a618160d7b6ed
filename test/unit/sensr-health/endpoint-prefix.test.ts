import assert from 'node:assert/strict';
import { codeOf } from '../../../lib/errors';
import { endpointPrefix } from '../../../nodes/health/endpoint-prefix';

describe('endpointPrefix', () => {
  it('is the same path however it was entered', () => {
    for (const entered of ['abc', '/abc', 'abc/', '/abc/', ' //abc// '])
      assert.equal(endpointPrefix(entered), '/abc', entered);
    assert.equal(endpointPrefix('plant/one'), '/plant/one');
    assert.equal(endpointPrefix('/a.b_c~d-e/1'), '/a.b_c~d-e/1');
    for (const entered of ['', '/', ' ', undefined, null]) assert.equal(endpointPrefix(entered), '');
  });

  it('accepts what it has returned', () => {
    assert.equal(endpointPrefix(endpointPrefix('abc/')), '/abc');
  });

  it('refuses everything else, and says what it expected and what came', () => {
    for (const entered of [
      'a b',
      'a//b',
      '../x',
      'a/./b',
      'a?b',
      'a%2Fb',
      ':id',
      'ä',
      'x'.repeat(201),
      5,
      {},
    ])
      assert.throws(
        () => endpointPrefix(entered),
        (error: Error) =>
          codeOf(error) === 'SENSR_BAD_CONFIG' && /^prefix: expected .*got /.test(error.message),
        String(entered),
      );
  });
});
