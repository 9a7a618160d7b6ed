/** Decides whose memory the points of a payload use: a view into the frame, the frame shifted a little, or a copy. */

const FLOAT_BYTES = 4;
/** From this length on, a field's own tag and length take four bytes: room to shift by three without touching others. */
const SHIFTABLE_FIELD_BYTES = 16_384;

/**
 * @param frame is exclusively ours and read to its end: the bytes before a field that is shifted are lost
 * @param fieldBytes length of the whole field of which `start` to `end` is wanted
 * @returns the same floats, aligned so that a Float32Array can view them
 */
export function alignedView(frame: Buffer, start: number, end: number, fieldBytes: number): Buffer {
  const offBytes = (frame.byteOffset + start) % FLOAT_BYTES;
  if (offBytes === 0) return frame.subarray(start, end);
  if (fieldBytes < SHIFTABLE_FIELD_BYTES) return ownCopy(frame, start, end);
  frame.copyWithin(start - offBytes, start, end);
  return frame.subarray(start - offBytes, end - offBytes);
}

/** Node.js aligns what it allocates to eight bytes, in its pool of small buffers too. */
export function ownCopy(frame: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  frame.copy(copy, 0, start, end);
  return copy;
}

/** In memory of its own, since cloning a typed array copies all the memory it views, not only what it shows. */
export function ownFloats(frame: Buffer, start: number, end: number): Float32Array {
  const bytes = new Uint8Array(end - start);
  frame.copy(bytes, 0, start, end);
  return new Float32Array(bytes.buffer);
}
