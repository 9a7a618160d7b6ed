/** `msg.params` against an operation's row: known names, all that is required, each value of its type. */
import {
  isAbsent,
  isRecord,
  refuse,
  timeText,
  truth,
  wholeNumber,
  wholeText,
  type Check,
} from './check-value';
import type { Operation, OperationParam } from './operation';

export type ParamValue = string | number | boolean | Readonly<Record<string, unknown>>;
/** By name, in the order of the operation's row, so that equal requests look equal. */
export type CheckedParams = Readonly<Record<string, ParamValue>>;

const CHECKS: Readonly<Record<OperationParam['type'], Check<ParamValue>>> = {
  int: wholeNumber,
  text: wholeText,
  time: timeText,
  boolean: truth,
  object: (where, value) => (isRecord(value) ? value : refuse(where, 'an object', value)),
};

/**
 * The spelling of SENSR's manual (`zone-id`) is taken too. What is absent, null or empty is not sent.
 * @throws SensrError SENSR_BAD_REQUEST
 */
export function checkParams(operation: Operation, params: unknown): CheckedParams {
  const { name: operationName, params: known } = operation;
  if (!isAbsent(params) && !isRecord(params))
    return refuse(`${operationName}: params`, 'an object of parameters by name', params);
  const given = new Map<OperationParam, unknown>();
  for (const [name, value] of Object.entries(params ?? {})) {
    const param =
      known.find((one) => one.name === name) ?? known.find(({ wire }) => wire !== undefined && wire === name);
    if (!param) return refuse(`${operationName}: params`, expectedNames(known), name);
    if (isAbsent(value)) continue;
    if (given.has(param))
      return refuse(`${operationName}: params`, `either ${param.name} or ${param.wire}`, 'both');
    given.set(param, value);
  }
  const checked: [string, ParamValue][] = [];
  for (const param of known) {
    const where = `${operationName}: params.${param.name}`;
    if (given.has(param)) checked.push([param.name, valueOf(where, param, given.get(param))]);
    else if (param.default !== undefined) checked.push([param.name, param.default]);
    else if (param.required) refuse(where, describe(param), undefined);
  }
  return Object.fromEntries(checked);
}

function valueOf(where: string, param: OperationParam, value: unknown): ParamValue {
  const checked = CHECKS[param.type](where, value);
  if (!param.choices || typeof checked !== 'string') return checked;
  const choice = param.choices.find((one) => one.toLowerCase() === checked.trim().toLowerCase());
  return choice ?? refuse(where, `one of ${param.choices.join(', ')}`, value);
}

const NOUNS: Readonly<Record<OperationParam['type'], string>> = {
  int: 'a whole number',
  text: 'text',
  time: 'a time',
  boolean: 'true or false',
  object: 'an object',
};

const describe = ({ type, choices }: OperationParam): string =>
  choices ? `one of ${choices.join(', ')}` : NOUNS[type];

const expectedNames = (known: readonly OperationParam[]): string =>
  known.length === 0 ? 'none' : `only ${known.map(({ name }) => name).join(', ')}`;
