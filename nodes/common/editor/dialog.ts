/** One open edit dialog: where its fields and rows are, and what stands in them. */
import type { Property, PropertyTable } from '../properties';
import type { EditorNode, Prefix } from './host';

/** A field that is not one input with the property's id, such as a group of checkboxes. */
export interface CustomField {
  readonly element: JQuery;
  value(): unknown;
}

/** What Node-RED puts into the select of a config node while none is chosen. */
const NO_CONFIG_NODE = '_ADD_';

export class Dialog {
  readonly node: EditorNode;
  readonly root: JQuery;
  readonly #prefix: Prefix;
  readonly #table: PropertyTable;
  readonly #custom = new Map<string, CustomField>();

  /** The dialog's markup is inside an element with the id `<type>-form`. */
  constructor(node: EditorNode, prefix: Prefix, table: PropertyTable) {
    this.node = node;
    this.root = $(`#${node.type}-form`);
    this.#prefix = prefix;
    this.#table = table;
    for (const [name, property] of this.properties()) this.#prepare(name, property);
  }

  properties(): [string, Property][] {
    return Object.entries(this.#table);
  }

  /** The id that Node-RED gives the field of a property; inside it our own parts are named `<id>-<part>`. */
  id(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  field(name: string): JQuery {
    return this.#custom.get(name)?.element ?? this.root.find(`#${this.id(name)}`);
  }

  row(name: string): JQuery {
    return this.field(name).closest('.form-row');
  }

  useCustomField(name: string, field: CustomField): void {
    this.#custom.set(name, field);
  }

  /** @returns what stands in the dialog now; as saved where the dialog has no field for it. */
  value(name: string): unknown {
    const custom = this.#custom.get(name);
    if (custom) return custom.value();
    const field = this.field(name);
    if (field.length === 0) return this.node[name];
    if (field.is(':checkbox')) return field.prop('checked') === true;
    const value = field.val() ?? '';
    return value === NO_CONFIG_NODE ? '' : value;
  }

  text(name: string): string {
    return String(this.value(name) ?? '');
  }

  isShown(name: string): boolean {
    const row = this.row(name);
    return row.length > 0 && row.closest('[hidden]').length === 0;
  }

  show(name: string, shown: boolean): void {
    this.row(name).prop('hidden', !shown);
  }

  /** Saves `value`, in this type: without the field's id Node-RED does not save the field's text over it. */
  save(name: string, value: unknown): void {
    this.field(name).removeAttr('id');
    this.node[name] = value;
  }

  /** Calls back after every change by the user, and when Node-RED has filled the fields. */
  onChange(listener: () => void): void {
    this.root.on('input change', 'input, select', listener);
  }

  /** Node-RED fills only what was saved: choices need their options, and old or hand-written flows lack properties. */
  #prepare(name: string, property: Property): void {
    const field = this.field(name);
    const value = this.node[name] ?? property.default;
    if (property.kind === 'choice') this.#offer(name, property.choices, String(value));
    if (property.kind === 'boolean') field.prop('checked', value);
    else if (property.kind === 'numbers') field.val(Array.isArray(value) ? value.join(', ') : String(value));
    else if (property.kind !== 'reference' && property.kind !== 'choices') field.val(String(value));
  }

  #offer(name: string, choices: readonly string[], value: string): void {
    const field = this.field(name).empty();
    for (const choice of choices)
      $('<option>')
        .val(choice)
        .text(this.node._(`${this.node.type}.choice.${name}.${choice}`))
        .appendTo(field);
    // A variable, or the value of another version: shown as it is, lest the dialog silently change it.
    if (!choices.includes(value)) $('<option>').val(value).text(value).appendTo(field);
  }
}
