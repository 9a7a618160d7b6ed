import assert from 'node:assert/strict';
import { SensrError } from '../../../lib/errors';
import { onInput } from '../../../nodes/common/input';
import { FakeNode } from './helpers/fake-node';

function input(handle: (message: Record<string, unknown>) => void): { done: unknown[][]; length: number } {
  const node = new FakeNode();
  onInput(node.asNode, handle);
  const handler = node.handler('input');
  const done: unknown[][] = [];
  handler(
    { action: 'next' },
    () => undefined,
    (...all: unknown[]) => done.push(all),
  );
  return { done, length: handler.length };
}

describe('onInput', () => {
  it('declares the three parameters that make Node-RED wait for done', () => {
    assert.equal(input(() => undefined).length, 3);
  });

  it('hands on the message and finishes it once', () => {
    const seen: unknown[] = [];
    const { done } = input((message) => seen.push(message));
    assert.deepEqual(seen, [{ action: 'next' }]);
    assert.deepEqual(done, [[]]);
  });

  it('finishes with the error that was thrown, once', () => {
    const error = new SensrError('SENSR_BAD_REQUEST', 'no');
    const { done } = input(() => {
      throw error;
    });
    assert.deepEqual(done, [[error]]);
  });

  it('makes an error with a code of anything else that was thrown, and keeps it as the cause', () => {
    for (const thrown of [new TypeError('oops'), 'oops']) {
      const { done } = input(() => {
        throw thrown;
      });
      const [[error] = []] = done;
      assert.ok(error instanceof SensrError);
      assert.deepEqual(
        [done.length, error.code, error.message, error.cause],
        [1, 'SENSR_BAD_REQUEST', 'oops', thrown],
      );
    }
  });

  it('does not finish twice when finishing throws', () => {
    const node = new FakeNode();
    onInput(node.asNode, () => undefined);
    let calls = 0;
    assert.throws(() =>
      node.handler('input')(
        {},
        () => undefined,
        () => {
          calls += 1;
          throw new Error('a Complete node failed');
        },
      ),
    );
    assert.equal(calls, 1);
  });
});
