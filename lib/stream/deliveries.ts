/** Messages the flow has and is not done with; one that takes too long is given up, naming who holds it. */
import type { Clock } from '../clock';
import { SensrError } from '../errors';
import { msToSeconds } from '../units';

/** What the sender of a message can say about it until the flow is done. */
export interface Delivery {
  /** The nodes that are not done with the message, as a person would name them. */
  readonly holders: () => readonly string[];
  /** Nobody waits for it any longer. */
  readonly abandon: () => void;
}

/** Sends a message; `onDone` is called once, in a later turn, when the flow is done with it and all its branches. */
export type SendTracked = (message: object, onDone: () => void) => Delivery;

export class Deliveries {
  readonly #stallTimeoutMs: number;
  readonly #clock: Clock;
  readonly #onFree: () => void;
  readonly #onStall: (error: SensrError) => void;
  readonly #open = new Set<() => void>();
  #closed = false;

  constructor(
    stallTimeoutMs: number,
    clock: Clock,
    onFree: () => void,
    onStall: (error: SensrError) => void,
  ) {
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#clock = clock;
    this.#onFree = onFree;
    this.#onStall = onStall;
  }

  get count(): number {
    return this.#open.size;
  }

  send(message: object, send: SendTracked): void {
    const end = (): boolean => {
      stopTimer();
      return this.#open.delete(cancel);
    };
    const delivery = send(message, () => {
      if (end()) this.#onFree();
    });
    // What was sent may have closed the sender.
    if (this.#closed) {
      delivery.abandon();
      return;
    }
    const cancel = (): void => {
      end();
      delivery.abandon();
    };
    const stopTimer = this.#clock.after(this.#stallTimeoutMs, () => {
      const holders = delivery.holders();
      cancel();
      this.#onStall(stallError(holders, this.#stallTimeoutMs));
      this.#onFree();
    });
    this.#open.add(cancel);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of [...this.#open]) cancel();
  }
}

function stallError(holders: readonly string[], stallTimeoutMs: number): SensrError {
  const who = holders.length > 0 ? holders.join(', ') : 'a node that cannot be named';
  return new SensrError(
    'SENSR_STALLED',
    `The flow did not finish a message within ${msToSeconds(stallTimeoutMs)} s: it is still held by ${who}. Going on with the next one`,
  );
}
