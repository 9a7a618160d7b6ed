/** Owns the position in one protobuf message: reads its primitives and fails as soon as they do not fit. */
import { SensrError } from '../errors';

const TWO_TO_32 = 0x1_0000_0000;
/** A 64-bit number takes at most ten bytes of seven bits. */
const MAX_VARINT_BYTES = 10;
/** The official parsers stop at the same depth; real messages nest eight deep and hold no group at all. */
const MAX_GROUP_DEPTH = 100;
/**
 * An object takes 540 bytes of memory, also when a hostile frame spends but two on it: so many make 140 MB.
 * A thousand objects, each with a hundred states behind it, have 206,000 parts.
 */
const MAX_PARTS = 250_000;
/** Below this, putting characters together is faster than the call into the decoder of the host. */
const SHORT_TEXT_BYTES = 16;

const damaged = (what: string, at: number): SensrError =>
  new SensrError('SENSR_BAD_FRAME', `The frame is damaged: ${what} at byte ${at}`);

/**
 * A caller reads `while (pos < end)` and then calls `finish(end)`: a value that crosses its message's end is found there
 * at the latest, so single values need no check of their own. Reading past the buffer yields zeros until then.
 */
export class WireReader {
  pos = 0;
  readonly #view: DataView;
  /** Upper half of the number last read by #varintLow. */
  #high = 0;
  #parts = 0;

  constructor(readonly bytes: Buffer) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws SensrError SENSR_BAD_FRAME when the last field did not end where its message ends. */
  finish(end: number): void {
    if (this.pos !== end) throw damaged('a value reaches beyond its message', end);
  }

