import assert from 'node:assert/strict';
import { SharedFrame } from '../../../lib/queue/shared-frame';

const CHUNK_BYTES = 65_536;

const shared = (message: Buffer): SharedFrame => new SharedFrame(message, 1, 2);
const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString();

describe('SharedFrame', () => {
  it('knows its size and when it came', () => {
    const frame = new SharedFrame(Buffer.from('hello'), 12, 34);
    assert.deepEqual([frame.byteLength, frame.arrivedMs, frame.receivedAtMs], [5, 12, 34]);
  });

  it('does not keep the network chunk that a small message is a slice of', () => {
    const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
    const frame = shared(chunk.subarray(1000, 3048));
    frame.retain();
    const bytes = frame.takeBytes();
    assert.equal(bytes.byteLength, 2048);
    assert.notEqual(bytes, chunk.buffer);
    chunk.fill('y');
    assert.equal(text(bytes), 'x'.repeat(2048));
  });

  it('copies a slice as soon as somebody wants it, so that the chunk is free while it waits', () => {
    const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
    const frame = shared(chunk.subarray(0, 2048));
    frame.retain();
    chunk.fill('y');
    assert.equal(text(frame.takeBytes()), 'x'.repeat(2048));
  });

  it('copies nothing for a message with memory of its own and one taker', () => {
    const message = Buffer.from(new ArrayBuffer(1_000_000));
    const frame = shared(message);
    frame.retain();
    assert.equal(frame.takeBytes(), message.buffer);
  });

  it('gives two takers independent memory', () => {
    const message = Buffer.from(new ArrayBuffer(100));
    message.fill('a');
    const frame = shared(message);
    frame.retain();
    frame.retain();
    const [first, second] = [frame.takeBytes(), frame.takeBytes()];
    assert.notEqual(first, second);
    Buffer.from(first).fill('b');
    assert.equal(text(second), 'a'.repeat(100));
    structuredClone(first, { transfer: [first] });
    assert.equal(second.byteLength, 100);
  });

  it('gives the last taker the memory itself', () => {
    const message = Buffer.from(new ArrayBuffer(100));
    const frame = shared(message);
    [1, 2, 3].forEach(() => {
      frame.retain();
    });
    frame.release();
    assert.notEqual(frame.takeBytes(), message.buffer);
    assert.equal(frame.takeBytes(), message.buffer);
  });

  it('refuses a claim after its last holder took the memory away', () => {
    const frame = shared(Buffer.from('hello'));
    frame.retain();
    frame.takeBytes();
    assert.throws(() => {
      frame.retain();
    }, /claimed after/);
  });

  it('can be claimed again while nobody took the memory away', () => {
    const frame = shared(Buffer.from('hello'));
    frame.retain();
    frame.release();
    frame.retain();
    assert.equal(text(frame.takeBytes()), 'hello');
  });
});
