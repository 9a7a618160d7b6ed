/** Turns the vendor's expectations (protobuf JSON with the protocol's names) into the values that the encoder takes. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { typeOf } from './schema';

const FOLDER = join(__dirname, '../../../fixtures/vectors');

export interface Vector {
  readonly name: string;
  readonly type: 'OutputMessage' | 'PointResult';
  readonly expected: Record<string, unknown>;
  readonly bytes: Buffer;
}

const NON_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

const timestamp = (json: unknown): object => {
  if (typeof json === 'object') {
    const { seconds = '0', nanos = 0 } = json as { seconds?: string; nanos?: number };
    return { seconds: BigInt(seconds), nanos };
  }
  const [whole = '', fraction = ''] = String(json).replace('Z', '').split('.');
  return { seconds: BigInt(Date.parse(`${whole}Z`)) / 1000n, nanos: Number(fraction.padEnd(9, '0')) };
};

const single = (field: protobuf.FieldBase, json: unknown): unknown => {
  const type = field.resolve().resolvedType;
  if (type instanceof protobuf.Enum) return typeof json === 'string' ? type.values[json] : json;
  if (type instanceof protobuf.Type)
    return type.name === 'Timestamp' ? timestamp(json) : message(type, json as Record<string, unknown>);
  if (field.type === 'bytes') return Buffer.from(String(json), 'base64');
  if (field.type === 'int64' || field.type === 'uint64') return BigInt(String(json));
  return typeof json === 'string' && NON_FINITE.has(json) && field.type !== 'string' ? Number(json) : json;
};

const message = (type: protobuf.Type, json: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const field = type.fields[camel];
      if (!field) throw new Error(`${type.name} has no field ${name}`);
      if (field.repeated) return [camel, (value as unknown[]).map((one) => single(field, one))];
      if (!field.map) return [camel, single(field, value)];
      const entries = Object.entries(value as object).map(([key, one]) => [key, single(field, one)]);
      return [camel, Object.fromEntries(entries)];
    }),
  );

export const valueOf = ({ type, expected }: Vector): Record<string, unknown> =>
  message(typeOf(type), expected);

/** All vectors that hold a message; those of broken bytes are for decoders. */
export const readVectors = (): Vector[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      const { type, expected } = JSON.parse(text) as Pick<Vector, 'type' | 'expected'>;
      const bytes = readFileSync(join(FOLDER, file.replace('.json', '.bin')));
      return { name: file.replace('.json', ''), type, expected, bytes };
    })
    .filter(({ expected }) => !('error' in expected));
