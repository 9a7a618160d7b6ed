// Writes the code that decodes a message into a plain object.
import {
  BYTES,
  FIXED32,
  SCALARS,
  describe,
  indent,
  isMessage,
  lowerFirst,
  nameOf,
  pascal,
  tagOf,
  wireOf,
} from './generate-reader.schema.mjs';

export function valueCode(message) {
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
    if (wire !== BYTES) throw new Error(`sensr.proto: only scanners read lists of numbers such as ${name}`);
    return `${single}\n  ${name}.push(${readOne(target)});\n  break;`;
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
