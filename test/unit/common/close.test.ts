import assert from 'node:assert/strict';
import { onClose } from '../../../nodes/common/close';
import { FakeNode } from './helpers/fake-node';

function setup(action: (removed: boolean) => Promise<void>) {
  const node = new FakeNode();
  onClose(node.asNode, action);
  const handler = node.handler('close');
  const done: unknown[][] = [];
  const finished = (removed: boolean): Promise<void> =>
    new Promise((resolve) => {
      handler(removed, (...all: unknown[]) => {
        done.push(all);
        resolve();
      });
    });
  return { node, handler, done, finished };
}

describe('onClose', () => {
  it('declares the two parameters that make Node-RED wait', () => {
    assert.equal(setup(() => Promise.resolve()).handler.length, 2);
  });

  it('tells whether the node was removed, and is done when the action is', async () => {
    const seen: boolean[] = [];
    let finish = (): void => undefined;
    const { done, finished } = setup((removed) => {
      seen.push(removed);
      return new Promise((resolve) => (finish = resolve));
    });
    const first = finished(true);
    await new Promise(setImmediate);
    assert.deepEqual(done, []);
    finish();
    await first;
    const second = finished(false);
    finish();
    await second;
    assert.deepEqual(seen, [true, false]);
    assert.deepEqual(done, [[], []]);
  });

  it('is done, and says why, when the action fails', async () => {
    const { node, done, finished } = setup(() => Promise.reject(new Error('stuck')));
    await finished(false);
    assert.deepEqual(done, [[]]);
    assert.deepEqual(node.logs, ['Closing failed: stuck']);
  });

  it('is done, and says why, when the action fails before it returns', async () => {
    const { node, done, finished } = setup(() => {
      throw new Error('stuck');
    });
    await finished(false);
    assert.deepEqual(done, [[]]);
    assert.deepEqual(node.logs, ['Closing failed: stuck']);
  });
});
