/** The one place that has Node-RED restart its flows: through the Admin API, and certain only when Node-RED says that they run. */
import { systemClock, type Clock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';
import type { AdminApi } from './admin-api';

/** Node-RED's own event emitter. */
export interface RuntimeEvents {
  readonly on: (event: string, listener: () => void) => unknown;
  readonly removeListener: (event: string, listener: () => void) => unknown;
}

/** The 15 s after which Node-RED gives up waiting for nodes to close, and time to start. */
const START_LIMIT_MS = 30_000;

/**
 * The node that asks is itself closed meanwhile: whatever is to follow belongs to the process, not to a node.
 * @returns how long no flow ran, in ms
 * @throws SensrError SENSR_ADMIN_API when it cannot be done, SENSR_TIMEOUT when the flows do not come back
 */
export async function restartFlows(
  api: Pick<AdminApi, 'preflight' | 'reloadFlows'>,
  events: RuntimeEvents,
  clock: Clock = systemClock,
): Promise<number> {
  await api.preflight();
  const startMs = clock.monotonicMs();
  const restart = watchRestart(events, clock);
  try {
    await api.reloadFlows();
    await restart.isBack();
  } finally {
    restart.close();
  }
  return clock.monotonicMs() - startMs;
}

interface RestartWatch {
  /** Resolves when flows that were stopped run again; to be asked once Node-RED has answered, which is after the stop. */
  readonly isBack: () => Promise<void>;
  readonly close: () => void;
}

/**
 * unknown  nothing was stopped yet: a start is that of a deploy which was under way before
 * down     flows are stopped
 * up       they run again
 */
type Seen = 'unknown' | 'down' | 'up';

function watchRestart(events: RuntimeEvents, clock: Clock): RestartWatch {
  let seen: Seen = 'unknown';
  let tell = (): void => undefined;
  let giveUp = (_error: SensrError): void => undefined;
  let late: SensrError | undefined;
  const onStopping = (): void => {
    seen = 'down';
  };
  const onStarted = (): void => {
    if (seen === 'unknown') return;
    seen = 'up';
    tell();
  };
  const stopTimer = clock.after(START_LIMIT_MS, () => {
    late = new SensrError(
      'SENSR_TIMEOUT',
      `Flows were stopped for a restart, but did not start within ${START_LIMIT_MS / 1000} s: is a node type missing?`,
    );
    giveUp(late);
  });
  events.on('flows:stopping', onStopping);
  events.on('flows:started', onStarted);
  return {
    isBack: () =>
      new Promise((resolve, reject) => {
        [tell, giveUp] = [resolve, reject];
        if (seen === 'up') resolve();
        else if (late) reject(late);
      }),
    close: () => {
      stopTimer();
      events.removeListener('flows:stopping', onStopping);
      events.removeListener('flows:started', onStarted);
    },
  };
}
