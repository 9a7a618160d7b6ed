/** The frames in test/fixtures/vectors, encoded by the vendor's own definitions, and what they hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, type Model } from './protocol';

const FOLDER = join(__dirname, '../../../fixtures/vectors');

export interface Vector {
  readonly name: string;
  readonly type: 'OutputMessage' | 'PointResult';
  readonly note: string;
  readonly expected: Model;
  /** The official parser refuses the frame, but a decoder may accept it. */
  readonly optional?: boolean;
  /** A fresh copy: readers may change the frame they are given. */
  readonly frame: () => Buffer;
}

export const VECTORS: readonly Vector[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.bin'))
  .map((file) => {
    const bytes = readFileSync(join(FOLDER, file));
    const about = JSON.parse(readFileSync(join(FOLDER, file.replace(/bin$/, 'json')), 'utf8')) as Omit<
      Vector,
      'frame'
    >;
    return { ...about, name: file.replace(/\.bin$/, ''), frame: () => alone(bytes) };
  });

export function vector(name: string): Vector {
  const found = VECTORS.find((one) => one.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
}
