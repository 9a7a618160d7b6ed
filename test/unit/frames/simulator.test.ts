/** The simulator's encoder and the decoder, written apart, agree about every generation of the protocol. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeOutputMessage, encodePointResult } from '../../../simulator/encode';
import type { OutputMessage, PointResult } from '../../../simulator/types';
import { asContract, typeOf, type Model } from './helpers/protocol';
import { randomMessage } from './helpers/random-message';
import { readOnly } from './helpers/wish';

const OUTPUT = typeOf('OutputMessage');
const messages = randomMessage(OUTPUT, 6);

interface Output extends Model {
  stream: { objects: Model[]; health: unknown } | null;
  custom: Model | null;
}

/** Points are compared elsewhere; a zero has no sign here, since an encoder may leave it out. */
function comparable(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(comparable);
  if (Buffer.isBuffer(value)) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, comparable(one)]));
}

function expected(model: Model): Output {
  const payload = asContract(OUTPUT, model) as Output;
  if (payload.custom) payload.custom['replay'] = null;
  return comparable(payload) as Output;
}

const decoded = (frame: Buffer): Output => comparable(readOnly('output', frame)) as Output;

describe('frames of the simulator', function () {
  this.timeout(60_000);

  for (const generation of ['current', 'pre'] as const)
    it(`are read whole: ${generation}`, () => {
      fc.assert(
        fc.property(messages, (model) => {
          assert.deepStrictEqual(
            decoded(encodeOutputMessage(model as OutputMessage, generation)),
            expected(model),
          );
        }),
      );
    });

  for (const generation of ['3.0', '2.x'] as const)
    it(`are read as far as servers before 3.1 say the same: ${generation}`, () => {
      fc.assert(
        fc.property(messages, fc.nat(), (model, replayIndex) => {
          const message = model as OutputMessage;
          if (message.custom) message.custom.replayIndex = replayIndex;
          const [read, sent] = [decoded(encodeOutputMessage(message, generation)), expected(model)];
          const keys = [
            'id',
            'label',
            'confidence',
            'bbox',
            'velocity',
            'trackingStatus',
            'history',
            'zoneIds',
          ];
          const some = (objects?: Model[]) => objects?.map((one) => keys.map((key) => one[key]));
          assert.deepStrictEqual(some(read.stream?.objects), some(sent.stream?.objects));
          assert.equal(read.custom?.['bgLearningProgress'], sent.custom?.['bgLearningProgress']);
          assert.equal(read['event'] === null, sent['event'] === null);
        }),
      );
    });

  it('carry replay, record and profiling under the numbers of their time', () => {
    const custom = {
      replayIndex: 7,
      record: { savingProgress: 0.5 },
      profiling: { masterNode: { processingTimes: { FrameOverall: 5 } } },
    };
    const { replay, record, profiling } = decoded(encodeOutputMessage({ custom }, '3.0')).custom ?? {};
    assert.deepStrictEqual([replay, record], [{ currentIndex: 7 }, { savingProgress: 0.5 }]);
    assert.deepStrictEqual(profiling, {
      masterNode: { processingTimes: { FrameOverall: 5 }, memUsages: {}, characteristics: {} },
      algoNodes: {},
    });
  });

  it('carry clouds', () => {
    fc.assert(
      fc.property(randomMessage(typeOf('PointResult')), (model) => {
        const { uid, clouds } = readOnly<{ uid: string; clouds: Model[] }>(
          'points',
          encodePointResult(model as PointResult),
        );
        const sent = asContract(typeOf('PointResult'), model) as { uid: string; points: Model[] };
        assert.equal(uid, sent.uid);
        assert.deepEqual(
          clouds.map(({ type, id, count }) => [type, id, count]),
          sent.points.map(({ type, id, points }) => [type, id, Math.floor((points as Buffer).length / 12)]),
        );
      }),
    );
  });
});
