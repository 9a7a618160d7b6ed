/** Builds the header of an unmasked, unfragmented WebSocket frame (RFC 6455, 5.2). */

const FIN = 0x80;
const TEXT = 1;
const BINARY = 2;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;
const MAX_LENGTH_IN_2_BYTES = 0xffff;

export function frameHeader(payloadBytes: number, isText: boolean): Buffer {
  const first = FIN | (isText ? TEXT : BINARY);
  if (payloadBytes < LENGTH_IN_2_BYTES) return Buffer.of(first, payloadBytes);
  if (payloadBytes <= MAX_LENGTH_IN_2_BYTES) {
    const header = Buffer.of(first, LENGTH_IN_2_BYTES, 0, 0);
    header.writeUInt16BE(payloadBytes, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = LENGTH_IN_8_BYTES;
  header.writeBigUInt64BE(BigInt(payloadBytes), 2);
  return header;
}
