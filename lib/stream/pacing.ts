/** Decides when the next message may go into the flow. */

export type Pacing =
  | { readonly mode: 'loop' }
  /** Goes on when the flow is done with all but `inFlight - 1` of the messages it has. */
  | { readonly mode: 'complete'; readonly inFlight: number }
  | { readonly mode: 'rate'; readonly periodMs: number }
  | { readonly mode: 'request' };

export interface PacingState {
  /** Monotonic. */
  readonly nowMs: number;
  /** A message went out in this turn of the event loop. */
  readonly sentThisTurn: boolean;
  readonly lastSentMs: number | undefined;
  /** Messages the flow is not done with. */
  readonly inFlight: number;
  /** Messages asked for and not sent yet. */
  readonly requested: number;
  readonly paused: boolean;
  /** What waits was asked for at once, whatever the pacing. */
  readonly flushing: boolean;
}

/** `blocked`: until something happens, such as a request, a completion or a resume. */
export type Verdict = 'send' | 'nextTurn' | 'blocked' | { readonly waitMs: number };

export function pace(pacing: Pacing, state: PacingState): Verdict {
  // One message a turn in every mode: Node-RED delivers in the next turn, and nothing else may starve meanwhile.
  if (state.sentThisTurn) return 'nextTurn';
  if (state.flushing) return 'send';
  if (state.paused) return 'blocked';
  switch (pacing.mode) {
    case 'loop':
      return 'send';
    case 'complete':
      return state.inFlight < pacing.inFlight ? 'send' : 'blocked';
    case 'rate': {
      const waitMs = state.lastSentMs === undefined ? 0 : state.lastSentMs + pacing.periodMs - state.nowMs;
      return waitMs > 0 ? { waitMs } : 'send';
    }
    case 'request':
      return state.requested > 0 ? 'send' : 'blocked';
  }
}
