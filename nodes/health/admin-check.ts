/** Tells at deploy, not in the night when it is needed, that flows could not be restarted. */
import type { Node } from 'node-red';
import { systemClock, type StopTimer } from '../../lib/clock';
import { reportError } from '../common/messages';
import type { Red } from '../common/red-types';
import { adminApi, type ProcessParts } from './surroundings';

/** Node-RED starts to listen only after the first flows run. */
const AFTER_START_MS = 5000;

/** @returns what cancels it */
export function checkAdminApi(red: Red, node: Node, parts: ProcessParts): StopTimer {
  const { autoRestart, maxAction, scheduledRestart, scheduledRestartTarget } = parts.values;
  const byLadder = autoRestart && (maxAction === 'flows' || maxAction === 'process');
  const bySchedule = scheduledRestart && scheduledRestartTarget === 'flows';
  if (!byLadder && !bySchedule) return () => undefined;
  const check = async (): Promise<void> => adminApi(red, parts).preflight();
  let isOver = false;
  const stop = systemClock.after(AFTER_START_MS, () => {
    check().catch((error: unknown) => {
      if (!isOver) reportError(node, error, { topic: 'health', sensr: { action: 'flows' } });
    });
  });
  return () => {
    isOver = true;
    stop();
  };
}
