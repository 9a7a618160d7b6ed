/** The parameters of the chosen operation: one typed input each, with a picker where the server has a list. */
import type { OperationParam } from '../../../lib/api/operations';
import { addLiveChoices } from '../../common/editor/live-choices';
import type { Dialog } from '../../common/editor/dialog';
import { operationOf } from './operation-field';
import { ParamInput, type Typed } from './param-input';
import { paramText } from './texts';

/** The server's list that a parameter is chosen from. */
const LISTS: Readonly<Record<string, string>> = {
  zoneId: 'zones',
  sensorId: 'sensors',
  nodeUri: 'nodes',
  edgeNodeUri: 'edges',
};
const LISTS_OF_ONE: Readonly<Record<string, string>> = { 'project.load.name': 'projects' };

export class ParamsField {
  readonly element: JQuery;
  readonly #dialog: Dialog;
  /** Also those of operations chosen before: going back and forth loses nothing. */
  readonly #values: Record<string, Typed> = {};
  readonly #inputs = new Map<string, ParamInput>();
  #operation = '';

  constructor(dialog: Dialog) {
    this.#dialog = dialog;
    this.element = dialog.root.find('#sensr-api-params');
    const saved = dialog.node['params'];
    if (typeof saved === 'object' && saved !== null)
      for (const [name, value] of Object.entries(saved)) this.#values[name] = asTyped(value);
  }

  /** Shows the rows of the operation that is chosen now. */
  update(): void {
    const name = this.#dialog.text('operation');
    if (name === this.#operation) return;
    this.#keep();
    this.#operation = name;
    this.#inputs.clear();
    this.element.empty();
    const params = operationOf(name)?.params ?? [];
    for (const param of params) this.#addRow(param);
    if (params.some(({ required }) => required))
      $('<div class="sensr-hint sensr-required-note">')
        .text(this.#dialog.node._('sensr-api.hint.required'))
        .appendTo(this.element);
  }

  /** Only what the operation has, and what is filled in; for an operation that is a variable, all as saved. */
  value(): Record<string, Typed> {
    this.#keep();
    const operation = operationOf(this.#operation);
    if (!operation) return { ...this.#values };
    const filled = operation.params.flatMap(({ name }) => {
      const typed = this.#values[name];
      return typed && typed.value !== '' ? [[name, typed] as const] : [];
    });
    return Object.fromEntries(filled);
  }

  #keep(): void {
    for (const [name, input] of this.#inputs) this.#values[name] = input.typed;
  }

  #addRow(param: OperationParam): void {
    const { name, description } = param;
    const { node } = this.#dialog;
    const id = `sensr-api-param-${name}`;
    const hintId = `${id}-hint`;
    const label = $('<label>').text(name);
    if (param.required) label.append($('<span class="sensr-required" aria-hidden="true">').text(' *'));
    const input = $('<input type="text">').attr('id', id).css('width', '100%');
    const line = $('<div class="sensr-param">').append(input);
    const hint = $('<div class="sensr-hint">')
      .attr('id', hintId)
      .text(paramText(node, this.#operation, name, description));
    const row = $('<div class="form-row">')
      .append(label, $('<div class="sensr-field">').append(line, hint))
      .appendTo(this.element);
    const notSet = node._('sensr-api.placeholder.notSet');
    const parts = { row, input, label, hintId, notSet };
    const built = new ParamInput(parts, param, this.#values[name] ?? { value: '', type: '' });
    this.#inputs.set(name, built);
    const kind = LISTS_OF_ONE[`${this.#operation}.${name}`] ?? LISTS[name];
    if (kind === undefined) return;
    addLiveChoices({
      node,
      kind,
      what: name,
      after: line.children().last(),
      serverId: () => this.#dialog.text('server'),
      onPick: (value) => {
        built.put(value);
      },
    });
  }
}

const asTyped = (value: unknown): Typed => {
  if (typeof value !== 'object' || value === null) return { value: String(value ?? ''), type: 'str' };
  return 'value' in value && 'type' in value
    ? { value: String(value.value), type: String(value.type) }
    : { value: JSON.stringify(value), type: 'json' };
};
