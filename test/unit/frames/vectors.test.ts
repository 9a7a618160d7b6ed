/** Every frame encoded by the vendor's definitions is read as it was meant, every damaged one is refused. */
import assert from 'node:assert/strict';
import { SensrError } from '../../../lib/errors';
import { asContract, typeOf, type Model } from './helpers/protocol';
import { VECTORS, type Vector } from './helpers/vectors';
import { read, readOnly } from './helpers/wish';

const streamOf = ({ type }: Vector) => (type === 'OutputMessage' ? 'output' : 'points');

function expectedPayload({ type, expected }: Vector): unknown {
  const message = asContract(typeOf(type), expected) as Model;
  if (type === 'OutputMessage') {
    // Before 3.1 only, so the newest definitions do not know it.
    if (message['custom']) Object.assign(message['custom'], { replay: null });
    return message;
  }
  const clouds = (message['points'] as Model[]).map((cloud) => ({
    ...cloud,
    count: Math.floor((cloud['points'] as Buffer).length / 12),
  }));
  return { uid: message['uid'], clouds };
}

describe('vectors of the vendor', () => {
  it('are all there', () => {
    assert.equal(VECTORS.length, 45);
  });

  for (const vector of VECTORS.filter(({ expected }) => !expected['error']))
    it(`reads ${vector.name}: ${vector.note}`, () => {
      assert.deepStrictEqual(readOnly(streamOf(vector), vector.frame()), expectedPayload(vector));
    });

  for (const vector of VECTORS.filter(({ expected, optional }) => expected['error'] && !optional))
    it(`refuses ${vector.name}: ${vector.note}`, () => {
      assert.throws(
        () => read(streamOf(vector), vector.frame()),
        (error) => error instanceof SensrError && error.code === 'SENSR_BAD_FRAME',
      );
    });

  it('reads a name that is no UTF-8 with replacement characters', () => {
    const vector = VECTORS.find(({ name }) => name === 'bad_utf8')!;
    const [zone] = readOnly<{ name: string }[]>('zones', vector.frame());
    assert.equal(zone?.name, 'bad \ufffd\ufffd name');
  });
});
