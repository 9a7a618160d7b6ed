/** Decides when a new thread can go on where the old one is: for each socket a frame that both have, or nothing to lose. */
import type { Clock, StopTimer } from '../clock';
import type { SocketStatus, ToThread } from './protocol';

/**
 * How a socket's frames go on: `matched` after one that both threads have, `moved` since the old connection was not
 * open, `idle` since nothing comes at all.
 */
export type SeamKind = 'matched' | 'moved' | 'idle';

/** What a connection of the old thread has brought so far. The bytes are told a little later than the rest. */
export interface SocketCounts {
  readonly frames: number;
  readonly bytes: number;
  /** What was no frame. */
  readonly refused: number;
}

export interface TakeOverSocket {
  readonly id: number;
  /** In the old thread. */
  readonly isOpen: () => boolean;
  readonly counts: () => SocketCounts;
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
/** Longer than the thread takes to tell its bytes. */
const LOOK_MS = 500;
/** Pings and pongs between two looks stay below this; a link that carries frames at all brings more. */
const CONTROL_BYTES = 512;
/** Half as often as SENSR sends points: where frames come less often than this, the link is what holds them up. */
const SLOW_FRAME_MS = 2000;
/** More than a shadow keeps frames. */
const MAX_SEEN = 4096;

/** What is known of an old connection after looking at its counts again and again. */
interface Look {
  readonly counts: SocketCounts;
  readonly quietMs: number;
  /** A part of a frame has come, and not its end. */
  readonly isInFrame: boolean;
  /** A frame has just ended: bytes that show now may be its own. */
  readonly hasEnded: boolean;
}

const firstLook = (counts: SocketCounts): Look => ({ counts, quietMs: 0, isInFrame: false, hasEnded: true });

/** A frame under way is on the old connection alone if it began before the new one: cut off, it would be lost. */
function lookAgain({ counts: before, quietMs, isInFrame, hasEnded }: Look, counts: SocketCounts): Look {
  if (counts.frames !== before.frames) return firstLook(counts);
  // Whoever sends what is no frame has no frame to lose.
  const isQuiet = counts.bytes - before.bytes <= CONTROL_BYTES || counts.refused !== before.refused;
  return {
    counts,
    quietMs: isQuiet ? quietMs + LOOK_MS : 0,
    isInFrame: isInFrame || (!isQuiet && !hasEnded),
    hasEnded: false,
  };
}

/**
 * Of the frames on the new connection, those before one that the old thread has delivered are older than that: it has
 * delivered them too and does not remember, or the server left them out on its connection. None may come after it.
 * @returns the prints that the new connection begins with and are not to be served; both lists oldest first
 */
function toRecognise(seen: readonly string[], delivered: readonly string[]): readonly string[] {
  const remembered = new Set(delivered);
  const anchor = seen.findIndex((print) => remembered.has(print));
  if (anchor < 0) return delivered;
  // Equal frames before it are older ones.
  let [last, next] = [anchor, delivered.lastIndexOf(seen[anchor] ?? '') + 1];
  for (let index = anchor + 1; index < seen.length; index += 1) {
    const place = delivered.indexOf(seen[index] ?? '', next);
    if (place >= 0) [last, next] = [index, place + 1];
  }
  return [...seen.slice(0, last + 1), ...delivered.slice(next)];
}

interface Progress {
  readonly socket: TakeOverSocket;
  seam: SeamKind | undefined;
  /** Whether the new connection is open. */
  isConnected: boolean;
  /** Since both connections are open. */
  watch: { readonly startMs: number; readonly framesBefore: number } | undefined;
  stopWatch: StopTimer | undefined;
  /** The prints of what came on the new connection, in order. */
  seen: string[];
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
        isConnected: false,
        watch: undefined,
        stopWatch: undefined,
        seen: [],
      });
  }

  get seams(): Readonly<Record<number, SeamKind>> {
    const found = [...this.#progress].flatMap(([id, { seam }]) => (seam ? [[id, seam] as const] : []));
    return Object.fromEntries(found);
  }

  /** Whether all that is waited for is a frame that a slow link still carries. */
  get isHeldUp(): boolean {
    const open = [...this.#progress.values()].filter(({ seam }) => !seam);
    return open.every(({ socket, watch }) => {
      if (!watch) return false;
      const frames = socket.counts().frames - watch.framesBefore;
      return frames * SLOW_FRAME_MS < this.#clock.monotonicMs() - watch.startMs;
    });
  }

  /** @returns what the new thread has to recognise on a socket, of which the old one has delivered `delivered` lately */
  expected(id: number, delivered: readonly string[]): readonly string[] {
    return toRecognise(this.#progress.get(id)?.seen ?? [], delivered);
  }

  start(): void {
    for (const one of this.#progress.values()) if (!one.socket.isOpen()) this.#settle(one, 'moved');
    this.#check();
  }

  /** Of a socket in the new thread. */
  onStatus(id: number, { state, reason }: SocketStatus): void {
    const one = this.#progress.get(id);
    if (!one || this.#state !== 'waiting') return;
    one.isConnected = state === 'open';
    if (!one.socket.isOpen()) {
      if (!one.seam || state === 'waiting') this.#settle(one, 'moved');
    }
    // Also when its seam was found: all that comes until it is open again would be missing.
    else if (state === 'waiting') this.abandon(reason?.message ?? 'the new connection was closed');
    else if (state === 'open' && !one.seam) this.#watch(one);
    this.#check();
  }

  /** A frame came on a socket of the new thread. */
  onSeen(id: number, print: string): void {
    const one = this.#progress.get(id);
    if (!one) return;
    one.seen.push(print);
    if (one.seen.length > MAX_SEEN * 2) one.seen = one.seen.slice(-MAX_SEEN);
    if (one.seam || this.#state !== 'waiting') return;
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

  #watch(one: Progress): void {
    const counts = one.socket.counts();
    one.watch = { startMs: this.#clock.monotonicMs(), framesBefore: counts.frames };
    one.stopWatch?.();
    let look = firstLook(counts);
    one.stopWatch = this.#clock.every(LOOK_MS, () => {
      look = lookAgain(look, one.socket.counts());
      if (look.isInFrame || look.quietMs < IDLE_MS) return;
      this.#settle(one, 'idle');
      this.#check();
    });
  }

  #settle(one: Progress, seam: SeamKind): void {
    one.stopWatch?.();
    one.seam = seam;
  }

  /** The old connection came up again while others were waited for: now it has something to lose. */
  #reopen(one: Progress): void {
    one.seam = undefined;
    if (one.isConnected) this.#watch(one);
  }

  #check(): void {
    if (this.#state !== 'waiting') return;
    const all = [...this.#progress.values()];
    for (const one of all) if (one.seam === 'moved' && one.socket.isOpen()) this.#reopen(one);
    if (all.some(({ seam }) => !seam)) return;
    this.#state = 'ready';
    this.#stopTimers();
    this.#ports.onReady();
  }

  #stopTimers(): void {
    for (const { stopWatch } of this.#progress.values()) stopWatch?.();
  }
}
