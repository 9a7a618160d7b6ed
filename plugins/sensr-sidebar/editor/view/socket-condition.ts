/** Decides how a socket is doing: which words, which mark, how bad. Colour never says more than the words. */
import type { SocketState } from '../../protocol';

export type Level = 'good' | 'busy' | 'bad' | 'off';

export interface Condition {
  /** Of the text `socket.state.…`. */
  readonly key: string;
  readonly icon: string;
  readonly level: Level;
}

/** Below this the rate of the last seconds shows as 0.0. */
const LEAST_RATE = 0.05;

export function conditionOf({ state }: Pick<SocketState, 'state'>, rate: number): Condition {
  switch (state) {
    case 'open':
      return rate >= LEAST_RATE
        ? { key: 'receiving', icon: 'fa-circle', level: 'good' }
        : { key: 'open', icon: 'fa-circle-o', level: 'good' };
    case 'connecting':
      return { key: state, icon: 'fa-circle-o', level: 'busy' };
    case 'waiting':
      return { key: state, icon: 'fa-exclamation-circle', level: 'bad' };
    case 'idle':
    case 'closing':
    case 'closed':
      return { key: state, icon: 'fa-circle-o', level: 'off' };
  }
}
