/** Collections of our own: how long the next would block, learned from the last. */
import type { Clock } from '../clock';
import { collectGarbage, type CollectKind } from '../vitals/collect';
import type { MainThread } from './sampling/main-thread';
import type { ThreadName } from './sampling/sample';

const BYTES_PER_MB = 1_048_576;

/** Pauses grow with what lives, so they are kept for each megabyte of it. */
export class PausePrediction {
  #msPerMb: number | undefined;

  learn(pauseMs: number, liveBytes: number): void {
    this.#msPerMb = pauseMs / Math.max(1, liveBytes / BYTES_PER_MB);
  }

  /** @returns undefined before the first collection */
  predictMs(liveBytes: number): number | undefined {
    return this.#msPerMb === undefined ? undefined : this.#msPerMb * Math.max(1, liveBytes / BYTES_PER_MB);
  }
}

/** Collects in the main thread. @returns how long it was blocked */
export async function collectMain(
  kind: CollectKind,
  main: Pick<MainThread, 'whileForced'>,
  clock: Clock,
): Promise<{ pauseMs: number }> {
  const startMs = clock.monotonicMs();
  await main.whileForced(() => collectGarbage(kind));
  return { pauseMs: clock.monotonicMs() - startMs };
}

export type PausePredictions = Readonly<Record<ThreadName, PausePrediction>>;
