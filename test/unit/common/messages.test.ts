import assert from 'node:assert/strict';
import { SensrError } from '../../../lib/errors';
import { asMessage, reportAfterStart, reportError } from '../../../nodes/common/messages';
import { FakeNode } from './helpers/fake-node';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setup() {
  const node = new FakeNode();
  const errors: unknown[][] = [];
  Object.assign(node, { error: (...all: unknown[]) => errors.push(all) });
  return { node, errors };
}

const ERROR = new SensrError('SENSR_BAD_CONFIG', 'no host');
const ABOUT = { topic: 'hall' };

describe('messages', () => {
  it('are the objects themselves', () => {
    const message = { payload: 1 };
    assert.equal(asMessage(message), message);
  });
});

describe('reportError', () => {
  it('hands on the error itself, and a message without which Catch would not hear of it', () => {
    const { node, errors } = setup();
    reportError(node.asNode, ERROR, ABOUT);
    assert.deepEqual(errors, [[ERROR, ABOUT]]);
  });
});

describe('reportAfterStart', () => {
  it('reports in a later turn, when the Catch nodes are there', async () => {
    const { node, errors } = setup();
    reportAfterStart(node.asNode, ERROR, ABOUT);
    assert.equal(errors.length, 0);
    await turn();
    assert.deepEqual(errors, [[ERROR, ABOUT]]);
  });

  it('reports nothing when the node was closed before', async () => {
    const { node, errors } = setup();
    reportAfterStart(node.asNode, ERROR, ABOUT);
    const close = node.handler('close');
    assert.equal(close.length, 0, 'nothing to wait for');
    close();
    await turn();
    assert.deepEqual(errors, []);
  });
});
