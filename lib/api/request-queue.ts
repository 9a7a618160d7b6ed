/** Requests of one node: so many at once, the others wait, bounded by count and by bytes; the oldest makes room. */
import { systemClock } from '../clock';
import { SensrError } from '../errors';

export interface QueueOptions {
  /** Most requests that wait. */
  readonly queueSize: number;
  readonly maxWaitingBytes?: number;
  /** Most requests at once. */
  readonly concurrency: number;
}

export interface QueuedRequest<T> {
  /** What it holds while it waits. */
  readonly bytes: number;
  /** A newer request takes the place of a waiting one with the same key. */
  readonly key?: string;
  /** The signal is aborted when the queue is closed. */
  readonly run: (signal: AbortSignal) => Promise<T>;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly running: number;
  /** Ever dropped or replaced. */
  readonly dropped: number;
  /** Ever carried out, with success or not. */
  readonly done: number;
}

/** More than every zone and sensor of a large site, whole. */
const MAX_WAITING_BYTES = 16 * 1_048_576;

interface Job<T> {
  readonly request: QueuedRequest<T>;
  /** Of its own: one signal with a listener for each running request would count as a leak. */
  readonly abortion: AbortController;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Keeps its place while the job in it is replaced. */
interface Place<T> {
  job: Job<T>;
}

export class RequestQueue<T> {
  readonly #queueSize: number;
  readonly #maxWaitingBytes: number;
  readonly #concurrency: number;
  /** In the order of coming. */
  readonly #waiting = new Set<Place<T>>();
  readonly #byKey = new Map<string, Place<T>>();
  readonly #running = new Set<Job<T>>();
  /** From close() on. */
  #closed: Promise<void> | undefined;
  #waitingBytes = 0;
  #dropped = 0;
  #done = 0;

  constructor({ queueSize, maxWaitingBytes = MAX_WAITING_BYTES, concurrency }: QueueOptions) {
    this.#queueSize = queueSize;
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#concurrency = concurrency;
  }

  get counts(): QueueCounts {
    const [waiting, running] = [this.#waiting.size, this.#running.size];
    return { waiting, running, dropped: this.#dropped, done: this.#done };
  }

  /** @throws SensrError SENSR_DROPPED, SENSR_CLOSED, SENSR_BAD_REQUEST, else what `run` rejects with */
  add(request: QueuedRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const job: Job<T> = { request, abortion: new AbortController(), resolve, reject };
      if (this.#closed) reject(closedError());
      else if (request.bytes > this.#maxWaitingBytes)
        reject(tooLargeError(request.bytes, this.#maxWaitingBytes));
      else if (this.#running.size < this.#concurrency) this.#start(job);
      else this.#wait(job);
    });
  }

  /**
   * Idempotent: everything that waits or runs is rejected once with SENSR_CLOSED. What runs says so itself, since it
   * alone knows whether it was sent; whatever does not, hears it from here a turn of the event loop later.
   * @returns resolves when all of it is settled
   */
  close(): Promise<void> {
    if (this.#closed) return this.#closed;
    const running = [...this.#running];
    const jobs = [...running, ...[...this.#waiting].map(({ job }) => job)];
    this.#running.clear();
    this.#waiting.clear();
    this.#byKey.clear();
    this.#waitingBytes = 0;
    const error = closedError();
    this.#closed = new Promise((resolve) => {
      systemClock.afterPoll(() => {
        for (const { reject } of jobs) reject(error);
        resolve();
      });
    });
    for (const { abortion } of running) abortion.abort(error);
    return this.#closed;
  }

  #wait(job: Job<T>): void {
    const { key, bytes } = job.request;
    let place = key === undefined ? undefined : this.#byKey.get(key);
    this.#waitingBytes += bytes;
    if (place) this.#replace(place, job);
    else {
      place = { job };
      this.#waiting.add(place);
      if (key !== undefined) this.#byKey.set(key, place);
    }
    this.#makeRoom(place);
  }

  #replace(place: Place<T>, job: Job<T>): void {
    const { request, reject } = place.job;
    place.job = job;
    this.#waitingBytes -= request.bytes;
    this.#dropped += 1;
    reject(new SensrError('SENSR_DROPPED', `replaced by a newer request with the key '${request.key}'`));
  }

  /** The newest stays, wherever its place is. */
  #makeRoom(newest: Place<T>): void {
    for (const place of this.#waiting) {
      const isCountFull = this.#waiting.size > this.#queueSize;
      if (!isCountFull && this.#waitingBytes <= this.#maxWaitingBytes) return;
      if (place === newest) continue;
      const error = isCountFull ? this.#countError() : this.#bytesError();
      this.#take(place);
      this.#dropped += 1;
      place.job.reject(error);
    }
  }

  #countError(): SensrError {
    return new SensrError(
      'SENSR_DROPPED',
      `dropped: ${this.#queueSize} requests wait already (queueSize), and a newer one came`,
    );
  }

  #bytesError(): SensrError {
    return new SensrError(
      'SENSR_DROPPED',
      `dropped: what waits may hold at most ${this.#maxWaitingBytes} bytes, and a newer request came`,
    );
  }

  #take(place: Place<T>): void {
    const { key, bytes } = place.job.request;
    this.#waiting.delete(place);
    this.#waitingBytes -= bytes;
    if (key !== undefined) this.#byKey.delete(key);
  }

  #start(job: Job<T>): void {
    const { request, abortion } = job;
    this.#running.add(job);
    // Async, so that what is thrown at once ends here too.
    const start = async (): Promise<T> => request.run(abortion.signal);
    start()
      .finally(() => {
        this.#end(job);
      })
      .then(job.resolve, job.reject);
  }

  #end(job: Job<T>): void {
    // After close() it is nobody's.
    if (!this.#running.delete(job)) return;
    this.#done += 1;
    const [next] = this.#waiting;
    if (!next) return;
    this.#take(next);
    this.#start(next.job);
  }
}

const closedError = (): SensrError =>
  new SensrError('SENSR_CLOSED', 'The request was given up: the node was closed or deployed anew');

const tooLargeError = (bytes: number, limit: number): SensrError =>
  new SensrError('SENSR_BAD_REQUEST', `payload: expected a request of at most ${limit} bytes, got ${bytes}`);
