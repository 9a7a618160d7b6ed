/** Decides when a new thread can go on where the old one is: for each socket a frame that both have, or nothing to lose. */
import type { Clock, StopTimer } from '../clock';
import type { SocketStatus, ToThread } from './protocol';

/**
 * How a socket's frames go on: `matched` after one that both threads have, `moved` since the old connection was not
 * open, `idle` since no frame comes at all.
 */
export type SeamKind = 'matched' | 'moved' | 'idle';

export interface TakeOverSocket {
  readonly id: number;
  readonly isOpen: () => boolean;
  /** Frames so far in the old thread. */
  readonly frames: () => number;
}

export interface TakeOverPorts {
  readonly toOld: (message: ToThread) => void;
  /** All sockets are ready. Once. */
  readonly onReady: () => void;
  /** It cannot be: the old thread goes on. Once, and never after onReady. */
  readonly onAbandon: (reason: string) => void;
}

/** SENSR sends results ten times a second and points once: whoever sends nothing for this long sends nothing. */
const IDLE_MS = 2500;

interface Progress {
  readonly socket: TakeOverSocket;
  seam: SeamKind | undefined;
  framesWhenOpen: number | undefined;
  stopIdle: StopTimer | undefined;
}

export class TakeOver {
  readonly #ports: TakeOverPorts;
  readonly #clock: Clock;
  readonly #progress = new Map<number, Progress>();
  #state: 'waiting' | 'ready' | 'abandoned' = 'waiting';

  constructor(sockets: readonly TakeOverSocket[], ports: TakeOverPorts, clock: Clock) {
    this.#ports = ports;
    this.#clock = clock;
    for (const socket of sockets)
      this.#progress.set(socket.id, {
        socket,
        seam: undefined,
        framesWhenOpen: undefined,
        stopIdle: undefined,
      });
  }

  get seams(): Readonly<Record<number, SeamKind>> {
    const found = [...this.#progress].flatMap(([id, { seam }]) => (seam ? [[id, seam] as const] : []));
    return Object.fromEntries(found);
  }

  start(): void {
    for (const one of this.#progress.values()) if (!one.socket.isOpen()) this.#settle(one, 'moved');
    this.#check();
  }

  /** Of a socket in the new thread. */
  onStatus(id: number, { state, reason }: SocketStatus): void {
    const one = this.#progress.get(id);
    if (!one || one.seam || this.#state !== 'waiting') return;
    if (!one.socket.isOpen()) this.#settle(one, 'moved');
    else if (state === 'open') this.#watchIdle(one);
    else if (state === 'waiting') this.abandon(reason?.message ?? 'the new connection was closed');
    this.#check();
  }

  /** A frame came on a socket of the new thread. */
  onSeen(id: number, print: string): void {
    const one = this.#progress.get(id);
    if (!one || one.seam || this.#state !== 'waiting') return;
    if (one.socket.isOpen()) this.#ports.toOld({ op: 'find', socket: id, print });
    else this.#settle(one, 'moved');
    this.#check();
  }

  /** The old thread has that frame too. */
  onFound(id: number): void {
    const one = this.#progress.get(id);
    if (one && !one.seam) this.#settle(one, 'matched');
    this.#check();
  }

  abandon(reason: string): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'abandoned';
    this.#stopTimers();
    this.#ports.onAbandon(reason);
  }

  #watchIdle(one: Progress): void {
    one.framesWhenOpen = one.socket.frames();
    one.stopIdle?.();
    one.stopIdle = this.#clock.after(IDLE_MS, () => {
      if (one.seam) return;
      if (one.socket.frames() === one.framesWhenOpen) this.#settle(one, 'idle');
      else this.#watchIdle(one);
      this.#check();
    });
  }

  #settle(one: Progress, seam: SeamKind): void {
    one.stopIdle?.();
    one.seam = seam;
  }

  #check(): void {
    if (this.#state !== 'waiting') return;
    if ([...this.#progress.values()].some(({ seam }) => !seam)) return;
    this.#state = 'ready';
    this.#stopTimers();
    this.#ports.onReady();
  }

  #stopTimers(): void {
    for (const { stopIdle } of this.#progress.values()) stopIdle?.();
  }
}
