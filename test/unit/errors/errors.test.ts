import assert from 'node:assert/strict';
import { SensrError, codeOf, fromRecord, messageOf, toRecord } from '../../../lib/errors';

describe('SensrError', () => {
  it('has a code, a message, a name and a cause', () => {
    const cause = new Error('why');
    const error = new SensrError('SENSR_TLS', 'what', cause);
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause],
      ['SensrError', 'SENSR_TLS', 'what', cause],
    );
    assert.equal('cause' in new SensrError('SENSR_TLS', 'what'), false);
  });

  it('survives the way across a thread with code, message and cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const record = structuredClone(
      toRecord(new SensrError('SENSR_UNREACHABLE', 'gone', cause), 'SENSR_THREAD'),
    );
    const back = fromRecord(record);
    assert.ok(back instanceof SensrError);
    assert.deepEqual([back.code, back.message], ['SENSR_UNREACHABLE', 'gone']);
    assert.ok(back.cause instanceof Error);
    assert.deepEqual([back.cause.message, codeOf(back.cause)], ['connect ECONNREFUSED', 'ECONNREFUSED']);
  });

  it('survives it without a cause, and with one without a code', () => {
    for (const error of [
      new SensrError('SENSR_TLS', 'x'),
      new SensrError('SENSR_TLS', 'x', new Error('y')),
    ]) {
      const back = fromRecord(structuredClone(toRecord(error, 'SENSR_THREAD')));
      assert.deepEqual(
        [back.code, back.message, messageOf(back.cause)],
        ['SENSR_TLS', 'x', messageOf(error.cause)],
      );
      assert.equal(codeOf(back.cause), undefined);
    }
  });
});

describe('toRecord', () => {
  it('gives whatever was thrown the code it is told', () => {
    assert.deepEqual(toRecord(new TypeError('x'), 'SENSR_BAD_FRAME'), {
      code: 'SENSR_BAD_FRAME',
      message: 'x',
    });
    assert.deepEqual(toRecord('x', 'SENSR_BAD_FRAME'), { code: 'SENSR_BAD_FRAME', message: 'x' });
    assert.deepEqual(toRecord(undefined, 'SENSR_BAD_FRAME'), {
      code: 'SENSR_BAD_FRAME',
      message: 'undefined',
    });
  });

  it('leaves a cause out that is no error', () => {
    assert.deepEqual(toRecord(new SensrError('SENSR_TLS', 'x', { any: 'thing' }), 'SENSR_THREAD'), {
      code: 'SENSR_TLS',
      message: 'x',
    });
  });
});

describe('codeOf', () => {
  it('reads the code of Node.js, and only text', () => {
    assert.equal(codeOf(Object.assign(new Error(), { code: 'EPIPE' })), 'EPIPE');
    assert.equal(codeOf(Object.assign(new Error(), { code: 5 })), undefined);
    assert.equal(codeOf({ code: 'EPIPE' }), undefined);
  });
});
