/** The parameters of the chosen operation: one typed input each, with a picker where the server has a list. */
import type { OperationParam } from '../../../lib/api/operations';
import { addLiveChoices } from '../../common/editor/live-choices';
import type { Dialog } from '../../common/editor/dialog';
import { operationOf } from './operation-field';
import { paramText } from './texts';

interface Typed {
  readonly value: string;
  readonly type: string;
}

const LOOKED_UP = ['msg', 'flow', 'global', 'jsonata', 'env'] as const;
const LISTS: Readonly<Record<string, string>> = {
  zoneId: 'zones',
  sensorId: 'sensors',
  nodeUri: 'nodes',
  edgeNodeUri: 'edges',
};
const TYPE_OF: Readonly<Record<string, string>> = {
  int: 'num',
  number: 'num',
  boolean: 'bool',
  object: 'json',
};

export class ParamsField {
  readonly element: JQuery;
  readonly #dialog: Dialog;
  /** Also those of operations chosen before: going back and forth loses nothing. */
  readonly #values: Record<string, Typed> = {};
  #shown: readonly OperationParam[] = [];
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
    this.#shown = operationOf(name)?.params ?? [];
    this.element.empty();
    for (const param of this.#shown) this.#addRow(param);
  }

  /** Only what the operation has, and what is filled in; for an operation that is a variable, all as saved. */
  value(): Record<string, Typed> {
    this.#keep();
    if (!operationOf(this.#operation)) return { ...this.#values };
    const filled = this.#shown.flatMap(({ name }) => {
      const typed = this.#values[name];
      return typed && typed.value !== '' ? [[name, typed] as const] : [];
    });
    return Object.fromEntries(filled);
  }

  #keep(): void {
    for (const { name } of this.#shown) {
      const input = this.#input(name);
      this.#values[name] = { value: input.typedInput('value'), type: input.typedInput('type') };
    }
  }

  #input(name: string): JQuery {
    return this.element.find(`#sensr-api-param-${name}`);
  }

  #addRow(param: OperationParam): void {
    const { name, description } = param;
    const { node } = this.#dialog;
    const id = `sensr-api-param-${name}`;
    const label = $('<label>').attr('for', id).text(name);
    if (param.required) label.append($('<span class="sensr-required" aria-hidden="true">').text(' *'));
    const input = $('<input type="text">').attr({ id, 'aria-label': name }).css('width', '100%');
    const wrap = $('<div class="sensr-param">').append(input);
    const field = $('<div class="sensr-field">').append(
      wrap,
      $('<div class="sensr-hint">').text(paramText(node, name, description)),
    );
    $('<div class="form-row">').append(label, field).appendTo(this.element);
    const own = ownType(param);
    const typed = this.#values[name] ?? { value: '', type: own.value };
    // The published types know neither a plain list of options nor a readonly one.
    input.typedInput({ types: [own, ...LOOKED_UP] as never, default: own.value as never });
    input.typedInput('type', LOOKED_UP.some((one) => one === typed.type) ? typed.type : own.value);
    input.typedInput('value', typed.value);
    const kind =
      LISTS[name] ?? (this.#operation === 'project.load' && name === 'name' ? 'projects' : undefined);
    if (kind !== undefined)
      addLiveChoices({
        node,
        kind,
        after: wrap.children().last(),
        serverId: () => this.#dialog.text('server'),
        onPick: (value) => {
          input.typedInput('type', own.value);
          input.typedInput('value', value);
        },
      });
  }
}

/** A type of Node-RED's TypedInput. */
interface InputType {
  readonly value: string;
  readonly label?: string;
  readonly icon?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

/** How a plain value of the parameter is typed in. */
function ownType(param: OperationParam): InputType {
  const { choices } = param;
  if (choices)
    return {
      value: 'str',
      label: param.name,
      options: ['', ...choices].map((value) => ({ value, label: value })),
    };
  const type = TYPE_OF[param.type] ?? 'str';
  // An id must stay as written, and an empty number must not become a 0.
  return type === 'num'
    ? { value: 'str', label: 'number', icon: 'red/images/typedInput/09.svg' }
    : { value: type };
}

const asTyped = (value: unknown): Typed =>
  typeof value === 'object' && value !== null && 'value' in value && 'type' in value
    ? { value: String(value.value), type: String(value.type) }
    : { value: String(value), type: 'str' };
