/** The live picture of one server, shared by all browsers that look at it; nothing is taken while nobody looks. */
import type { Clock, StopTimer } from '../../../lib/clock';
import { PART } from '../../../lib/peek/frame-kind';
import type { Server } from '../../../lib/server/server';
import type { SocketKind } from '../../../lib/thread/protocol';
import type { LiveAnswer, LiveZone } from '../protocol';
import { createObjectsPicture, createZonesPicture, type ObjectsPicture } from './picture';
import { Tap } from './tap';
import { createUnderlay, type Underlay } from './thin-cloud';

/** What one browser asks for: the versions that it has, 0 = none. */
export interface Look {
  readonly objects: number;
  readonly zones: number;
  readonly points: number;
  /** The person wants it although no node listens. */
  readonly isWatching: boolean;
  readonly wantsPoints: boolean;
}

/** Ten pictures a second look like motion. */
export const OBJECTS_PERIOD_MS = 100;
/** SENSR sends zones about each 10 s. */
const ZONES_PERIOD_MS = 1000;
export const POINTS_PERIOD_MS = 1000;
/** A browser asks again as soon as it has an answer: one that does not is gone. */
export const LEFT_AFTER_MS = 10_000;
/** Below the time limits of proxies, and of whoever left. */
export const HOLD_MS = 5000;

interface Waiting {
  readonly look: Look;
  readonly answer: () => void;
}

export class LiveView {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #onEmpty: () => void;
  readonly #waiting = new Set<Waiting>();
  #objects: Tap<ObjectsPicture> | undefined;
  #zones: Tap<readonly LiveZone[]> | undefined;
  #points: Tap<Underlay> | undefined;
  #watchedMs = -Infinity;
  #pointsAskedMs = -Infinity;
  #stopExpiry: StopTimer | undefined;
  #isClosed = false;

  /** @param onEmpty nobody has looked for a while: the view is closed */
  constructor(server: Server, clock: Clock, onEmpty: () => void) {
    this.#server = server;
    this.#clock = clock;
    this.#onEmpty = onEmpty;
  }

  get server(): Server {
    return this.#server;
  }

  /** @returns as soon as something is newer than what the browser has; after a while also without */
  async look(look: Look, signal: AbortSignal): Promise<LiveAnswer> {
    this.#keep(look);
    if (!this.#objects) return this.#answer(look);
    for (const tap of this.#taps()) tap.want();
    const before = this.#answer(look);
    if (hasNews(before)) return before;
    await this.#change(look, signal);
    return this.#answer(look);
  }

  /** Idempotent; whoever waits gets what there is. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopExpiry?.();
    this.#closeTaps();
    for (const { answer } of this.#waiting) answer();
  }

  #keep(look: Look): void {
    const nowMs = this.#clock.monotonicMs();
    this.#stopExpiry?.();
    this.#stopExpiry = this.#clock.after(LEFT_AFTER_MS, () => {
      this.close();
      this.#onEmpty();
    });
    if (look.isWatching) this.#watchedMs = nowMs;
    if (look.wantsPoints) this.#pointsAskedMs = nowMs;
    const isWatched = nowMs - this.#watchedMs < LEFT_AFTER_MS;
    if (this.#isClosed || !(isWatched || this.#isUsed('output'))) {
      this.#closeTaps();
      return;
    }
    this.#openTaps(nowMs - this.#pointsAskedMs < LEFT_AFTER_MS);
  }

  #openTaps(withPoints: boolean): void {
    const onChange = (): void => {
      this.#tell();
    };
    const output = { kind: 'output', onChange } as const;
    this.#objects ??= new Tap(this.#server, {
      ...output,
      parts: PART.objects,
      periodMs: OBJECTS_PERIOD_MS,
      read: createObjectsPicture(),
    });
    this.#zones ??= new Tap(this.#server, {
      ...output,
      parts: PART.zones,
      periodMs: ZONES_PERIOD_MS,
      read: createZonesPicture(),
    });
    if (!withPoints) this.#closePoints();
    else
      this.#points ??= new Tap(this.#server, {
        kind: 'points',
        onChange,
        parts: 0,
        periodMs: POINTS_PERIOD_MS,
        read: createUnderlay(),
      });
  }

  /** Whether a node's stream holds the socket open, so that ours opens none. */
  #isUsed(kind: SocketKind): boolean {
    return Object.values(this.#server.report().streams).some(({ socket }) => socket === kind);
  }

  #taps(): Tap<unknown>[] {
    return [this.#objects, this.#zones, this.#points].filter((tap) => tap !== undefined);
  }

  #closePoints(): void {
    this.#points?.close();
    this.#points = undefined;
  }

  #closeTaps(): void {
    this.#closePoints();
    this.#objects?.close();
    this.#zones?.close();
    this.#objects = undefined;
    this.#zones = undefined;
  }

  #tell(): void {
    for (const waiting of [...this.#waiting])
      if (hasNews(this.#answer(waiting.look)) || !this.#isFlowing()) waiting.answer();
  }

  #isFlowing(): boolean {
    return this.#objects?.status.state === 'open';
  }

  #change(look: Look, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const answer = (): void => {
        stop();
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', answer);
        resolve();
      };
      const waiting: Waiting = { look, answer };
      const stop = this.#clock.after(HOLD_MS, answer);
      this.#waiting.add(waiting);
      signal.addEventListener('abort', answer);
    });
  }

  #answer(look: Look): LiveAnswer {
    const status = this.#objects?.status;
    const objects = newer(this.#objects, look.objects);
    const zones = newer(this.#zones, look.zones);
    const points = newer(this.#points, look.points);
    return {
      state: status?.state ?? 'unused',
      pointsState: this.#points?.status.state ?? 'idle',
      reason: status?.reason?.message ?? this.#points?.status.reason?.message ?? null,
      problem: this.#taps().find(({ problem }) => problem !== undefined)?.problem ?? null,
      objects: objects && { version: objects.version, ...objects.value },
      zones: zones && { version: zones.version, list: zones.value },
      points: points && look.wantsPoints ? { version: points.version, ...points.value } : null,
    };
  }
}

const hasNews = ({ objects, zones, points, problem }: LiveAnswer): boolean =>
  objects !== null || zones !== null || points !== null || problem !== null;

function newer<T>(tap: Tap<T> | undefined, have: number): { version: number; value: T } | null {
  const newest = tap?.newest;
  return newest && newest.version !== have ? newest : null;
}
