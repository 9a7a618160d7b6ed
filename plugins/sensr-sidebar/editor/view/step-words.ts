/** A repair step in words: what, why, and what became of it. */
import type { RestartEntry, StepState } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import { bytes, duration, moment } from './format';

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

export function stepWords(step: StepState, text: Text): string {
  const { at, action, reason, phase, blockedBy, blockedUntil, error, durationMs } = step;
  const time = (one: number): string => moment(one, Date.now());
  return join([
    text('step.head', { action: text(`step.action.${action}`), reason, time: time(at) }),
    text(`step.phase.${phase}`, { by: blockedBy ?? '' }),
    blockedUntil === null ? '' : text('until', { time: time(blockedUntil) }),
    durationMs === null ? '' : duration(durationMs),
    error ?? '',
  ]);
}

export function restartWords(entry: RestartEntry, text: Text): string {
  const { reason, cause, rssBefore, rssAfter, ok } = entry;
  return join([
    text('restarts.cause', { cause: text(`restarts.by.${cause}`), reason }),
    rssBefore === null
      ? ''
      : text('restarts.memory', {
          before: bytes(rssBefore),
          after: rssAfter === null ? '?' : bytes(rssAfter),
        }),
    ok === null ? '' : text(ok ? 'restarts.helped' : 'restarts.didNotHelp'),
  ]);
}
