/** Decides by chance, from a seed, what goes wrong next. */
import type { Fault } from '../../simulator/faults';
import type { Random } from '../../simulator/random';

export interface ServerTrouble {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** Killed and started again instead. */
  readonly restarts?: true;
  /** Connections must survive it, and no event may be lost. */
  readonly isHarmless: boolean;
}

const harmful = (name: string, ...faults: Fault[]): ServerTrouble => ({ name, faults, isHarmless: false });
const harmless = (name: string, ...faults: Fault[]): ServerTrouble => ({ name, faults, isHarmless: true });
const RESET: Fault = { name: 'reset' };

const SERVER_TROUBLES: readonly (readonly [weight: number, trouble: ServerTrouble])[] = [
  [2, harmful('freeze', { name: 'freeze' })],
  [2, harmful('reset', RESET)],
  [1, harmful('refuse', { name: 'refuse' }, RESET)],
  [1, harmful('flap', { name: 'flap', afterMs: 300 })],
  [1, harmful('close 1011', { name: 'close', code: 1011, reason: 'Writing buffer is full' })],
  [1, harmful('upgrade 503', { name: 'upgradeStatus', status: 503 }, RESET)],
  [1, harmful('garbage', { name: 'garbage', every: 3 })],
  [1, harmful('truncate', { name: 'truncate', every: 3 })],
  [1, harmful('text and empty', { name: 'text', every: 3 }, { name: 'empty', every: 4 })],
  [1, harmful('oversize', { name: 'oversize', bytes: 70_000_000, every: 20 })],
  [2, { ...harmful('restart'), restarts: true }],
  [2, harmless('slow link for points', { name: 'link', port: 'points', bytesPerSecond: 40_000 })],
  [2, harmless('no pong', { name: 'noPong' })],
  [1, harmless('REST fails', { name: 'httpStatus', status: 503 })],
  [1, harmless('REST hangs', { name: 'httpHang', count: 2 })],
  [1, harmless('REST resets', { name: 'httpReset', when: 'midBody' })],
];

export const nextServerTrouble = (random: Random): ServerTrouble => random.pick(SERVER_TROUBLES);

export type NodeRedTrouble =
  | { readonly kind: 'block'; readonly ms: number }
  | { readonly kind: 'stall'; readonly ms: number }
  | { readonly kind: 'deploy'; readonly type: 'full' | 'nodes' | 'flows' };

export const nextNodeRedTrouble = (random: Random): NodeRedTrouble =>
  random.pick<() => NodeRedTrouble>([
    [4, () => ({ kind: 'block', ms: Math.round(random.between(500, 4500)) })],
    [3, () => ({ kind: 'stall', ms: Math.round(random.between(1000, 5000)) })],
    [1, () => ({ kind: 'deploy', type: 'full' })],
    [2, () => ({ kind: 'deploy', type: 'nodes' })],
    [1, () => ({ kind: 'deploy', type: 'flows' })],
  ])();
