/** What the fuzzing process and its threads say to each other. */
import type { CampaignReport } from './campaign';

export interface WorkerTask {
  readonly seed: number;
  readonly frames: number;
  /** The frame under way: four bytes of its length, then the frame. What hangs cannot tell. */
  readonly current: SharedArrayBuffer;
}

export type FromWorker =
  | { readonly kind: 'progress'; readonly report: CampaignReport }
  | { readonly kind: 'done'; readonly report: CampaignReport };

/** Frames are cut to 64 KiB. */
export const CURRENT_BYTES = 4 + 64 * 1024;
