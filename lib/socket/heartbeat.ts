/** Finds a dead connection: pings, and calls it dead only when not one byte came for a while after a ping. */
import type { Clock, StopTimer } from '../clock';

export interface HeartbeatTarget {
  readonly ping: () => void;
  /** Bytes the connection has delivered so far, also those of a frame still under way. */
  readonly bytesRead: () => number;
  /** Called once; the heartbeat has stopped by then. */
  readonly onSilent: () => void;
}

export interface HeartbeatTiming {
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
}

/**
 * A pong that is late says nothing while bytes arrive: on a slow link it waits behind a point frame of many megabytes.
 * So a pong is just one way among others for bytes to come.
 */
export class Heartbeat {
  readonly #target: HeartbeatTarget;
  readonly #timing: HeartbeatTiming;
  readonly #clock: Clock;
  #stopPings: StopTimer | undefined;
  /** One for each ping that is younger than pongTimeout: several where that is the longer one. */
  readonly #stopChecks = new Set<StopTimer>();

  constructor(target: HeartbeatTarget, timing: HeartbeatTiming, clock: Clock) {
    this.#target = target;
    this.#timing = timing;
    this.#clock = clock;
  }

  start(): void {
    this.stop();
    this.#stopPings = this.#clock.every(this.#timing.pingIntervalMs, () => {
      this.#beat();
    });
  }

  stop(): void {
    this.#stopPings?.();
    this.#stopPings = undefined;
    for (const stopCheck of this.#stopChecks) stopCheck();
    this.#stopChecks.clear();
  }

  #beat(): void {
    this.#target.ping();
    const bytesAtPing = this.#target.bytesRead();
    const stopCheck = this.#clock.after(this.#timing.pongTimeoutMs, () => {
      this.#stopChecks.delete(stopCheck);
      this.#check(bytesAtPing);
    });
    this.#stopChecks.add(stopCheck);
  }

  /**
   * After a machine was suspended or starved, timers run before arrived bytes are read; so look once more after the
   * event loop has had its chance to read.
   */
  #check(bytesAtPing: number): void {
    const stopLook = this.#clock.afterPoll(() => {
      this.#stopChecks.delete(stopLook);
      if (this.#target.bytesRead() !== bytesAtPing) return;
      this.stop();
      this.#target.onSilent();
    });
    this.#stopChecks.add(stopLook);
  }
}
