/** A repair step in words: what, why, and what became of it. */
import type { RestartEntry, StepState } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import { bytes, duration, moment } from './format';
import { neighbourWords, wordsFor } from './words';

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

export function stepWords(step: StepState, text: Text): string {
  const { at, action, reason, phase, blockedBy, blockedUntil, error, durationMs } = step;
  const time = (one: number): string => moment(one, Date.now());
  return join([
    text('step.head', {
      action: text(`step.action.${action}`),
      reason: reasonWords(reason, text),
      time: time(at),
    }),
    text(`step.phase.${phase}`, { by: blockedBy === null ? '' : wordsFor(text, 'limit', blockedBy) }),
    blockedUntil === null ? '' : text('until', { time: time(blockedUntil) }),
    durationMs === null ? '' : duration(durationMs),
    error ?? '',
  ]);
}

export function restartWords(entry: RestartEntry, text: Text): string {
  const { reason, cause, rssBefore, rssAfter, ok } = entry;
  return join([
    cause === reason
      ? text(`restarts.by.${cause}`)
      : text('restarts.cause', { cause: text(`restarts.by.${cause}`), reason: reasonWords(reason, text) }),
    rssBefore === null
      ? ''
      : text('restarts.memory', {
          before: bytes(rssBefore),
          after: rssAfter === null ? '?' : bytes(rssAfter),
        }),
    ok === null ? '' : text(ok ? 'restarts.helped' : 'restarts.didNotHelp'),
  ]);
}

/** A component of health, or who asked for it. */
function reasonWords(reason: string, text: Text): string {
  const component = neighbourWords('sensr-health', 'component', reason);
  return component === reason ? wordsFor(text, 'restarts.by', reason) : component;
}
