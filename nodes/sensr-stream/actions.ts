/** What a message sent to a sensr-stream asks for. */
import { SensrError } from '../../lib/errors';
import { shownValue } from '../../lib/options';

export const ACTIONS = ['next', 'pause', 'resume', 'flush', 'reconnect'] as const;
export type Action = (typeof ACTIONS)[number];

/** @throws SensrError SENSR_BAD_REQUEST */
export function actionOf(message: Readonly<Record<string, unknown>>): Action {
  const asked = message['action'];
  const action = ACTIONS.find((one) => one === asked);
  if (action) return action;
  const got = shownValue(asked);
  throw new SensrError('SENSR_BAD_REQUEST', `msg.action: expected one of ${ACTIONS.join(', ')}, got ${got}`);
}
