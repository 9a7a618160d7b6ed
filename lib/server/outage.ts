/** Decides when the loss of a connection is worth telling: once per outage and reason, then sparsely. */
import type { SocketStatus } from '../thread/protocol';

export type Report = 'lost' | 'still down' | 'connected' | 'nothing';

/** Often enough to be noticed in today's log, rare enough not to fill it. */
const REMINDER_MS = 600_000;

export class OutageReporter {
  #code: string | undefined;
  #reportedMs = 0;

  /** @param nowMs monotonic */
  observe(status: SocketStatus, nowMs: number): Report {
    if (status.state === 'open') return this.#observeOpen(status);
    if (status.state !== 'waiting' || !status.reason) return 'nothing';
    // The user asked for this one.
    if (status.reason.code === 'SENSR_CLOSED') return 'nothing';
    const isNew = status.reason.code !== this.#code;
    if (!isNew && nowMs - this.#reportedMs < REMINDER_MS) return 'nothing';
    this.#code = status.reason.code;
    this.#reportedMs = nowMs;
    return isNew ? 'lost' : 'still down';
  }

  /** Only a stable connection ends an outage: one that flaps would be reported at every drop. */
  #observeOpen({ attempt }: SocketStatus): Report {
    if (attempt > 0) return 'connected';
    const wasDown = this.#code !== undefined;
    this.#code = undefined;
    return wasDown ? 'nothing' : 'connected';
  }
}
