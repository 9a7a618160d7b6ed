/** The socket thread in this thread: the real code on both sides, and messages that cross when a test says so. */
import { runThread } from '../../../../lib/thread/thread-main';
import type { FromThread, ToThread } from '../../../../lib/thread/protocol';
import type { ThreadHandle } from '../../../../lib/thread/worker-source';
import { FakeClock } from '../../../helpers/fake-clock';
import { FakeLinks } from '../../../helpers/fake-link';

type AnyListener = (value: never) => void;

export class Twin implements ThreadHandle {
  /** The thread's own, so that its timers are told from those of the main side. */
  readonly clock: FakeClock;
  readonly links = new FakeLinks();
  readonly sent: FromThread[] = [];
  #toThread: ToThread[] = [];
  #fromThread: FromThread[] = [];
  #onMessage: (message: ToThread) => void = () => undefined;
  #isAlive = true;
  readonly #listeners: [event: string, listener: AnyListener][] = [];

  constructor(clock = new FakeClock()) {
    this.clock = clock;
    runThread(
      {
        on: (_, listener) => (this.#onMessage = listener),
        postMessage: (message, transfer) => {
          const copy = structuredClone(message, { transfer: [...(transfer ?? [])] });
          this.sent.push(copy);
          this.#fromThread.push(copy);
        },
      },
      { clock: this.clock, random: () => 1, openLink: this.links.open },
    );
  }

  readonly on = (event: string, listener: AnyListener): unknown => this.#listeners.push([event, listener]);
  readonly postMessage = (message: ToThread): void => {
    if (this.#isAlive) this.#toThread.push(structuredClone(message));
  };
  readonly terminate = (): Promise<unknown> => {
    this.die();
    return Promise.resolve();
  };

  /** Carries messages to the thread. */
  toThread(): void {
    for (const message of this.#toThread.splice(0)) if (this.#isAlive) this.#onMessage(message);
  }

  /** Carries messages from the thread. */
  fromThread(): void {
    for (const message of this.#fromThread.splice(0)) this.#emit('message', message);
  }

  /** Carries messages until none is under way. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 3; turns += 1) {
      while (this.#toThread.length > 0 || this.#fromThread.length > 0) {
        this.toThread();
        this.fromThread();
      }
      await Promise.resolve();
    }
  }

  /** Ends: what it had posted before arrives, nothing after. */
  die(error?: Error): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#toThread = [];
    this.fromThread();
    if (error) this.#emit('error', error);
    this.#emit('exit', 1);
  }

  #emit(event: string, value: unknown): void {
    for (const [of, listener] of this.#listeners) if (of === event) (listener as (v: unknown) => void)(value);
  }
}
