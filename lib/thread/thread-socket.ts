/** One socket in the thread with everything that hangs on it: peeks into each frame and offers it to the outboxes. */
import type { Clock } from '../clock';
import type { ErrorCode } from '../errors';
import { PART, peekOutputFrame } from '../peek/frame-kind';
import type { Outbox } from '../queue/outbox';
import { SharedFrame } from '../queue/shared-frame';
import { RateLimit } from '../rate-limit';
import { Connection, type ConnectionDeps } from '../socket/connection';
import { fingerprint } from './fingerprint';
import { createCounters, SOCKET_COUNTER, type FromThread, type SocketOptions } from './protocol';
import { Seam } from './seam';
import { Witness } from './witness';

export type Post = (message: FromThread, transfer?: readonly ArrayBuffer[]) => void;

const PROBLEM_PERIOD_MS = 1000;
const OVERFLOW_PERIOD_MS = 60_000;
/** Of frames kept until this thread takes over: that is a matter of moments once the first has come. */
const MAX_KEPT_FRAMES = 2048;
const MAX_KEPT_BYTES = 268_435_456;

/**
 * `live` serves its outboxes; `shadow` keeps what comes until another thread hands over; `retired` has handed over and
 * only closes its connection.
 */
type Mode = 'live' | 'shadow' | 'retired';

interface KeptFrame {
  readonly data: Buffer;
  readonly print: string;
  readonly arrivedMs: number;
  readonly wallMs: number;
}

export class ThreadSocket {
  readonly connection: Connection;
  readonly outboxes = new Map<number, Outbox>();
  readonly #id: number;
  readonly #options: SocketOptions;
  readonly #post: Post;
  readonly #clock: Clock;
  readonly #problems = new Map<ErrorCode, RateLimit>();
  readonly #overflow: RateLimit;
  #mode: Mode;
  #counters: Float64Array;
  /** What the threads before this one counted. */
  #before = { bytes: 0, attempts: 0, connections: 0 };
  #kept: KeptFrame[] = [];
  #keptBytes = 0;
  #witness: Witness | undefined;
  #seam: Seam | undefined;

