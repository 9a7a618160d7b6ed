/** The input of one parameter: how a plain value is typed in, and where else it can come from. */
import type { OperationParam } from '../../../lib/api/operations';

export interface Typed {
  readonly value: string;
  readonly type: string;
}

/** What a parameter's row consists of: Node-RED builds its own fields around `input`. */
export interface ParamRow {
  readonly row: JQuery;
  readonly input: JQuery;
  readonly label: JQuery;
  readonly hintId: string;
  /** What an option that sends nothing is called. */
  readonly notSet: string;
}

const LOOKED_UP = ['msg', 'flow', 'global', 'jsonata', 'env'] as const;
const EMPTY_OBJECT = '{}';

export class ParamInput {
  readonly #input: JQuery;
  readonly #own: InputType | string;
  readonly #isObject: boolean;

  /** The row must be in the page. */
  constructor(parts: ParamRow, param: OperationParam, { value, type }: Typed) {
    const { input, notSet } = parts;
    const isLookedUp = LOOKED_UP.some((one) => one === type);
    this.#input = input;
    this.#isObject = param.type === 'object';
    this.#own = ownType(param, notSet, isLookedUp ? '' : value);
    // The published types know neither a plain list of options nor a readonly one.
    input.typedInput({ types: [this.#own, ...LOOKED_UP] as never, default: this.#ownName as never });
    input.typedInput('type', isLookedUp ? type : this.#ownName);
    // Node-RED marks nothing at all as broken JSON.
    input.typedInput('value', value === '' && this.#isObject ? EMPTY_OBJECT : value);
    nameFields(parts, param);
  }

  /** What is typed in, or where it comes from; an empty value for what is not sent. */
  get typed(): Typed {
    const value = this.#input.typedInput('value');
    const type = this.#input.typedInput('type');
    const isBlank = value.trim() === '' || (this.#isObject && value.trim() === EMPTY_OBJECT);
    return { value: isBlank ? '' : value, type };
  }

  /** Puts in a plain value. */
  put(value: string): void {
    this.#input.typedInput('type', this.#ownName);
    this.#input.typedInput('value', value);
  }

  get #ownName(): string {
    return typeof this.#own === 'string' ? this.#own : this.#own.value;
  }
}

/** A type of Node-RED's TypedInput. */
interface InputType {
  readonly value: string;
  readonly label?: string;
  readonly icon?: string;
  readonly options?: Options;
}

type Options = readonly { readonly value: string; readonly label: string }[];

const icon = (name: string): string => `red/images/typedInput/${name}.svg`;

/**
 * A name is one of Node-RED's own types.
 * @param saved Offered too where it is not in the list, lest it look like nothing.
 */
function ownType({ type, choices, name }: OperationParam, notSet: string, saved: string): InputType | string {
  const options = (values: readonly string[]): Options =>
    ['', ...values, ...(saved === '' || values.includes(saved) ? [] : [saved])].map((value) => ({
      value,
      label: value === '' ? notSet : value,
    }));
  if (choices) return { value: 'str', label: name, icon: icon('az'), options: options(choices) };
  switch (type) {
    // Node-RED's own has no way to say neither.
    case 'boolean':
      return { value: 'bool', label: 'boolean', icon: icon('bool'), options: options(['true', 'false']) };
    // Of Node-RED's own, an empty one is 0.
    case 'int':
      return { value: 'str', label: 'number', icon: icon('09') };
    case 'object':
      return 'json';
    case 'text':
    case 'time':
      return 'str';
  }
}

/** Node-RED hides the field that the label is for, and gives its own no name. */
function nameFields({ row, input, label, hintId }: ParamRow, { name, required }: OperationParam): void {
  const id = input.attr('id') ?? name;
  const labelId = `${id}-label`;
  const optionId = `${id}-option`;
  label.attr({ id: labelId, for: `${id}-value` });
  row
    .find('.red-ui-typedInput-input')
    .attr({ id: `${id}-value`, 'aria-describedby': hintId, 'aria-required': String(required === true) });
  row
    .find('.red-ui-typedInput-option-trigger')
    .attr({ id: optionId, 'aria-labelledby': `${labelId} ${optionId}`, 'aria-describedby': hintId });
}
