/** Decides whether SENSR is connected: whatever a node listens to is open. */
import type { Sample } from '../sampling/sample';
import type { SocketHealth } from '../sampling/server-health';

/** Nobody waits for anything to come from there. */
const UNUSED: ReadonlySet<SocketHealth['state']> = new Set(['idle', 'closing', 'closed']);

const isFine = ({ state }: SocketHealth): boolean => state === 'open' || UNUSED.has(state);

/** @returns false before the first sample: not known is not ready */
export const isConnected = (sample: Sample | undefined): boolean =>
  sample !== undefined &&
  Object.values(sample.servers).every(({ output, points }) => isFine(output) && isFine(points));
