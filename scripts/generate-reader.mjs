// Writes lib/frames/generated from lib/frames/sensr.proto: enum names, readers of values, and scanners that only look.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import schema from 'protocol-buffers-schema';

const frames = join(dirname(dirname(fileURLToPath(import.meta.url))), 'lib/frames');
const parsed = schema.parse(readFileSync(join(frames, 'sensr.proto'), 'utf8'));

const TIMESTAMP = 'google.protobuf.Timestamp';
const UNDECIDED = 'Undecided';
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
/** Scalar types the schema uses: wire type, what reads one, and the default. */
const SCALARS = {
  int32: { wire: VARINT, read: 'r.int32()', type: 'number', empty: '0' },
  int64: { wire: VARINT, read: 'r.int64()', type: 'number', empty: '0' },
  uint64: { wire: VARINT, read: 'r.uint64()', type: 'number', empty: '0' },
  bool: { wire: VARINT, read: 'r.bool()', type: 'boolean', empty: 'false' },
  float: { wire: FIXED32, read: 'r.float()', type: 'number', empty: '0' },
  double: { wire: FIXED64, read: 'r.double()', type: 'number', empty: '0' },
  string: { wire: BYTES, read: 'r.string(end)', type: 'string', empty: "''" },
};

const messages = new Map();
const enums = new Map();
collect(parsed, []);

mkdirSync(join(frames, 'generated'), { recursive: true });
write('enums.ts', 'Numbers and names of the enums.', [...enums.values()].map(enumCode));
write('values.ts', 'Readers that decode a message into a plain object.', [
  `import * as enums from './enums';
import { setEntry } from '../plain-map';
import { readSensorStatus } from '../sensor-statuses';
import { readTimestampMs } from '../timestamp';
import { joinRepeated } from '../wire-merge';
import type { WireReader } from '../wire-reader';`,
  ...[...messages.values()].filter((one) => !one.scan && one.fields.length > 0).map(valueCode),
]);
write('scans.ts', 'Scanners that note where the parts of a message are; decoding them is up to the caller.', [
  `import { joinRepeated } from '../wire-merge';
import { WireReader } from '../wire-reader';

const NOTHING = new WireReader(Buffer.alloc(0));`,
  ...[...messages.values()].filter((one) => one.scan).map(scanCode),
]);

function write(name, purpose, blocks) {
  const head = `/** ${purpose} Written by scripts/generate-reader.mjs from sensr.proto: do not edit. */`;
  writeFileSync(join(frames, 'generated', name), `${[head, ...blocks].join('\n\n')}\n`);
}

// ---- the schema, flattened ----

function collect(node, path) {
  for (const { name, values } of node.enums)
    enums.set([...path, name].join('.'), { path: [...path, name], values });
  for (const message of node.messages) {
    const inner = [...path, message.name];
    messages.set(inner.join('.'), {
      path: inner,
      fields: message.fields,
      scan: message.options.scan === true,
    });
    collect(message, inner);
  }
}

/** Type names are looked up from the inside out, as protobuf does. */
function resolve(type, path) {
  if (type === TIMESTAMP) return { kind: 'timestamp' };
  if (type === 'bytes') return { kind: 'bytes' };
  if (SCALARS[type]) return { kind: 'scalar', ...SCALARS[type] };
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const full = [...path.slice(0, depth), type].join('.');
    if (messages.has(full)) return { kind: type === UNDECIDED ? 'bytes' : 'message', ...messages.get(full) };
    if (enums.has(full)) return { kind: 'enum', ...enums.get(full) };
  }
  throw new Error(`sensr.proto: ${path.join('.')} uses the unknown type ${type}`);
}