  /** Called for all that can occur again and again and becomes much larger than its bytes. */
  countPart(): void {
    this.#parts += 1;
    if (this.#parts > MAX_PARTS) throw damaged(`there are more than ${MAX_PARTS} parts`, this.pos);
  }

  overrun(at: number): never {
    throw damaged('a length reaches beyond its message', at);
  }

  cut(at: number): never {
    throw damaged('a number is cut', at);
  }

  /** Field number times eight plus wire type. */
  tag(): number {
    const first = this.bytes[this.pos] ?? 0;
    if (first < 0x80) {
      this.pos += 1;
      return first;
    }
    const second = this.bytes[this.pos + 1] ?? 0;
    if (second < 0x80) {
      this.pos += 2;
      return (first & 0x7f) | (second << 7);
    }
    return this.#uint32();
  }

  /** As endOfLength, for what is going to be decoded. */
  enter(limit: number): number {
    this.countPart();
    return this.endOfLength(limit);
  }

  /** Reads a length; @returns where what follows ends, which is never beyond `limit`. */
  endOfLength(limit: number): number {
    let length = this.bytes[this.pos] ?? 0;
    if (length < 0x80) this.pos += 1;
    else length = this.#uint32();
    const end = this.pos + length;
    if (end > limit) this.overrun(this.pos);
    return end;
  }

  int32(): number {
    const first = this.bytes[this.pos] ?? 0;
    if (first < 0x80) {
      this.pos += 1;
      return first;
    }
    return this.#varintLow() | 0;
  }

  bool(): boolean {
    const first = this.bytes[this.pos] ?? 0;
    if (first < 0x80) {
      this.pos += 1;
      return first !== 0;
    }
    return this.uint64() !== 0;
  }

  uint64(): number {
    const low = this.#varintLow();
    return this.#high === 0 ? low : this.#high * TWO_TO_32 + low;
  }

  /** Rounded to the nearest Number beyond 2^53, as everywhere in JavaScript. */
  int64(): number {
    const low = this.#varintLow();
    return this.#high === 0 ? low : (this.#high | 0) * TWO_TO_32 + low;
  }

  float(): number {
    const at = this.pos;
    if (at + 4 > this.bytes.length) this.cut(at);
    this.pos = at + 4;
    return this.#view.getFloat32(at, true);
  }

  /** For callers that know that `at` lies inside. */
  floatAt(at: number): number {
    return this.#view.getFloat32(at, true);
  }

  double(): number {
    const at = this.pos;
    if (at + 8 > this.bytes.length) this.cut(at);
    this.pos = at + 8;
    return this.#view.getFloat64(at, true);
  }

  /** Bytes that are no UTF-8 become U+FFFD: a bad name is no reason to lose a frame. */
  string(limit: number): string {
    const end = this.enter(limit);
    const start = this.pos;
    this.pos = end;
    if (end - start > SHORT_TEXT_BYTES) return this.bytes.toString('utf8', start, end);
    let text = '';
    for (let at = start; at < end; at += 1) {
      const byte = this.bytes[at] ?? 0;
      if (byte >= 0x80) return this.bytes.toString('utf8', start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Passes over the value of a field nobody asked for. */
  skip(tag: number, limit: number): void {
    if (tag < 8) throw damaged('a field has the number 0', this.pos);
    if ((tag & 7) === 3) this.#skipGroup(tag, limit);
    else this.#skipValue(tag, limit);
  }

  #skipValue(tag: number, limit: number): void {
    switch (tag & 7) {
      case 0:
        this.#varintLow();
        break;
      case 1:
        this.pos += 8;
        break;
      case 2:
        this.pos = this.endOfLength(limit);
        break;
      case 5:
        this.pos += 4;
        break;
      default:
        throw damaged(`a field has the wire type ${tag & 7}`, this.pos);
    }
    if (this.pos > limit) throw damaged('a value reaches beyond its message', this.pos);
  }

  #skipGroup(tag: number, limit: number): void {
    const open = [tag];
    while (open.length > 0) {
      if (this.pos >= limit) throw damaged('a group is never ended', this.pos);
      const inner = this.tag();
      if (inner < 8) throw damaged('a field has the number 0', this.pos);
      if ((inner & 7) === 3) {
        if (open.length === MAX_GROUP_DEPTH) throw damaged('groups are nested too deep', this.pos);
        open.push(inner);
      } else if ((inner & 7) === 4) {
        if (inner - 1 !== open.pop()) throw damaged('a group is ended that was not begun', this.pos);
      } else this.#skipValue(inner, limit);
    }
  }

  /** @returns the lower half of a number of up to 64 bits, unsigned. */
  #varintLow(): number {
    const { bytes } = this;
    this.#high = 0;
    // Spelled out as far as numbers usually go; the loop of #varintRest takes twice as long.
    let byte = bytes[this.pos++] ?? 0;
    let low = byte & 0x7f;
    if (byte < 0x80) return low;
    byte = bytes[this.pos++] ?? 0;
    low |= (byte & 0x7f) << 7;
    if (byte < 0x80) return low;
    byte = bytes[this.pos++] ?? 0;
    low |= (byte & 0x7f) << 14;
    if (byte < 0x80) return low;
    byte = bytes[this.pos++] ?? 0;
    low |= (byte & 0x7f) << 21;
    if (byte < 0x80) return low;
    return this.#varintRest(low);
  }

  #varintRest(lowest: number): number {
    let byte = this.bytes[this.pos++] ?? 0;
    const low = (lowest | ((byte & 0x7f) << 28)) >>> 0;
    let high = (byte & 0x7f) >>> 4;
    for (let index = 5; byte >= 0x80; index += 1) {
      if (index === MAX_VARINT_BYTES) throw damaged('a number is too long', this.pos);
      byte = this.bytes[this.pos++] ?? 0;
      high |= (byte & 0x7f) << (index * 7 - 32);
    }
    this.#high = high >>> 0;
    return low;
  }

  /** Tags and lengths: at most five bytes and 32 bits. */
  #uint32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.pos] ?? 0;
      this.pos += 1;
      if (shift === 28 && byte > 0x0f) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw damaged('a tag or length is too long', this.pos);
  }
}
