/** Ends the process in good order and with a code that makes a supervisor start it again. */
import { systemClock, type Clock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';

/** Node-RED gives its nodes 15 s to close. */
const GUARD_MS = 20_000;

type ProcessLike = Pick<NodeJS.Process, 'listenerCount' | 'exit'> & {
  exitCode?: number | string | null | undefined;
  emit: (event: 'SIGTERM', signal: 'SIGTERM') => boolean;
};

/**
 * Node-RED's own handler of SIGTERM closes all flows and ends the process with `process.exitCode`. Emitted, not sent:
 * on Windows a signal would end the process at once.
 * @throws SensrError SENSR_BAD_CONFIG where nobody handles it: the process is somebody else's
 */
export function exitProcess(
  code: number,
  host: ProcessLike = process as ProcessLike,
  clock: Clock = systemClock,
): Promise<void> {
  if (host.listenerCount('SIGTERM') === 0)
    return Promise.reject(
      new SensrError(
        'SENSR_BAD_CONFIG',
        'the process cannot be ended: expected Node-RED to handle SIGTERM, but it runs inside another program',
      ),
    );
  host.exitCode = code;
  // Outlives the node that asks: a flow that does not close must not keep the process.
  clock.after(GUARD_MS, () => host.exit(code));
  host.emit('SIGTERM', 'SIGTERM');
  return Promise.resolve();
}
