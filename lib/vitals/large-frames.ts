/**
 * Keeps point clouds from making V8 mark the whole heap again and again.
 *
 * V8 counts a buffer as if it were in the heap. After a major collection it allows the heap to grow by as little as
 * 8 MB, and a frame of points has 14.7: each begins the next major collection, 20 to 40 ms of work in a heap such as
 * Node-RED's. Two things together end that, neither does alone (docs/design.md has the figures): the heap may double
 * before it is marked, which is within what V8 chooses itself, and frames that the flow is done with are freed by a
 * minor collection, which takes a millisecond. A frame that is held for longer is V8's own affair, as without this.
 */
import { setFlagsFromString } from 'node:v8';
import type { Clock, StopTimer } from '../clock';
import { collectGarbage } from './collect';

/** Smaller ones come with so many small objects that V8 collects minor garbage often enough by itself. */
const LARGE_FRAME_BYTES = 262_144;
/** Until most flows are done with a frame: a collection before that would only make it old. */
const IN_USE_MS = 25;

/** What is asked of V8; may throw where it cannot be asked. */
export interface Heap {
  readonly collectYoung: () => Promise<void>;
  /** How much the heap may grow between major collections, in percent; 0 = as V8 likes. */
  readonly setGrowth: (percent: number) => void;
}

const GROWTH_PERCENT = 100;
const GROWTH_FLAG = '--heap-growing-percent';

/** Somebody who has set the growth wants it so. */
const isGrowthSet = (): boolean =>
  [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((text) =>
    text.replaceAll('_', '-').includes(GROWTH_FLAG),
  );

/** Of the thread that calls; the growth holds for all threads of the process, so that the main thread alone sets it. */
export const MAIN_HEAP: Heap = {
  collectYoung: () => collectGarbage('minor'),
  setGrowth: (percent) => {
    if (!isGrowthSet()) setFlagsFromString(`${GROWTH_FLAG}=${percent}`);
  },
};
/**
 * The socket thread reads a cloud in some 225 pieces of 64 KB and joins them: left alone, 60 MB of pieces lie about
 * before V8 looks, and RSS is as much higher.
 */
export const THREAD_HEAP: Heap = { ...MAIN_HEAP, setGrowth: () => undefined };

/** `unable`: this V8 cannot be asked, and frames are collected as it likes. */
type State = 'idle' | 'active' | 'unable';

export class LargeFrames {
  readonly #heap: Heap;
  readonly #clock: Clock;
  #state: State = 'idle';
  #stopCollect: StopTimer | undefined;

  constructor(clock: Clock, heap: Heap) {
    this.#clock = clock;
    this.#heap = heap;
  }

  /** A frame of `frameBytes` came to this thread. */
  arrived(frameBytes: number): void {
    if (frameBytes < LARGE_FRAME_BYTES) return;
    if (this.#state === 'idle') this.#state = this.#begin();
    if (this.#state === 'unable') return;
    this.#stopCollect ??= this.#clock.after(IN_USE_MS, () => {
      this.#stopCollect = undefined;
      this.#heap.collectYoung().catch(() => {
        this.#giveUp();
      });
    });
  }

  /** No frames come any more. */
  close(): void {
    this.#stopCollect?.();
    this.#stopCollect = undefined;
    if (this.#state !== 'active') return;
    this.#state = 'idle';
    this.#heap.setGrowth(0);
  }

  #begin(): State {
    try {
      this.#heap.setGrowth(GROWTH_PERCENT);
      return 'active';
    } catch {
      return 'unable';
    }
  }

  /** More growth without the collections would only cost memory. */
  #giveUp(): void {
    this.close();
    this.#state = 'unable';
  }
}
