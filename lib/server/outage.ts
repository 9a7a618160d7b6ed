/** Decides when the loss of a connection is worth telling: once per outage and reason, then sparsely. */
import type { SocketStatus } from '../thread/protocol';

export type Report = 'lost' | 'still down' | 'connected' | 'nothing';

/** Often enough to be noticed in today's log, rare enough not to fill it. */
const REMINDER_MS = 600_000;

export class OutageReporter {
  /** Codes told in this outage. */
  readonly #told = new Set<string>();
  #isOpen = false;
  #reportedMs = 0;

  /** @param nowMs monotonic */
  observe(status: SocketStatus, nowMs: number): Report {
    if (status.state === 'open') return this.#observeOpen(status);
    this.#isOpen = false;
    if (status.state !== 'waiting' || !status.reason) return 'nothing';
    // The user asked for this one.
    if (status.reason.code === 'SENSR_CLOSED') return 'nothing';
    const isNew = !this.#told.has(status.reason.code);
    if (!isNew && nowMs - this.#reportedMs < REMINDER_MS) return 'nothing';
    this.#told.add(status.reason.code);
    this.#reportedMs = nowMs;
    return isNew ? 'lost' : 'still down';
  }

  /** Only a stable connection ends an outage: one that flaps would be reported at every drop. */
  #observeOpen({ attempt }: SocketStatus): Report {
    if (attempt === 0) this.#told.clear();
    const wasOpen = this.#isOpen;
    this.#isOpen = true;
    return wasOpen ? 'nothing' : 'connected';
  }
}
