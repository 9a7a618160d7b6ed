// Writes the code that only notes where the parts of a message are.
import { BYTES, VARINT, describe, indent, pascal, tagOf, wireOf } from './generate-reader.schema.mjs';

export function scanCode(message) {
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
    return `${open}\n${indent(enter('valueEnd'), 2)}\n  r.countPart();\n  this.${name}.push(pos, valueEnd);\n  pos = valueEnd;\n${close}`;
  if (shape === 'repeated') {
    const push = `this.${name}.push(${scanOne(target)})`;
    return `${open}\n${indent(elsewhere(`r.countPart();\n  ${push}`, false), 2)}\n${close}\ncase ${tagOf(number, BYTES)}: {
  r.pos = pos;
  const packedEnd = r.endOfLength(end);
  while (r.pos < packedEnd) {
    r.countPart();
    ${push};
  }
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

/** Like WireReader.endOfLength: `pos` comes to stand behind the length. */
function enter(valueEnd) {
  return `let ${valueEnd} = bytes[pos] ?? 0;
if (${valueEnd} < 0x80) {
  pos += 1;
  ${valueEnd} += pos;
  if (${valueEnd} > end) r.overrun(pos);
} else ${elsewhere(`${valueEnd} = r.endOfLength(end)`)}`;
}
