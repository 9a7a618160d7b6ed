/** The stream `custom`: shape, and which generation's numbering a frame follows. */
import assert from 'node:assert/strict';
import { alone, encode, type Model } from './helpers/protocol';
import { read, readOnly } from './helpers/wish';
import * as wire from './helpers/wire';

const times = { processingTimes: { FrameOverall: 12_345 }, memUsages: {}, characteristics: {} };
const profiling = { masterNode: times, algoNodes: {} };
const custom = (...fields: Buffer[]): Model => readOnly('custom', alone(wire.bytes(301, ...fields)));
const parts = (...fields: Buffer[]): unknown[] => {
  const { record, replay, profiling: results } = custom(...fields);
  return [record, replay, results];
};
const empty = { masterNode: null, algoNodes: {} };
const RECORD = wire.float(1, 0.5);
const REPLAY = wire.number(1, 42);
const PROFILING = encode('ProfilingResultSet', profiling);

describe('payload of custom', () => {
  it('has every field with its default', () => {
    assert.deepStrictEqual(custom(), {
      vehicleOrientedFieldsOfRegard: [],
      bgLearningProgress: 0,
      record: null,
      replay: null,
      profiling: null,
    });
  });

  it('has what the newest servers send', () => {
    const sent = {
      vehicleOrientedFieldsOfRegard: [
        { objectId: 3, fieldOfRegard: [{ points: [{ x: 1, y: 2 }], minZ: 0, maxZ: 1 }] },
      ],
      bgLearningProgress: 0.5,
      record: { savingProgress: 0.25 },
      profiling,
    };
    assert.deepStrictEqual(readOnly('custom', encode('OutputMessage', { custom: sent })), {
      ...sent,
      replay: null,
    });
  });

  it('has what servers before 3.1 send, under the same names', () => {
    const sent = {
      fieldOfRegard: [{ minZ: 1 }],
      bgLearningProgress: 1,
      replay: { currentIndex: 7 },
      record: { savingProgress: 0.5 },
      profiling,
    };
    const { fieldOfRegard: _, ...expected } = sent;
    assert.deepStrictEqual(readOnly('custom', encode('OldOutputMessage', { custom: sent })), {
      ...expected,
      vehicleOrientedFieldsOfRegard: [],
    });
  });

  it('tells each part by its first inner tag', () => {
    const [record, replay] = [{ savingProgress: 0.5 }, { currentIndex: 42 }];
    assert.deepStrictEqual(parts(wire.bytes(102, RECORD)), [record, null, null]);
    assert.deepStrictEqual(parts(wire.bytes(102, REPLAY)), [null, replay, null]);
    assert.deepStrictEqual(parts(wire.bytes(103, RECORD)), [record, null, null]);
    assert.deepStrictEqual(parts(wire.bytes(103, PROFILING)), [null, null, profiling]);
    assert.deepStrictEqual(parts(wire.bytes(104, PROFILING)), [null, null, profiling]);
    assert.deepStrictEqual(parts(wire.bytes(102, RECORD), wire.bytes(103, PROFILING)), [
      record,
      null,
      profiling,
    ]);
  });

  it('lets the other parts decide about an empty one, and takes it for the newest otherwise', () => {
    assert.deepStrictEqual(parts(wire.bytes(102)), [{ savingProgress: 0 }, null, null]);
    assert.deepStrictEqual(parts(wire.bytes(103)), [null, null, empty]);
    assert.deepStrictEqual(parts(wire.bytes(104)), [null, null, empty]);
    assert.deepStrictEqual(parts(wire.bytes(102), wire.bytes(103, RECORD)), [
      { savingProgress: 0.5 },
      { currentIndex: 0 },
      null,
    ]);
    assert.deepStrictEqual(parts(wire.bytes(102, REPLAY), wire.bytes(103)), [
      { savingProgress: 0 },
      { currentIndex: 42 },
      null,
    ]);
    assert.deepStrictEqual(parts(wire.bytes(103), wire.bytes(104, PROFILING)), [
      { savingProgress: 0 },
      null,
      profiling,
    ]);
  });

  it('has one of three values in a characteristic: the last', () => {
    const value = [wire.number(1, 5), wire.bytes(3, 'text'), wire.fixed64(2, Buffer.alloc(8))];
    const rotations = [0, 1, 2].map((by) => [...value.slice(by), ...value.slice(0, by)]);
    const results = rotations.map((parts) => {
      const entry = wire.bytes(101, wire.bytes(1, 'key'), wire.bytes(2, ...parts));
      const { profiling: read } = custom(wire.bytes(103, wire.bytes(1, entry)));
      return (read as { masterNode: { characteristics: { key: unknown } } }).masterNode.characteristics.key;
    });
    assert.deepStrictEqual(results, [
      { integerNumber: null, decimalNumber: 0, text: null },
      { integerNumber: 5, decimalNumber: null, text: null },
      { integerNumber: null, decimalNumber: null, text: 'text' },
    ]);
  });

  it('joins a part that comes in two pieces', () => {
    const [one, two] = [
      encode('ProfilingResultSet', { masterNode: times }),
      encode('ProfilingResultSet', { algoNodes: { a: times } }),
    ];
    const { profiling: joined } = custom(wire.bytes(103, one), wire.bytes(103, two));
    assert.deepStrictEqual(joined, { masterNode: times, algoNodes: { a: times } });
  });

  it('gives nothing for frames without it', () => {
    assert.deepEqual(read('custom', encode('OutputMessage', { stream: {} })).payloads, []);
  });
});
