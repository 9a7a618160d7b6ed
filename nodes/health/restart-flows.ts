/** The one place that has Node-RED restart its flows: through the Admin API, and certain only when Node-RED says that they run. */
import { systemClock, type Clock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';
import type { AdminApi } from './admin-api';

/** Node-RED's own event emitter. */
export interface RuntimeEvents {
  readonly on: (event: string, listener: () => void) => unknown;
  readonly once: (event: string, listener: () => void) => unknown;
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
  api: AdminApi,
  events: RuntimeEvents,
  clock: Clock = systemClock,
): Promise<number> {
  await api.preflight();
  const startMs = clock.monotonicMs();
  const started = nextStart(events, clock);
  try {
    await api.reloadFlows();
    await started.done;
  } finally {
    started.cancel();
  }
  return clock.monotonicMs() - startMs;
}

function nextStart(events: RuntimeEvents, clock: Clock): { done: Promise<void>; cancel: () => void } {
  let cancel = (): void => undefined;
  const done = new Promise<void>((resolve, reject) => {
    const onStarted = (): void => {
      stopTimer();
      resolve();
    };
    const stopTimer = clock.after(START_LIMIT_MS, () => {
      events.removeListener('flows:started', onStarted);
      reject(
        new SensrError(
          'SENSR_TIMEOUT',
          `Flows were stopped for a restart, but did not start within ${START_LIMIT_MS / 1000} s: is a node type missing?`,
        ),
      );
    });
    events.once('flows:started', onStarted);
    cancel = () => {
      stopTimer();
      events.removeListener('flows:started', onStarted);
    };
  });
  // When the request itself fails, nobody waits for this any more.
  done.catch(() => undefined);
  return { done, cancel };
}
