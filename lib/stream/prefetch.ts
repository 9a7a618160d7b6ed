/** Decides how many frames to ask the thread for at once: more only while the flow is fast, many only while frames wait. */

/** Beyond this, a hop between the threads costs nothing beside the frames themselves. */
const MAX_FRAMES = 32;
/** Asking wakes the thread, which at a site's usual rate costs more than reading the frame does: once for some will do. */
const IDLE_FRAMES = 4;
/** Frames asked for ahead are no longer the thread's to drop, so they must be used up at once. */
const FAST_TURN_MS = 1;
const SLOW_TURN_MS = 5;
/** Asked for in such numbers, the next are under way while the last of these are sent: else each hop is a pause. */
const AHEAD_FROM_FRAMES = 8;
/** A frame this large costs more to decode than the hop costs. */
const LARGE_FRAME_BYTES = 65_536;

export interface Turn {
  /** From the send to the next turn of the event loop: what the flow did in between. */
  readonly turnMs: number;
  /** Frames that wait in the thread. */
  readonly queued: number;
  readonly frameBytes: number;
}

/** @returns how many to ask for next time, from 1 to 32 and at most half of the queue. */
export function nextPrefetch(frames: number, turn: Turn, queueFrames: number): number {
  if (turn.turnMs > SLOW_TURN_MS || turn.frameBytes > LARGE_FRAME_BYTES) return 1;
  const most = turn.queued === 0 ? IDLE_FRAMES : MAX_FRAMES;
  const wanted = turn.turnMs > FAST_TURN_MS ? frames : frames * 2;
  return Math.max(1, Math.min(wanted, most, Math.floor(queueFrames / 2)));
}

/** @returns whether to ask for `prefetch` more while `unused` that came are still to be sent */
export const asksAhead = (prefetch: number, unused: number): boolean =>
  prefetch >= AHEAD_FROM_FRAMES && unused <= prefetch / 2;
