/** What one message asks for: the node's operation and parameters, and what the message says instead. */
import type { Node, NodeMessage } from 'node-red';
import { SensrError, messageOf } from '../../lib/errors';
import { shownValue } from '../../lib/options';
import type { Red } from '../common/red-types';

export interface Asked {
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
  /** Of several waiting messages with the same key only the newest is carried out. */
  readonly key?: string;
}

export interface Configured {
  readonly operation: string;
  /** As saved: `{ value, type }` or plain, by name. */
  readonly params: Readonly<Record<string, unknown>>;
}

type Message = NodeMessage & Readonly<Record<string, unknown>>;

/** Evaluates one typed value for a message. */
export type Evaluate = (value: string, type: string, message: Message) => Promise<unknown>;

/**
 * `msg.operation` wins over the node's; then the node's parameters, which belong to another operation, are left out.
 * @throws SensrError SENSR_BAD_REQUEST
 */
export async function requestFromMessage(
  configured: Configured,
  message: Message,
  evaluate: Evaluate,
): Promise<Asked> {
  const { payload, key } = message;
  const operation = operationOf(message['operation']) ?? configured.operation;
  const own = operation === configured.operation ? await evaluated(configured.params, message, evaluate) : {};
  const asked = { operation, params: { ...own, ...paramsOf(message['params']) }, payload };
  return key === undefined || key === null || key === '' ? asked : { ...asked, key: keyText(key) };
}

function operationOf(asked: unknown): string | undefined {
  if (asked === undefined || asked === null || asked === '') return undefined;
  if (typeof asked === 'string') return asked.trim();
  throw new SensrError(
    'SENSR_BAD_REQUEST',
    `msg.operation: expected a name such as zones.list, got ${shownValue(asked)}`,
  );
}

function paramsOf(asked: unknown): Readonly<Record<string, unknown>> {
  if (asked === undefined || asked === null) return {};
  if (typeof asked === 'object' && !Array.isArray(asked)) return asked as Record<string, unknown>;
  throw new SensrError(
    'SENSR_BAD_REQUEST',
    `msg.params: expected an object of parameters by name, got ${shownValue(asked)}`,
  );
}

const keyText = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(key));

/** A parameter that is left empty, or looked up to nothing, is not sent. */
async function evaluated(
  params: Configured['params'],
  message: Message,
  evaluate: Evaluate,
): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    Object.entries(params).map(async ([name, saved]) => {
      if (!isTyped(saved)) return [name, saved] as const;
      try {
        const value = saved.value === '' ? undefined : await evaluate(saved.value, saved.type, message);
        return [name, value] as const;
      } catch (error) {
        // Node-RED's way to say that the message has no such property.
        if (saved.type === 'msg' && error instanceof TypeError) return [name, undefined] as const;
        throw new SensrError(
          'SENSR_BAD_REQUEST',
          `params.${name}: expected a value from ${saved.type} ${saved.value}, got an error: ${messageOf(error)}`,
          error,
        );
      }
    }),
  );
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

const isTyped = (saved: unknown): saved is { readonly value: string; readonly type: string } =>
  typeof saved === 'object' &&
  saved !== null &&
  'value' in saved &&
  'type' in saved &&
  typeof saved.value === 'string' &&
  typeof saved.type === 'string';

/** @returns the evaluation that Node-RED's own nodes use, as a promise. */
export const evaluateFor =
  (red: Red, node: Node): Evaluate =>
  (value, type, message) =>
    new Promise((resolve, reject) => {
      // The published types say Error; without one Node-RED passes null or undefined.
      red.util.evaluateNodeProperty(value, type, node, message, (error: Error | null, result: unknown) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
