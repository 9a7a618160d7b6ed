/** Knows whether a deploy is under way: from the moment in which flows stop until they run again. */
import type { Clock } from '../../lib/clock';
import type { HubSurroundings } from '../../lib/health/hub-types';
import type { RuntimeEvents } from './restart-flows';

/**
 * Node-RED gives its nodes 15 s to close, and says nothing when it does not start what was deployed, as with a node of
 * an unknown type. What was not part of the deploy goes on running then, health with it.
 */
const DEPLOY_LIMIT_MS = 60_000;

export function watchDeploys(
  events: RuntimeEvents,
  clock: Clock,
): ReturnType<HubSurroundings['watchDeploys']> {
  let sinceMs: number | undefined;
  const onStopping = (): void => {
    sinceMs = clock.monotonicMs();
  };
  const onStarted = (): void => {
    sinceMs = undefined;
  };
  events.on('flows:stopping', onStopping);
  events.on('flows:started', onStarted);
  return {
    isBusy: () => sinceMs !== undefined && clock.monotonicMs() - sinceMs < DEPLOY_LIMIT_MS,
    close: () => {
      events.removeListener('flows:stopping', onStopping);
      events.removeListener('flows:started', onStarted);
    },
  };
}