  constructor(
    id: number,
    options: SocketOptions,
    /** Absent for a shadow. */
    counters: SharedArrayBuffer | undefined,
    post: Post,
    deps: ConnectionDeps,
    onFrame: (frameBytes: number) => void,
  ) {
    this.#id = id;
    this.#options = options;
    this.#post = post;
    this.#clock = deps.clock;
    this.#mode = counters ? 'live' : 'shadow';
    this.#counters = new Float64Array(counters ?? createCounters());
    this.#overflow = new RateLimit(OVERFLOW_PERIOD_MS, deps.clock);
    this.connection = new Connection(
      options,
      {
        onMessage: (data, isBinary) => {
          if (this.#mode === 'retired') return;
          onFrame(data.byteLength);
          if (isBinary && data.byteLength > 0) this.#frame(data);
          else this.#refuse(data, isBinary);
        },
        onStatus: (status) => {
          if (this.#mode === 'retired') return;
          this.report();
          post({ op: 'status', socket: id, status });
        },
      },
      deps,
    );
  }

  /** Writes the numbers that health reads. */
  report(): void {
    if (this.#mode === 'retired') return;
    const { bytes, openedMs, pingRttMs, attempts, connections } = this.connection.statistics;
    const before = this.#before;
    const totalBytes = before.bytes + bytes;
    if (totalBytes !== this.#counters[SOCKET_COUNTER.bytes])
      this.#counters[SOCKET_COUNTER.lastByteMs] = this.#clock.monotonicMs();
    this.#counters[SOCKET_COUNTER.bytes] = totalBytes;
    this.#counters[SOCKET_COUNTER.openedMs] = openedMs;
    this.#counters[SOCKET_COUNTER.pingRttMs] = pingRttMs;
    this.#counters[SOCKET_COUNTER.attempts] = before.attempts + attempts;
    this.#counters[SOCKET_COUNTER.connections] = before.connections + connections;
  }

  /** Remembers what comes from now on. */
  watch(): void {
    this.#witness ??= new Witness(() => {
      this.#post({ op: 'found', socket: this.#id });
    });
  }

  unwatch(): void {
    this.#witness = undefined;
  }

  find(print: string): void {
    this.#witness?.find(print);
  }

  /** Serves nobody any more. @returns what came last, for whoever goes on */
  retire(): readonly string[] {
    this.report();
    this.#mode = 'retired';
    return this.#witness?.prints ?? [];
  }

  /** Takes over where a thread ended that has delivered frames with these prints. The outboxes are there already. */
  adopt(counters: SharedArrayBuffer, prints: readonly string[]): void {
    this.#counters = new Float64Array(counters);
    const read = (name: keyof typeof SOCKET_COUNTER): number => this.#counters[SOCKET_COUNTER[name]] ?? 0;
    this.#before = { bytes: read('bytes'), attempts: read('attempts'), connections: read('connections') };
    this.#mode = 'live';
    this.#seam = new Seam(prints);
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    for (const { data, print, arrivedMs, wallMs } of kept)
      if (!this.#isKnown(print)) this.#offer(data, arrivedMs, wallMs);
    this.report();
    this.#post({ op: 'status', socket: this.#id, status: this.connection.status });
  }

  #frame(data: Buffer): void {
    const [arrivedMs, wallMs] = [this.#clock.monotonicMs(), this.#clock.wallMs()];
    if (this.#mode === 'shadow') {
      this.#keep(data, arrivedMs, wallMs);
      return;
    }
    if (this.#seam) {
      if (this.#isKnown(fingerprint(data))) return;
      if (this.#seam.isPassed) this.#seam = undefined;
    }
    this.#witness?.add(fingerprint(data));
    this.#offer(data, arrivedMs, wallMs);
  }

  #isKnown(print: string): boolean {
    return this.#seam?.isKnown(print) ?? false;
  }

  #keep(data: Buffer, arrivedMs: number, wallMs: number): void {
    const print = fingerprint(data);
    this.#kept.push({ data, print, arrivedMs, wallMs });
    this.#keptBytes += data.byteLength;
    // The oldest are those that the other thread has most surely delivered.
    while (this.#kept.length > 1 && (this.#kept.length > MAX_KEPT_FRAMES || this.#keptBytes > MAX_KEPT_BYTES))
      this.#keptBytes -= this.#kept.shift()?.data.byteLength ?? 0;
    this.#post({ op: 'seen', socket: this.#id, print });
  }

  #offer(data: Buffer, arrivedMs: number, wallMs: number): void {
    this.#counters[SOCKET_COUNTER.frames] = (this.#counters[SOCKET_COUNTER.frames] ?? 0) + 1;
    this.#counters[SOCKET_COUNTER.lastFrameMs] = arrivedMs;
    const parts = this.#options.kind === 'output' ? peekOutputFrame(data) : 0;
    if ((parts & PART.overflow) !== 0 && this.#overflow.hit() > 0)
      this.#post({ op: 'overflow', socket: this.#id });
    const frame = new SharedFrame(data, arrivedMs, wallMs);
    const hasEvent = (parts & PART.event) !== 0;
    for (const outbox of this.outboxes.values()) outbox.offer(frame, parts, hasEvent);
    // Only now: the first to post would give the bytes away from under the others.
    for (const outbox of this.outboxes.values()) outbox.deliver();
  }

  /** What is no frame; a shadow leaves the telling to the thread that serves. */
  #refuse(data: Buffer, isBinary: boolean): void {
    if (this.#mode === 'shadow') return;
    this.#counters[SOCKET_COUNTER.refused] = (this.#counters[SOCKET_COUNTER.refused] ?? 0) + 1;
    const [code, message]: [ErrorCode, string] = isBinary
      ? ['SENSR_EMPTY_FRAME', `${this.#options.url} sent a frame without a single byte`]
      : [
          'SENSR_TEXT_FRAME',
          `${this.#options.url} sent a text frame of ${data.byteLength} bytes, expected binary`,
        ];
    for (const outbox of this.outboxes.values()) outbox.reject();
    let limit = this.#problems.get(code);
    if (!limit) this.#problems.set(code, (limit = new RateLimit(PROBLEM_PERIOD_MS, this.#clock)));
    const count = limit.hit();
    if (count > 0) this.#post({ op: 'problem', socket: this.#id, problem: { code, message }, count });
  }
}
