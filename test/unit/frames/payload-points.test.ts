/** The stream `points`: formats, alignment, whose memory is used, thinning, and odd lengths. */
import assert from 'node:assert/strict';
import type { FrameWish } from '../../../lib/frames/reader';
import { alone, encode, type Model } from './helpers/protocol';
import { vector } from './helpers/vectors';
import { read, readOnly } from './helpers/wish';
import * as wire from './helpers/wire';

interface Cloud<T = Buffer> {
  type: string | number;
  id: string;
  count: number;
  points: T;
  intensities: T;
}
interface Payload<T = Buffer> {
  uid: string;
  clouds: Cloud<T>[];
}

const ramp = (count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, index) => first + index);
const packed = (values: number[]): Buffer => wire.floats(...values);
/** As the help tells users to read a Buffer. */
const view = (buffer: Buffer): number[] => [
  ...new Float32Array(buffer.buffer, buffer.byteOffset, buffer.length / Float32Array.BYTES_PER_ELEMENT),
];
const frameOf = (...clouds: Model[]): Buffer => encode('PointResult', { points: clouds });
const clouds = <T = Buffer>(frame: Buffer, more: Partial<FrameWish> = {}): Cloud<T>[] =>
  readOnly<Payload<T>>('points', frame, more).clouds;

