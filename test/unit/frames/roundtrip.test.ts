/** What another encoder wrote is read back whole, in every encoding of it that protobuf allows. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asContract, encode, typeOf, type Model } from './helpers/protocol';
import { randomMessage, randomNumbers, scramble } from './helpers/random-message';
import { readOnly } from './helpers/wish';

const OUTPUT = typeOf('OutputMessage');
const POINTS = typeOf('PointResult');

function wholeFloats(bytes: Buffer, itemBytes: number): Buffer {
  return bytes.subarray(0, bytes.length - (bytes.length % itemBytes));
}

/** A tail that is no whole point or float is ignored. */
function cutTails(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cutTails);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      Buffer.isBuffer(one) ? wholeFloats(one, key === 'points' ? 12 : 4) : cutTails(one),
    ]),
  );
}

function expectedOutput(model: Model): unknown {
  const payload = cutTails(asContract(OUTPUT, model)) as Model;
  if (payload['custom']) Object.assign(payload['custom'], { replay: null });
  return payload;
}

function expectedPoints(model: Model): unknown {
  const { uid, points } = cutTails(asContract(POINTS, model)) as {
    uid: string;
    points: { points: Buffer }[];
  };
  return { uid, clouds: points.map((cloud) => ({ ...cloud, count: cloud.points.length / 12 })) };
}

describe('decode(encode(x))', function () {
  this.timeout(60_000);

  it('gives every OutputMessage back', () => {
    fc.assert(
      fc.property(randomMessage(OUTPUT, 6), (model) => {
        assert.deepStrictEqual(readOnly('output', encode('OutputMessage', model)), expectedOutput(model));
      }),
      { numRuns: 300 },
    );
  });

  it('gives every PointResult back', () => {
    fc.assert(
      fc.property(randomMessage(POINTS), (model) => {
        assert.deepStrictEqual(readOnly('points', encode('PointResult', model)), expectedPoints(model));
      }),
    );
  });

  it('gives the same for any other encoding of an OutputMessage', () => {
    fc.assert(
      fc.property(randomMessage(OUTPUT, 6), fc.integer(), (model, seed) => {
        const frame = scramble(OUTPUT, encode('OutputMessage', model), randomNumbers(seed));
        assert.deepStrictEqual(readOnly('output', frame), expectedOutput(model));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same for any other encoding of a PointResult', () => {
    fc.assert(
      fc.property(randomMessage(POINTS), fc.integer(), (model, seed) => {
        const frame = scramble(POINTS, encode('PointResult', model), randomNumbers(seed));
        assert.deepStrictEqual(readOnly('points', frame), expectedPoints(model));
      }),
    );
  });
});
