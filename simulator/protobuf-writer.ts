/** Writes protobuf fields into a growing buffer; scalars at their proto3 default are left out. */

import type { Integer64 } from './types';

const INITIAL_BYTES = 4096;
/** A varint of 64 bits has at most this many bytes. */
const MAX_VARINT_BYTES = 10;

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

export const varintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
};

export class ProtobufWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.#buffer = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** The bytes so far, in memory of their own. */
  finish(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  int32(field: number, value: number | undefined): void {
    if (value) this.int32Always(field, value);
  }

  int32Always(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#signedVarint(value);
  }

  /** int64 and uint64: both are the low 64 bits. */
  int64(field: number, value: Integer64 | undefined): void {
    if (value) this.int64Always(field, value);
  }

  int64Always(field: number, value: Integer64): void {
    this.#tag(field, VARINT);
    this.#signedVarint(value);
  }

  bool(field: number, value: boolean | undefined): void {
    if (!value) return;
    this.#tag(field, VARINT);
    this.#varint(1);
  }

  /** The default is judged on the float32 that would travel; -0 is not the default. */
  float(field: number, value: number | undefined): void {
    if (value === undefined || Object.is(Math.fround(value), 0)) return;
    this.#tag(field, FIXED32);
    this.#reserve(4);
    this.#length = this.#buffer.writeFloatLE(value, this.#length);
  }

  doubleAlways(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  string(field: number, value: string | undefined): void {
    if (value) this.stringAlways(field, value);
  }

  stringAlways(field: number, value: string): void {
    const bytes = Buffer.byteLength(value);
    this.#tag(field, DELIMITED);
    this.#varint(bytes);
    this.#reserve(bytes);
    this.#length += this.#buffer.write(value, this.#length, 'utf8');
  }

  bytes(field: number, value: Uint8Array | undefined): void {
    if (!value || value.length === 0) return;
    this.#tag(field, DELIMITED);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  packedInt32(field: number, values: readonly number[] | undefined): void {
    if (!values || values.length === 0) return;
    this.#delimited(field, () => {
      for (const value of values) this.#signedVarint(value);
    });
  }

  /** A sub-message: written when the value is there, even if all its fields are defaults. */
  message<T>(field: number, value: T | undefined, write: (writer: ProtobufWriter, value: T) => void): void {
    if (value === undefined) return;
    this.#delimited(field, () => write(this, value));
  }

  repeated<T>(
    field: number,
    values: readonly T[] | undefined,
    write: (writer: ProtobufWriter, value: T) => void,
  ): void {
    for (const value of values ?? []) this.message(field, value, write);
  }

  /** A map with text keys: entries of 1 = key and 2 = value, the key always written. */
  map<T>(
    field: number,
    values: Readonly<Record<string, T>> | undefined,
    writeValue: (writer: ProtobufWriter, value: T) => void,
  ): void {
    for (const [key, value] of Object.entries(values ?? {})) {
      this.#delimited(field, () => {
        this.stringAlways(1, key);
        writeValue(this, value);
      });
    }
  }

  /** One byte is kept for the length; a longer length moves the body, which is rare and small. */
  #delimited(field: number, writeBody: () => void): void {
    this.#tag(field, DELIMITED);
    const lengthAt = this.#length;
    this.#reserve(1);
    this.#length += 1;
    writeBody();
    const bodyBytes = this.#length - lengthAt - 1;
    const extraBytes = varintBytes(bodyBytes) - 1;
    if (extraBytes > 0) {
      this.#reserve(extraBytes);
      this.#buffer.copyWithin(lengthAt + 1 + extraBytes, lengthAt + 1, this.#length);
    }
    this.#length = lengthAt;
    this.#varint(bodyBytes);
    this.#length += bodyBytes;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  #signedVarint(value: Integer64): void {
    if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) {
      this.#varint(value);
      return;
    }
    this.#reserve(MAX_VARINT_BYTES);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
