/** Makes Node-RED's `defaults`, with validators that say what is wrong, from a property table. */
import type { Property, PropertyTable, ReferenceProperty } from '../properties';
import { problemOf, type Problem } from './check';
import { isEnvironment } from './environment';
import type { Definitions, EditorNode, PropertyDefinition, Validate } from './host';
import { unitText } from './units';

/** A check of a node's own, after that of the table: it may look at the other properties through `other`. */
export type ExtraCheck = (
  value: unknown,
  other: (property: string) => unknown,
  node: EditorNode,
) => Problem | undefined;

export interface DefaultsOptions {
  /** Saved with each new node, so that later versions know what they read. */
  readonly version: number;
  readonly extra: Readonly<Record<string, ExtraCheck>>;
  /** The value of another property: from the dialog while it is open for that node, else as saved. */
  readonly other: (node: EditorNode, property: string) => unknown;
}

/** @returns the `defaults` of a node type. */
export function defaultsOf(table: PropertyTable, { version, extra, other }: DefaultsOptions): Definitions {
  const rows = Object.entries(table).map(([name, property]): [string, PropertyDefinition] => {
    const check = (node: EditorNode, value: unknown): Problem | undefined =>
      (property.kind === 'reference' ? referenceProblem(property, value) : problemOf(property, value)) ??
      (isEnvironment(value) ? undefined : extra[name]?.(value, (property) => other(node, property), node));
    return [name, definition(property, validator(name, check))];
  });
  return { ...Object.fromEntries(rows), version: { value: version } };
}

function definition(property: Property, validate: Validate): PropertyDefinition {
  const value: unknown = Array.isArray(property.default) ? [...property.default] : property.default;
  if (property.kind !== 'reference') return { value, validate };
  // `required: true` would end in a bare property name: Node-RED looks at it before it asks the validator.
  return { value, type: property.refersTo, validate, ...(property.required ? {} : { required: false }) };
}

function validator(name: string, check: (node: EditorNode, value: unknown) => Problem | undefined): Validate {
  // Two parameters on purpose: with one, Node-RED takes a returned text for "valid".
  return function (value, _options) {
    const problem = check(this, value);
    if (!problem) return true;
    const field = this._(`${this.type}.label.${name}`);
    return `${field}: ${this._(`${this.type}.error.${problem.key}`, shown(this, problem.values)).trim()}`;
  };
}

function shown(node: EditorNode, values: Problem['values']): Problem['values'] {
  const unit = values?.['unit'];
  return typeof unit === 'string' ? { ...values, unit: unitText(node, unit) } : values;
}

function referenceProblem(property: ReferenceProperty, value: unknown): Problem | undefined {
  if (typeof value !== 'string' || value === '' || value === '_ADD_')
    return property.required ? { key: 'noReference' } : undefined;
  if (isEnvironment(value)) return undefined;
  const node = RED.nodes.node(value);
  if (!node) return { key: 'missingReference' };
  return node.valid === false ? { key: 'invalidReference' } : undefined;
}
