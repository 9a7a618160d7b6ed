import assert from 'node:assert/strict';
import { ACTIONS, actionOf } from '../../../nodes/sensr-stream/actions';

describe('actionOf', () => {
  it('knows the actions of the contract', () => {
    assert.deepEqual([...ACTIONS], ['next', 'pause', 'resume', 'flush', 'reconnect']);
    for (const action of ACTIONS) assert.equal(actionOf({ action }), action);
  });

  it('refuses anything else, naming the choices', () => {
    for (const [action, got] of [
      ['Next', "'Next'"],
      ['close', "'close'"],
      ['toString', "'toString'"],
      [1, '1'],
      [null, 'null'],
      [undefined, 'nothing'],
    ] as const)
      assert.throws(() => actionOf({ action }), {
        code: 'SENSR_BAD_REQUEST',
        message: `msg.action: expected one of next, pause, resume, flush, reconnect, got ${got}`,
      });
    assert.throws(() => actionOf({}), /got nothing/);
  });
});
