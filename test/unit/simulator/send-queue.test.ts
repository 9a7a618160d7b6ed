/** The send queue: whatever is put in comes out in order, in pieces of any size, exactly counted. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SendQueue } from '../../../simulator/send-queue';

describe('send queue', () => {
  it('gives back every byte in order and counts bytes and frames exactly', () => {
    const entry = fc.record({
      parts: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 4 }),
      isFrame: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.array(fc.nat(25)), (entries, sizes) => {
        const queue = new SendQueue();
        for (const { parts, isFrame } of entries) queue.add(parts, isFrame);
        const whole = Buffer.concat(entries.flatMap(({ parts }) => parts));
        const frames = entries.filter(
          ({ parts, isFrame }) => isFrame && parts.some(({ length }) => length > 0),
        );
        const taken: Uint8Array[] = [];
        let framesEnded = 0;
        for (const size of [...sizes, Infinity]) {
          const { pieces, bytes, framesEnded: ended } = queue.take(size);
          assert.ok(bytes <= size);
          assert.equal(
            pieces.reduce((sum, piece) => sum + piece.length, 0),
            bytes,
          );
          taken.push(...pieces);
          framesEnded += ended;
          assert.equal(queue.bytes, whole.length - Buffer.concat(taken).length);
          assert.equal(queue.frames, frames.length - framesEnded);
        }
        assert.deepEqual(Buffer.concat(taken), whole);
        assert.equal(framesEnded, frames.length);
      }),
    );
  });

  it('finishes what has begun and drops the rest', () => {
    const queue = new SendQueue();
    queue.add([Buffer.from('ab'), Buffer.from('cdef')], true);
    queue.add([Buffer.from('gh')], true);
    queue.take(3);
    queue.dropUnbegun();
    assert.deepEqual([queue.bytes, queue.frames], [3, 1]);
    queue.add([Buffer.from('XY')], false);
    assert.equal(Buffer.concat(queue.take(100).pieces).toString(), 'defXY');
    assert.deepEqual([queue.bytes, queue.frames], [0, 0]);
  });

  it('drops everything when nothing has begun', () => {
    const queue = new SendQueue();
    queue.add([Buffer.from('ab')], true);
    queue.take(2);
    queue.add([Buffer.from('cd')], true);
    queue.dropUnbegun();
    assert.deepEqual([queue.bytes, queue.frames, queue.take(9).bytes], [0, 0, 0]);
  });
});
