/** What a message asks of the health node, checked: `msg.action` and what belongs to it. */
import { SensrError } from '../../lib/errors';
import type { StepRequest } from '../../lib/health/decide/healer';
import type { InputMessage } from '../common/input';

export type Asked =
  | { readonly what: 'sample' | 'history' | 'reset' }
  | { readonly what: 'snapshot'; readonly force: boolean }
  | { readonly what: 'step'; readonly request: StepRequest };

const ACTIONS = ['sample', 'gc', 'recycle', 'restart', 'history', 'snapshot', 'reset'] as const;
const KINDS = ['minor', 'major', 'deep'] as const;
const THREADS = ['main', 'worker'] as const;
const LEVELS = ['flows', 'process'] as const;

/** @throws SensrError SENSR_BAD_REQUEST */
export function actionOf(message: InputMessage): Asked {
  const { action, kind, level, thread } = message;
  const force = message['force'] === true;
  const known = chosen('msg.action', action, ACTIONS);
  switch (known) {
    case 'sample':
    case 'history':
    case 'reset':
      return { what: known };
    case 'snapshot':
      return { what: 'snapshot', force };
    case 'gc':
      return step({
        action: 'gc',
        kind: chosen('msg.kind', kind ?? 'deep', KINDS),
        thread: chosen('msg.thread', thread ?? 'main', THREADS),
        force,
      });
    case 'recycle':
      return step({ action: 'recycle', force });
    case 'restart':
      return step({ action: chosen('msg.level', level, LEVELS), force });
  }
}

const step = (request: Omit<StepRequest, 'cause'>): Asked => ({
  what: 'step',
  request: { ...request, cause: 'manual' },
});

function chosen<Choice extends string>(name: string, value: unknown, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new SensrError(
    'SENSR_BAD_REQUEST',
    `${name}: expected one of ${choices.join(', ')}, got ${value === undefined ? 'nothing' : shown(value)}`,
  );
}

const MAX_SHOWN = 100;

function shown(value: unknown): string {
  try {
    return ((JSON.stringify(value) as string | undefined) ?? typeof value).slice(0, MAX_SHOWN);
  } catch {
    return typeof value;
  }
}
