/** Answers kept for a while, bounded by bytes: as text, so that no two messages ever share an object. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock';
import type { HttpAnswer } from '../http/request';
import { Flight, abortError } from './flight';

export interface CacheQuestion {
  /** Equal for equal requests. */
  readonly key: string;
  readonly noun: string;
  /** How old the answer may be; above 0. */
  readonly maxAgeMs: number;
  readonly signal: AbortSignal | undefined;
  /** Asks the server. Rejects for an answer that must not be kept. */
  readonly fetch: (signal: AbortSignal) => Promise<HttpAnswer>;
}

export interface CacheAnswer {
  readonly answer: HttpAnswer;
  /** It was not asked for by this question: kept, or on its way already. */
  readonly cached: boolean;
}

interface Entry {
  readonly answer: HttpAnswer;
  readonly noun: string;
  readonly storedMs: number;
}

interface OpenFlight {
  readonly flight: Flight<HttpAnswer>;
  readonly epoch: string;
}

/** Hundreds of answers of the usual size, and nothing beside one frame of points. */
const MAX_BYTES = 16 * 1_048_576;
/** Of an entry beside its text: headers, key, bookkeeping. */
const ENTRY_BYTES = 512;

export class AnswerCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flights = new Map<string, OpenFlight>();
  readonly #clock: Clock;
  /** Counts how often a noun, or everything, was emptied: what was asked before that is not kept after it. */
  readonly #emptied = new Map<string, number>();

  constructor(clock: Clock, maxBytes = MAX_BYTES) {
    this.#clock = clock;
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ answer }, key) => Buffer.byteLength(answer.text) + key.length + ENTRY_BYTES,
      perf: { now: clock.monotonicMs },
      // Else it would start a timer to remember what time it is.
      ttlResolution: 0,
    });
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** Equal questions at the same time share one request; who gives up leaves it to the others. */
  async read(question: CacheQuestion): Promise<CacheAnswer> {
    const { key, noun, maxAgeMs, signal } = question;
    if (signal?.aborted) throw abortError(signal);
    const entry = this.#entries.get(key);
    if (entry && this.#clock.monotonicMs() - entry.storedMs < maxAgeMs)
      return { answer: entry.answer, cached: true };
    const epoch = this.#epoch(noun);
    const open = this.#flights.get(key);
    // One that left before a write may bring what was true before it.
    if (open?.epoch === epoch && !open.flight.isOver)
      return { answer: await open.flight.join(signal, maxAgeMs), cached: true };
    return { answer: await this.#start(question, epoch), cached: false };
  }

  #start({ key, noun, maxAgeMs, signal, fetch }: CacheQuestion, epoch: string): Promise<HttpAnswer> {
    const flight = new Flight(fetch, (answer) => {
      // A later one took its place.
      if (this.#flights.get(key)?.flight !== flight) return;
      this.#flights.delete(key);
      if (!answer || this.#epoch(noun) !== epoch) return;
      const entry = { answer, noun, storedMs: this.#clock.monotonicMs() };
      this.#entries.set(key, entry, { ttl: Math.ceil(flight.maxAgeMs) });
    });
    this.#flights.set(key, { flight, epoch });
    return flight.join(signal, maxAgeMs);
  }

  /** @param nouns `*` = everything */
  empty(nouns: readonly string[]): void {
    for (const noun of nouns) this.#emptied.set(noun, (this.#emptied.get(noun) ?? 0) + 1);
    if (nouns.includes('*')) {
      this.#entries.clear();
      return;
    }
    for (const [key, { noun }] of [...this.#entries.entries()])
      if (nouns.includes(noun)) this.#entries.delete(key);
  }

  #epoch(noun: string): string {
    return `${this.#emptied.get('*') ?? 0}.${this.#emptied.get(noun) ?? 0}`;
  }
}
