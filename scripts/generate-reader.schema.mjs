// What the generator knows of a .proto file: messages and enums by full name, and how each field is to be read.

const TIMESTAMP = 'google.protobuf.Timestamp';
const UNDECIDED = 'Undecided';
export const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
/** Scalar types the schema uses: wire type, what reads one, and the default. */
export const SCALARS = {
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

/** @returns the messages and enums of a parsed .proto file, nested ones by their full names. */
export function flatten(parsed) {
  collect(parsed, []);
  return { messages: [...messages.values()], enums: [...enums.values()] };
}

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

export function describe(field, path) {
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

export function isMessage(target) {
  return target.kind === 'message' || target.kind === 'timestamp';
}

function camel(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

export function pascal({ path }) {
  return path.join('');
}

export function lowerFirst(name) {
  return name[0].toLowerCase() + name.slice(1);
}

export function nameOf(target) {
  return `enums.${lowerFirst(pascal(target))}Name`;
}

export function tagOf(number, wire) {
  return number * 8 + wire;
}

export function wireOf(target) {
  if (target.kind === 'scalar') return target.wire;
  return target.kind === 'enum' ? VARINT : BYTES;
}

export function indent(text, by) {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}
