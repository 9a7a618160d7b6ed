/** Decodes what a scan has only noted: ranges of bytes, as starts and ends in turn. */
import type { WireReader } from './wire-reader';

type Read<T> = (reader: WireReader, end: number) => T;

export function readAll<T>(reader: WireReader, ranges: readonly number[], read: Read<T>): T[] {
  const all: T[] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    reader.pos = ranges[index] ?? 0;
    all.push(read(reader, ranges[index + 1] ?? 0));
  }
  return all;
}

/** @returns null for a field that is not there, which a scan notes as a start of -1. */
export function readOne<T>(reader: WireReader, start: number, end: number, read: Read<T>): T | null {
  if (start < 0) return null;
  reader.pos = start;
  return read(reader, end);
}