function describe(field, path) {
  const target = field.map ? resolve(field.map.to, path) : resolve(field.type, path);
  const text = (value) => (value === undefined ? undefined : String(value).replace(/"/g, ''));
  return {
    name: camel(field.name),
    number: field.tag,
    target,
    shape: field.map ? 'map' : field.repeated ? 'repeated' : field.oneof ? 'oneof' : 'single',
    oneof: field.oneof,
    entry: [...path, camel(`_${field.name}`), 'Entry'].join(''),
    merges: !field.map && !field.repeated && (isMessage(target) || field.type === UNDECIDED),
    readWith: text(field.options.read_with),
    numbers: [field.tag, ...(field.options.also ? [Number(text(field.options.also))] : [])],
  };
}

function isMessage(target) {
  return target.kind === 'message' || target.kind === 'timestamp';
}

function camel(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function pascal({ path }) {
  return path.join('');
}

function lowerFirst(name) {
  return name[0].toLowerCase() + name.slice(1);
}

function nameOf(target) {
  return `enums.${lowerFirst(pascal(target))}Name`;
}

function tagOf(number, wire) {
  return number * 8 + wire;
}

function wireOf(target) {
  if (target.kind === 'scalar') return target.wire;
  return target.kind === 'enum' ? VARINT : BYTES;
}

function indent(text, by) {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

// ---- enums ----

function enumCode({ path, values }) {
  const name = path.join('');
  const byNumber = Object.entries(values).map(([label, { value }]) => [value, label]);
  const count = Math.max(...byNumber.map(([value]) => value)) + 1;
  const table = Array.from({ length: count }, (_, value) => {
    const label = byNumber.find(([number]) => number === value)?.[1];
    return label === undefined ? String(value) : `'${label}'`;
  });
  const constant = path.map((part) => part.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()).join('_');
  return `export type ${name} = ${byNumber.map(([, label]) => `'${label}'`).join(' | ')} | number;

export const ${constant}_NAMES: readonly ${name}[] = [${table.join(', ')}];

/** A number the protocol has no name for stays a number. */
export const ${lowerFirst(name)}Name = (value: number): ${name} =>
  value >= 0 && value < ${count} ? (${constant}_NAMES[value] ?? value) : value;`;
}

// ---- values ----

function valueCode(message) {
  const name = pascal(message);
  const fields = message.fields.map((field) => describe(field, message.path));
  const members = fields.map((field) => `  ${field.name}: ${typeOf(field)};`).join('\n');
  const entries = fields.filter(({ shape, readWith }) => shape === 'map' && !readWith);
  return [
    `export interface ${name} {\n${members}\n}`,
    `export function read${name}(r: WireReader, end: number): ${name} {
${indent(fastPath(fields), 2)}${indent(body(`read${name}(again, again.bytes.length)`, fields), 2)}
  return { ${fields.map((field) => field.name).join(', ')} };
}`,
    ...entries.map((field) => entryCode(name, field)),
  ].join('\n\n');
}

function typeOf({ target, shape, oneof }) {
  const one =
    target.kind === 'scalar'
      ? target.type
      : target.kind === 'timestamp'
        ? 'number'
        : target.kind === 'enum'
          ? `enums.${pascal(target)}`
          : pascal(target);
  if (shape === 'map') return `Record<string, ${one}>`;
  if (shape === 'repeated') return `${one}[]`;
  return oneof || isMessage(target) ? `${one} | null` : one;
}

function initial({ target, shape, oneof }) {
  if (shape === 'map') return '{}';
  if (shape === 'repeated') return '[]';
  if (oneof || isMessage(target)) return 'null';
  return target.kind === 'enum' ? `${nameOf(target)}(0)` : target.empty;
}

function readOne(target) {
  if (target.kind === 'scalar') return target.read;
  if (target.kind === 'enum') return `${nameOf(target)}(r.int32())`;
  if (target.kind === 'timestamp') return 'readTimestampMs(r, r.enter(end))';
  if (target.kind === 'message') return `read${pascal(target)}(r, r.enter(end))`;
  throw new Error('bytes are only read by scanners');
}

/** Locals, the loop over the fields, and the check at the end. `again` is what to return on a joined copy. */
function body(again, fields) {
  const merging = fields.filter(({ merges }) => merges);
  const tags = merging.map(({ number }) => tagOf(number, BYTES)).join(', ');
  const restart = `{
  const again = joinRepeated(r, start, end, [${tags}]);
  return ${again};
}`;
  return `${merging.length > 0 ? 'const start = r.pos;\n' : ''}${fields
    .map(
      (field) =>
        `${field.shape === 'map' || field.shape === 'repeated' ? 'const' : 'let'} ${declare(field)};`,
    )
    .join('\n')}
while (r.pos < end) {
  const tag = r.tag();
  switch (tag) {
${indent(fields.map((field) => cases(field, fields, restart)).join('\n'), 4)}
    default:
      r.skip(tag, end);
  }
}
r.finish(end);`;
}

function declare(field) {
  return `${field.name}: ${typeOf(field)} = ${initial(field)}`;
}

function cases(field, fields, restart) {
  const { name, number, numbers, target, shape, readWith } = field;
  if (readWith)
    return `${numbers.map((one) => `case ${tagOf(one, BYTES)}:`).join('\n')}
  ${readWith}(r, r.enter(end), ${name});
  break;`;
  if (shape === 'map')
    return `case ${tagOf(number, BYTES)}:
  read${field.entry}(r, r.enter(end), ${name});
  break;`;
  const wire = wireOf(target);
  const single = `case ${tagOf(number, wire)}:`;
  if (shape === 'repeated') {
    const one = `${single}\n  ${name}.push(${readOne(target)});\n  break;`;
    return wire === BYTES ? one : `${one}\n${packed(number, `${name}.push(${readOne(target)})`)}`;
  }
  if (field.merges)
    return `${single}
  if (${name} !== null) ${indent(restart, 2).trimStart()}
  ${name} = ${readOne(target)};
  break;`;
  const others = fields.filter((other) => field.oneof && other.oneof === field.oneof && other !== field);
  return `${single}
  ${[`${name} = ${readOne(target)};`, ...others.map((other) => `${other.name} = null;`)].join('\n  ')}
  break;`;
}

function packed(number, push) {
  return `case ${tagOf(number, BYTES)}: {
  const packedEnd = r.enter(end);
  while (r.pos < packedEnd) ${push};
  r.finish(packedEnd);
  break;
}`;
}

/** Both fields of a map entry may be missing, in any order, or there twice. */
function entryCode(owner, field) {
  const value = {
    ...field,
    name: 'value',
    number: 2,
    numbers: [2],
    shape: 'single',
    merges: isMessage(field.target),
  };
  const key = {
    name: 'key',
    number: 1,
    numbers: [1],
    target: { kind: 'scalar', ...SCALARS.string },
    shape: 'single',
  };
  const filled = isMessage(field.target) ? `value ?? read${pascal(field.target)}(r, end)` : 'value';
  return `function read${field.entry}(r: WireReader, end: number, into: ${typeOf(field)}): void {
${indent(body(`read${field.entry}(again, again.bytes.length, into)`, [key, value]), 2)}
  setEntry(into, key, ${filled});
}`;
}

/** A message of three floats that are all set is what most of a frame is made of. */
function fastPath(fields) {
  const floats =
    fields.length > 1 &&
    fields.every(({ target, shape }) => shape === 'single' && target.read === 'r.float()');
  if (!floats) return '';
  const tests = fields.map(({ number }, index) => `r.bytes[at + ${index * 5}] === ${tagOf(number, FIXED32)}`);
  const values = fields.map(({ name }, index) => `${name}: r.floatAt(at + ${index * 5 + 1})`);
  return `const at = r.pos;
if (end - at === ${fields.length * 5} && ${tests.join(' && ')}) {
  r.pos = end;
  return { ${values.join(', ')} };
}
`;
}

// ---- scanners ----

function scanCode(message) {
  const name = pascal(message);
  const fields = message.fields.map((field) => describe(field, message.path));
  const merging = fields.filter(({ merges }) => merges);
  const tags = merging.map(({ number }) => tagOf(number, BYTES)).join(', ');
  const members = fields.flatMap((field) => scanMembers(field));
  const restart = `return this.read(joinRepeated(r, start, end, [${tags}]));`;
  return `/** May be used again and again: \`read\` starts anew. Ranges are positions in \`reader\`; -1 says that there is none. */
export class ${name}Scan {
  reader = NOTHING;
${members.map(([member, type, empty]) => `  ${member}${type ? `: ${type}` : ''} = ${empty};`).join('\n')}

  read(r: WireReader, end = r.bytes.length): void {
${merging.length > 0 ? '    const start = r.pos;\n' : ''}    const bytes = r.bytes;
    let pos = r.pos;
    this.reader = r;
${members.map(([member, , empty]) => `    this.${member} = ${empty};`).join('\n')}
    while (pos < end) {
      let tag = bytes[pos] ?? 0;
      if (tag < 0x80) pos += 1;
      else ${indent(elsewhere('tag = r.tag()'), 6).trimStart()}
      switch (tag) {
${indent(fields.map((field) => scanCase(field, restart)).join('\n'), 8)}
        default:
${indent(elsewhere('r.skip(tag, end)', false), 10)}
      }
    }
    r.pos = pos;
    r.finish(end);
  }
}`;
}

/** A scanner keeps the position in a local, which is a sixth faster; only what is rare goes through the reader. */
function elsewhere(statement, block = true) {
  const lines = `r.pos = pos;\n${statement};\npos = r.pos;`;
  return block ? `{\n${indent(lines, 2)}\n}` : lines;
}

function scanMembers({ name, target, shape, readWith }) {
  if (readWith || shape === 'map' || shape === 'oneof')
    throw new Error(`sensr.proto: ${name} cannot be scanned`);
  if (shape === 'repeated') return [[name, 'number[]', '[]']];
  if (target.kind === 'scalar') return [[name, '', target.empty]];
  if (target.kind === 'enum') return [[name, '', '0']];
  return [
    [`${name}Start`, '', '-1'],
    [`${name}End`, '', '-1'],
  ];
}

function scanCase(field, restart) {
  const { name, number, target, shape, merges } = field;
  const wire = wireOf(target);
  const [open, close] = [`case ${tagOf(number, wire)}: {`, '  break;\n}'];
  if (shape === 'repeated' && wire === BYTES)
    return `${open}\n${indent(enter('valueEnd'), 2)}\n  this.${name}.push(pos, valueEnd);\n  pos = valueEnd;\n${close}`;
  if (shape === 'repeated') {
    const push = `this.${name}.push(${scanOne(target)})`;
    return `${open}\n${indent(elsewhere(push, false), 2)}\n${close}\ncase ${tagOf(number, BYTES)}: {
  r.pos = pos;
  const packedEnd = r.enter(end);
  while (r.pos < packedEnd) ${push};
  r.finish(packedEnd);
  pos = packedEnd;
${close}`;
  }
  if (target.kind === 'scalar' || target.kind === 'enum')
    return `${open}\n${indent(assign(`this.${name}`, target), 2)}\n${close}`;
  const once = merges ? `  if (this.${name}Start >= 0) ${restart}\n` : '';
  return `${open}\n${once}${indent(enter('valueEnd'), 2)}
  this.${name}Start = pos;
  this.${name}End = valueEnd;
  pos = valueEnd;
${close}`;
}

function scanOne(target) {
  return target.kind === 'enum' ? 'r.int32()' : target.read;
}

/** Small numbers take one byte; only larger ones need the reader. */
function assign(to, target) {
  if (target.read === 'r.float()')
    return `if (pos + 4 > end) r.cut(pos);\n${to} = r.floatAt(pos);\npos += 4;`;
  if (wireOf(target) !== VARINT) return elsewhere(`${to} = ${scanOne(target)}`, false);
  return `const byte = bytes[pos] ?? 0;
if (byte < 0x80) {
  ${to} = ${target.type === 'boolean' ? 'byte !== 0' : 'byte'};
  pos += 1;
} else ${elsewhere(`${to} = ${scanOne(target)}`)}`;
}

/** Like WireReader.enter: `pos` comes to stand behind the length. */
function enter(valueEnd) {
  return `let ${valueEnd} = bytes[pos] ?? 0;
if (${valueEnd} < 0x80) {
  pos += 1;
  ${valueEnd} += pos;
  if (${valueEnd} > end) r.overrun(pos);
} else ${elsewhere(`${valueEnd} = r.enter(end)`)}`;
}
