/** Listens along on a server's socket: takes the newest frame when somebody wants one, and no oftener than once a period. */
import { messageOf } from '../../../lib/errors';
import type { ChannelListener } from '../../../lib/server/channel';
import type { Server } from '../../../lib/server/server';
import type { FrameRecord, SocketKind, SocketStatus } from '../../../lib/thread/protocol';

export interface TapOptions<T> {
  readonly kind: SocketKind;
  /** Frames with one of these parts; 0 = every frame. */
  readonly parts: number;
  readonly periodMs: number;
  /** @returns undefined where the frame holds nothing of it; what it throws is kept as the problem */
  readonly read: (frame: FrameRecord) => T | undefined;
  readonly onChange: () => void;
}

/** Counted over all taps, so that no two values of one process have the same. */
let lastVersion = 0;

export class Tap<T> {
  readonly #options: TapOptions<T>;
  readonly #listener: ChannelListener;
  #newest: { readonly version: number; readonly value: T } | undefined;
  #problem: string | undefined;
  #isWanted = false;
  #notBeforeMs = 0;
  #isClosed = false;

  constructor(server: Server, options: TapOptions<T>) {
    this.#options = options;
    this.#listener = server.listen(
      options.kind,
      {
        parts: options.parts,
        queueFrames: 1,
        queueBytes: server.options.maxFrameBytes,
        protectEvents: false,
        keepEvents: false,
      },
      {
        onFrames: (frames) => {
          this.#take(frames);
        },
        onStatus: () => {
          if (!this.#isClosed) options.onChange();
        },
      },
    );
  }

  get newest(): { readonly version: number; readonly value: T } | undefined {
    return this.#newest;
  }

  get status(): SocketStatus {
    return this.#listener.status();
  }

  /** Why the last frame could not be read. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Asks for one more; nothing comes that nobody wants. */
  want(): void {
    if (this.#isWanted || this.#isClosed) return;
    this.#isWanted = true;
    this.#listener.grant(1, this.#notBeforeMs);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void this.#listener.close(false);
  }

  #take(frames: readonly FrameRecord[]): void {
    const frame = frames.at(-1);
    if (!frame || this.#isClosed) return;
    this.#isWanted = false;
    this.#notBeforeMs = nextMs(this.#notBeforeMs, frame.arrivedMs, this.#options.periodMs);
    // Until the thread is told that it is used up, it counts against the queue.
    this.#listener.grant(0, this.#notBeforeMs);
    try {
      const value = this.#options.read(frame);
      this.#problem = undefined;
      if (value !== undefined) this.#newest = { version: (lastVersion += 1), value };
    } catch (error) {
      this.#problem = messageOf(error);
    }
    this.#options.onChange();
  }
}

/** Frames that come just as often as they may do not come evenly: one may be so much too early, if the next is not. */
const EARLY = 0.2;

/** @returns when the next one may come, so that over time no more than one a period does */
export const nextMs = (beforeMs: number, arrivedMs: number, periodMs: number): number =>
  Math.max(beforeMs + periodMs, arrivedMs + periodMs * (1 - EARLY));
