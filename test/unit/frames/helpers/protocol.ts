/** The tests' own encoder, and what a decoded message must look like by the contract. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(readFileSync(join(__dirname, 'protocol.proto'), 'utf8'));
root.resolveAll();

export type Model = Record<string, unknown>;

export function typeOf(name: string): protobuf.Type {
  return root.lookupType(name);
}

/** @returns a Buffer alone in its memory, as the socket thread hands frames over. */
export function encode(name: string, model: Model): Buffer {
  const type = typeOf(name);
  return alone(type.encode(type.fromObject(model)).finish());
}

export function alone(bytes: Uint8Array): Buffer {
  return Buffer.from(new Uint8Array(bytes).buffer);
}

/**
 * @param model by the protobuf JSON mapping, or as protobufjs takes it (`{seconds, nanos}`, enum numbers, Buffers)
 * @returns the same by the contract: lowerCamelCase, every field, epoch milliseconds, plain Numbers, Buffers
 */
export function asContract(type: protobuf.Type, model: Model): unknown {
  if (type.name === 'Timestamp') return asMs(model);
  return Object.fromEntries(
    type.fieldsArray.map((field) => [field.name, fieldAsContract(field, own(model, field.name))]),
  );
}

function own(model: Model, name: string): unknown {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(model, name) ? model[name] : Object.hasOwn(model, snake) ? model[snake] : undefined;
}

function fieldAsContract(field: protobuf.Field, value: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries((value ?? {}) as Model);
    return Object.fromEntries(entries.map(([key, entry]) => [key, oneAsContract(field, entry)]));
  }
  if (field.repeated) return ((value ?? []) as unknown[]).map((entry) => oneAsContract(field, entry));
  if (value === undefined && (field.partOf || field.resolvedType instanceof protobuf.Type)) return null;
  return oneAsContract(field, value);
}

function oneAsContract(field: protobuf.Field, value: unknown): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type)
    return typeof value === 'string' ? rfc3339AsMs(value) : asContract(resolvedType, (value ?? {}) as Model);
  if (resolvedType instanceof protobuf.Enum)
    return typeof value === 'string' ? value : (resolvedType.valuesById[Number(value ?? 0)] ?? value);
  switch (field.type) {
    case 'bytes':
      return Buffer.from((value ?? '') as string, 'base64');
    case 'string':
      return value ?? '';
    case 'bool':
      return value ?? false;
    case 'float':
      return Math.fround(Number(value ?? 0));
    default:
      return Number(value ?? 0);
  }
}

function asMs(model: Model): number {
  return Number(model['seconds'] ?? 0) * 1000 + Number(model['nanos'] ?? 0) / 1e6;
}

function rfc3339AsMs(text: string): number {
  const [, whole = '', fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(text) ?? [];
  const seconds = Date.parse(`${whole}Z`) / 1000;
  return asMs({ seconds, nanos: Number(fraction.padEnd(9, '0')) });
}