describe('payload of points', () => {
  it('has the uid and every cloud; an empty frame has none', () => {
    const frame = encode('PointResult', {
      uid: 'u',
      points: [{ type: 1, id: 'a#b', points: packed([1, 2, 3]), intensities: packed([9]) }, { type: 77 }],
    });
    assert.deepStrictEqual(readOnly('points', frame, { pointFormat: 'array' }), {
      uid: 'u',
      clouds: [
        { type: 'GROUND', id: 'a#b', count: 1, points: [1, 2, 3], intensities: [9] },
        { type: 77, id: '', count: 0, points: [], intensities: [] },
      ],
    });
    assert.deepStrictEqual(readOnly('points', Buffer.alloc(0)), { uid: '', clouds: [] });
  });

  it('has no time', () => {
    assert.equal(read('points', vector('points_100').frame()).timestampMs, undefined);
  });

  it('honors the types option, and skipEmpty when no cloud is left', () => {
    const frame = frameOf({ type: 1 }, { type: 2 }, { type: 3 }, { type: 77 });
    const types = (some: string[]): unknown[] => clouds(frame, { types: some }).map(({ type }) => type);
    assert.deepEqual(types([]), ['GROUND', 'BACKGROUND', 'RAW', 77]);
    assert.deepEqual(types(['GROUND', 'RAW']), ['GROUND', 'RAW']);
    assert.deepEqual(read('points', frameOf({ type: 1 }), { types: ['RAW'], skipEmpty: true }).payloads, []);
    assert.deepEqual(clouds(frameOf({ type: 1 }), { types: ['RAW'] }), []);
  });

  describe('pointFormat buffer', () => {
    // Ids of one to four letters move what follows through every alignment.
    for (const offset of [0, 1, 2, 3])
      for (const [size, count] of [
        ['short', 5],
        ['just too short to shift', 1365],
        ['just long enough to shift', 1366],
        ['long', 5000],
      ] as const)
        it(`is aligned and whole: ${size}, moved by ${offset}`, () => {
          const id = 'x'.repeat(offset + 1);
          const [points, intensities] = [ramp(count * 3), ramp(count, 1e6)];
          const frame = frameOf(
            { type: 1, id, points: packed(points), intensities: packed(intensities) },
            { type: 2, id: 'next', points: packed(points), intensities: packed(intensities) },
          );
          const read = clouds(frame);
          for (const cloud of read) {
            assert.equal(cloud.points.byteOffset % 4, 0);
            assert.equal(cloud.intensities.byteOffset % 4, 0);
            assert.deepEqual(view(cloud.points), points);
            assert.deepEqual(view(cloud.intensities), intensities);
          }
          assert.deepEqual(
            read.map((cloud) => [cloud.type, cloud.id, cloud.count]),
            [
              ['GROUND', id, count],
              ['BACKGROUND', 'next', count],
            ],
          );
        });

    it('views the frame instead of copying a long field, aligned or not', () => {
      for (const id of ['x', 'xx', 'xxx', 'xxxx']) {
        const frame = frameOf({ id, points: packed(ramp(6000)), intensities: packed(ramp(5000)) });
        const [cloud] = clouds(frame);
        assert.equal(cloud?.points.buffer, frame.buffer);
        assert.equal(cloud.intensities.buffer, frame.buffer);
      }
    });

    it('copies a short field that is not aligned', () => {
      const own = ['x', 'xx', 'xxx', 'xxxx'].filter((id) => {
        const frame = frameOf({ id, points: packed(ramp(3000)) });
        return clouds(frame)[0]!.points.buffer !== frame.buffer;
      });
      assert.equal(own.length, 3);
    });

    it('works in a slice of shared memory, without touching its neighbours', () => {
      const bytes = frameOf({ id: 'x', points: packed(ramp(6000)) });
      for (const offset of [0, 1, 2, 3]) {
        const memory = Buffer.alloc(bytes.length + 8, 0xee);
        bytes.copy(memory, offset);
        const frame = memory.subarray(offset, offset + bytes.length);
        const [cloud] = clouds(frame);
        assert.equal(cloud!.points.byteOffset % 4, 0);
        assert.deepEqual(view(cloud!.points), ramp(6000));
        assert.ok(memory.subarray(0, offset).every((byte) => byte === 0xee));
        assert.ok(memory.subarray(offset + bytes.length).every((byte) => byte === 0xee));
      }
    });

    it('copies when less than half of the frame is kept, so that the rest can go', () => {
      const frame = frameOf({ type: 1, points: packed(ramp(6000)) }, { type: 2, points: packed(ramp(9000)) });
      const [ground] = clouds(Buffer.from(frame), { types: ['GROUND'] });
      assert.notEqual(ground!.points.buffer, frame.buffer);
      assert.equal(ground!.points.buffer.byteLength, 24_000);
      const own = alone(frame);
      const [background] = clouds(own, { types: ['BACKGROUND'] });
      assert.equal(background!.points.buffer, own.buffer);
    });

    it('keeps the last of two fields', () => {
      const twice = (field: number): Buffer =>
        Buffer.concat([wire.bytes(field, packed(ramp(6000))), wire.bytes(field, packed(ramp(6000, 7)))]);
      const [cloud] = clouds(alone(wire.bytes(1, twice(3), twice(4))));
      assert.deepEqual(view(cloud!.points), ramp(6000, 7));
      assert.deepEqual(view(cloud!.intensities), ramp(6000, 7));
    });
  });

  describe('pointFormat typed', () => {
    it('is a Float32Array in memory of its own', () => {
      for (const id of ['x', 'xx', 'xxx', 'xxxx']) {
        const frame = frameOf({ id, points: packed(ramp(6000)), intensities: packed(ramp(2000)) });
        const [cloud] = clouds<Float32Array>(frame, { pointFormat: 'typed' });
        assert.deepEqual(cloud!.points, Float32Array.from(ramp(6000)));
        assert.deepEqual(cloud!.intensities, Float32Array.from(ramp(2000)));
        assert.equal(cloud!.points.buffer.byteLength, 24_000);
      }
    });
  });

  describe('pointFormat array', () => {
    it('is a plain list of numbers', () => {
      const frame = frameOf({
        points: packed([1.5, -2, NaN, Infinity, 0, -Infinity]),
        intensities: packed([1, 255]),
      });
      assert.deepStrictEqual(clouds<number[]>(frame, { pointFormat: 'array' })[0], {
        type: 'NONE',
        id: '',
        count: 2,
        points: [1.5, -2, NaN, Infinity, 0, -Infinity],
        intensities: [1, 255],
      });
    });
  });

  describe('maxPoints', () => {
    const thinned = (count: number, maxPoints: number, intensityCount = count): Cloud<number[]> => {
      const frame = frameOf({ points: packed(ramp(count * 3)), intensities: packed(ramp(intensityCount)) });
      return clouds<number[]>(frame, { pointFormat: 'array', maxPoints })[0]!;
    };

    it('gives exactly that many, evenly spread, whole points, the same each time', () => {
      for (const [count, maxPoints] of [
        [10, 3],
        [10, 9],
        [1000, 7],
        [921, 920],
        [3, 1],
      ] as const) {
        const cloud = thinned(count, maxPoints);
        assert.equal(cloud.count, maxPoints);
        const indices = cloud.points.filter((_, index) => index % 3 === 0).map((x) => x / 3);
        assert.equal(indices.length, maxPoints);
        assert.equal(indices[0], 0);
        assert.deepEqual(
          cloud.points,
          indices.flatMap((index) => [index * 3, index * 3 + 1, index * 3 + 2]),
        );
        const steps = indices.slice(1).map((index, before) => index - indices[before]!);
        for (const step of steps) assert.ok(Math.abs(step - count / maxPoints) < 1, `${step}`);
        assert.deepEqual(cloud.intensities, indices, 'intensities of the same points');
        assert.deepEqual(thinned(count, maxPoints), cloud);
      }
    });

    it('leaves smaller clouds alone, and 0 keeps all', () => {
      assert.equal(thinned(10, 10).count, 10);
      assert.equal(thinned(10, 11).count, 10);
      assert.equal(thinned(10, 0).count, 10);
    });

    it('is counted for each cloud', () => {
      const frame = frameOf(
        { points: packed(ramp(30)) },
        { points: packed(ramp(6)) },
        { points: packed(ramp(30)) },
      );
      assert.deepEqual(
        clouds(frame, { maxPoints: 4 }).map(({ count }) => count),
        [4, 2, 4],
      );
    });

    it('takes the intensities there are', () => {
      assert.deepEqual(thinned(10, 5, 0).intensities, []);
      assert.deepEqual(thinned(10, 5, 3).intensities, [0, 2]);
      assert.deepEqual(thinned(10, 5, 20).intensities, [0, 2, 4, 6, 8]);
    });

    it('works for every format', () => {
      for (const offset of [0, 1, 2, 3]) {
        const cloud = { id: 'x'.repeat(offset + 1), points: packed(ramp(30)), intensities: packed(ramp(10)) };
        const [buffer] = clouds(frameOf(cloud), { maxPoints: 2 });
        assert.deepEqual(view(buffer!.points), [0, 1, 2, 15, 16, 17]);
        assert.deepEqual(view(buffer!.intensities), [0, 5]);
        assert.equal(buffer!.points.byteOffset % 4, 0);
        const [typed] = clouds<Float32Array>(frameOf(cloud), { maxPoints: 2, pointFormat: 'typed' });
        assert.deepEqual(typed!.points, Float32Array.of(0, 1, 2, 15, 16, 17));
      }
    });

    it('keeps the bits of a NaN', () => {
      const bits = Buffer.from('ff8080ff'.repeat(6), 'hex');
      const [cloud] = clouds(frameOf({ points: bits }), { maxPoints: 1 });
      assert.deepEqual(cloud!.points, bits.subarray(0, 12));
    });
  });

  it('ignores a tail that is no whole point or float', () => {
    for (const tail of [1, 3, 4, 11]) {
      const frame = frameOf({
        points: Buffer.concat([packed([1, 2, 3]), Buffer.alloc(tail, 1)]),
        intensities: Buffer.concat([packed([5]), Buffer.alloc(tail % 4, 1)]),
      });
      const [cloud] = clouds<number[]>(frame, { pointFormat: 'array' });
      assert.deepStrictEqual([cloud!.count, cloud!.points, cloud!.intensities], [1, [1, 2, 3], [5]]);
    }
  });
});
