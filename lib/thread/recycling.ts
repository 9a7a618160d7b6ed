/** One recycling: from the start of the new thread until the old one is gone, or until it is abandoned. */
import type { Clock, StopTimer } from '../clock';
import { messageOf } from '../errors';
import type { FromThread, HandedSocket, SocketOptions, ToThread } from './protocol';
import { TakeOver, type SeamKind, type TakeOverSocket } from './take-over';
import type { ThreadHandle } from './worker-source';

/** What became of a recycling. */
export interface RecycleReport {
  /**
   * `done`: a new thread serves all sockets, no frame was lost or doubled. `abandoned`: the old thread goes on.
   * `replaced`: the old thread did not answer, or the new one ended while it took over; what they held is lost and
   * counted, and another thread serves.
   */
  readonly outcome: 'done' | 'abandoned' | 'replaced';
  readonly reason?: string;
  readonly durationMs: number;
  readonly sockets: readonly { readonly url: string; readonly seam: SeamKind | undefined }[];
}

export interface RecyclingParts {
  readonly old: ThreadHandle;
  readonly next: ThreadHandle;
  readonly sockets: readonly (TakeOverSocket & { readonly options: SocketOptions })[];
  /** To make `next` the one that serves; what was held meanwhile is released then. */
  readonly onHandedOver: (handed: readonly HandedSocket[]) => void;
}

/**
 * `preparing`: the old thread serves, the new one connects. `handingOver`: neither does, for a moment. `retiring`: the
 * new one serves, the old one closes its connections.
 */
type State = 'preparing' | 'handingOver' | 'retiring' | 'ended';

/** Connecting, and a frame on each socket; then, anew, handing over and the closing handshakes. */
const LIMIT_MS = 15_000;
/**
 * On a slow link, which the new connections share: a point frame takes 3 to 5 s alone and twice as long beside another,
 * and SENSR may leave out different ones on each. Not for ever: two connections are a burden.
 */
const SLOW_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 1000;

export class Recycling {
  readonly old: ThreadHandle;
  readonly next: ThreadHandle;
  readonly #parts: RecyclingParts;
  readonly #clock: Clock;
  readonly #takeOver: TakeOver;
  #state: State = 'preparing';
  #held: ToThread[] = [];
  #nextFailure: unknown;
  #startMs = 0;
  #stopLimit: StopTimer | undefined;
  #resolve: (reason: string | undefined) => void = () => undefined;

  constructor(parts: RecyclingParts, clock: Clock) {
    this.old = parts.old;
    this.next = parts.next;
    this.#parts = parts;
    this.#clock = clock;
    this.#takeOver = new TakeOver(
      parts.sockets,
      {
        toOld: (message) => {
          parts.old.postMessage(message);
        },
        onReady: () => {
          this.#state = 'handingOver';
          this.#limit(LIMIT_MS);
          parts.old.postMessage({ op: 'handOver' });
        },
        onAbandon: (reason) => {
          parts.old.postMessage({ op: 'unwatch' });
          this.#end(parts.next, reason);
        },
      },
      clock,
    );
  }

  get seams(): Readonly<Record<number, SeamKind>> {
    return this.#takeOver.seams;
  }

  /** Why the new thread ended, if it did while it took over: nothing that it was given is served. */
  get nextFailure(): unknown {
    return this.#nextFailure;
  }

  /** @returns what the new thread has to recognise on a socket, of which the old one has delivered `prints` */
  expected(socket: number, prints: readonly string[]): readonly string[] {
    return this.#takeOver.expected(socket, prints);
  }

  get isHandingOver(): boolean {
    return this.#state === 'handingOver';
  }

  /** @returns why it was abandoned; undefined when the new thread serves and the old one is gone. Never rejects. */
  run(): Promise<string | undefined> {
    const { old, next, sockets } = this.#parts;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#startMs = this.#clock.monotonicMs();
      this.#limit(LIMIT_MS);
      old.postMessage({ op: 'watch' });
      for (const { id: socket, options } of sockets) next.postMessage({ op: 'shadow', socket, options });
      this.#takeOver.start();
    });
  }

  abandon(reason: string): void {
    this.#takeOver.abandon(reason);
  }

  receive(thread: ThreadHandle, message: FromThread): void {
    if (thread === this.next) {
      if (message.op === 'status') this.#takeOver.onStatus(message.socket, message.status);
      else if (message.op === 'seen') this.#takeOver.onSeen(message.socket, message.print);
    } else if (thread === this.old) {
      if (message.op === 'found') this.#takeOver.onFound(message.socket);
      else if (message.op === 'handedOver') this.#parts.onHandedOver(message.sockets);
      else if (message.op === 'retired') this.#end(this.old, undefined);
    }
  }

  onExit(thread: ThreadHandle, cause: unknown): void {
    if (thread === this.next) {
      if (this.#state === 'preparing') this.abandon(`the new thread failed: ${messageOf(cause)}`);
      else if (this.#state !== 'ended') this.#nextFailure ??= cause;
    }
    if (thread !== this.old) return;
    if (this.#state === 'retiring') this.#end(this.old, undefined);
    else if (this.#state === 'handingOver') this.#end(this.next, 'the old thread ended while it handed over');
    else this.abandon('the old thread ended');
  }

  /** @returns true for a message that is for the thread, while no thread can take it */
  hold(message: ToThread): boolean {
    if (this.#state !== 'handingOver') return false;
    // Credits go with the listeners that are handed over.
    if (message.op !== 'credit') this.#held.push(message);
    return true;
  }

  /** The new thread serves. @returns what was held for it */
  release(): readonly ToThread[] {
    this.#state = 'retiring';
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #limit(ms: number): void {
    this.#stopLimit?.();
    this.#stopLimit = this.#clock.after(ms, () => {
      // It hangs while it hands over, or closes: its end is noticed like any other.
      if (this.#state !== 'preparing') void this.old.terminate();
      else this.#goOnOrAbandon(this.#clock.monotonicMs() - this.#startMs);
    });
  }

  #goOnOrAbandon(waitedMs: number): void {
    if (waitedMs < SLOW_LIMIT_MS && this.#takeOver.isHeldUp) this.#limit(LOOK_AGAIN_MS);
    else
      this.abandon(
        `no frame came on both connections within ${Math.floor(waitedMs / 1000)} s, so nothing could be matched`,
      );
  }

  #end(gone: ThreadHandle, reason: string | undefined): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopLimit?.();
    // After the answer: its exit is nobody's business any more.
    void Promise.resolve(gone.terminate()).then(() => {
      this.#resolve(reason);
    });
  }
}
