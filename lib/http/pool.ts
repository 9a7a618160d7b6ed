/** The connections of a session: at most so many, each lent to one request at a time, in the order of asking. */
import type * as Undici from 'undici';
import type { Clock } from '../clock';
import { dispatcherFactory, type DispatcherOptions } from './dispatcher';
import { Lane } from './lane';
import { Slots } from './slots';

export interface PoolOptions extends DispatcherOptions {
  readonly connections: number;
  readonly connectionLifeMs: number;
}

export interface Lease {
  readonly dispatcher: Undici.Dispatcher;
  /** Whether the connection had answered an earlier request. */
  readonly isProven: () => boolean;
  /** To be called once. A request that was given up takes its connection along. */
  readonly release: (ending: 'answered' | 'failed' | 'givenUp') => void;
}

/**
 * Not undici's own Pool: between two requests it finds a connection still busy and opens another one, and it cannot
 * replace old connections one by one.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #clock: Clock;
  readonly #slots: Slots;
  readonly #lanes = new Set<Lane>();
  /** The last used on top: a few requests keep a few connections warm, and the others close when they are idle. */
  readonly #free: Lane[] = [];
  #create: ReturnType<typeof dispatcherFactory> | undefined;
  #connected = 0;
  #opened = 0;

  constructor(options: PoolOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#slots = new Slots(options.connections);
  }

  /** TCP connections that are open now. */
  get connected(): number {
    return this.#connected;
  }

  /** TCP connections ever opened. */
  get opened(): number {
    return this.#opened;
  }

  /** Rejects with the signal's reason, or with what is wrong with the options. */
  async lease(signal: AbortSignal): Promise<Lease> {
    await this.#slots.take(signal);
    const lane = this.#free.pop() ?? this.#newLane();
    const giveBack = (): void => {
      this.#free.push(lane);
      this.#slots.giveBack();
    };
    try {
      return {
        dispatcher: await lane.dispatcher(),
        isProven: () => lane.isProven,
        release: (ending) => {
          if (ending === 'answered') lane.prove();
          // undici would connect again at once to find that the request is gone.
          if (ending === 'givenUp') void lane.close().finally(giveBack);
          else giveBack();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Idempotent: ends every connection, whatever runs on it. */
  async close(): Promise<void> {
    await Promise.all([...this.#lanes].map((lane) => lane.close()));
  }

  #newLane(): Lane {
    const events = {
      onOpened: () => {
        this.#opened += 1;
        this.#connected += 1;
      },
      onClosed: () => {
        this.#connected -= 1;
      },
    };
    const create: ConstructorParameters<typeof Lane>[0] = (onSocket) => {
      this.#create ??= dispatcherFactory(loadUndici(), this.#options);
      return this.#create(onSocket);
    };
    const lane = new Lane(create, this.#options.connectionLifeMs, events, this.#clock);
    this.#lanes.add(lane);
    return lane;
  }
}

/** Not before the first request: it takes as long to load as all the rest of the package. */
function loadUndici(): typeof Undici {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('undici') as typeof Undici;
}
