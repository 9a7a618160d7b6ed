/** One node's stream: asks for frames when the flow can take them, decodes, sends, and keeps the books. */
import type { Clock, StopTimer } from '../clock';
import { SensrError, toRecord, fromRecord } from '../errors';
import { createFrameReader, type FrameReader, type FrameWish } from '../frames/reader';
import { RateLimit } from '../rate-limit';
import type { ChannelListener } from '../server/channel';
import type { Server } from '../server/server';
import type { StreamCounts } from '../server/stream-counts';
import type { FrameRecord, ListenerOptions, SocketKind, SocketStatus } from '../thread/protocol';
import { Books } from './books';
import { Deliveries, type SendTracked } from './deliveries';
import { pace, type Pacing } from './pacing';
import { asksAhead, nextPrefetch } from './prefetch';

export interface SubscriptionOptions {
  /** The node's id: under this its numbers stand in the server's report. */
  readonly id: string;
  readonly kind: SocketKind;
  readonly wish: FrameWish;
  readonly listener: ListenerOptions;
  /** Least time between two emitted frames; 0 = every frame. */
  readonly intervalMs: number;
  readonly pacing: Pacing;
  readonly stallTimeoutMs: number;
}

export interface StreamMessage {
  readonly topic: string;
  readonly payload: unknown;
  readonly sensr: {
    readonly server: string;
    readonly stream: string;
    /** The frame's own time, or that of its arrival where it has none; epoch ms. */
    readonly timestamp: number;
    readonly receivedAt: number;
    readonly sequence: number;
    readonly queued: number;
    readonly dropped: number;
  };
}

export interface SubscriptionHandlers {
  readonly send: (message: StreamMessage) => void;
  /** Used with pacing `complete`. */
  readonly sendTracked: SendTracked;
  readonly onStatus: (status: SocketStatus) => void;
  /** At most once a second and kind, with the number of occurrences. */
  readonly onProblem: (error: SensrError, count: number) => void;
}

/** The messages of one frame that are still to be sent. */
interface OpenFrame {
  readonly record: FrameRecord;
  readonly timestampMs: number;
  readonly payloads: readonly unknown[];
  next: number;
}

const PROBLEM_PERIOD_MS = 1000;
/** What the thread passes over or drops during a flush, it does not tell. */
const FLUSH_CHECK_MS = 10;

export class Subscription {
  readonly #server: Server;
  readonly #options: SubscriptionOptions;
  readonly #handlers: SubscriptionHandlers;
  readonly #clock: Clock;
  readonly #read: FrameReader;
  readonly #channel: ChannelListener;
  readonly #books = new Books();
  readonly #forget: () => void;
  readonly #deliveries: Deliveries;
  readonly #problems: RateLimit;
  /** Frames that came and are not decoded yet. */
  #inbox: FrameRecord[] = [];
  #open: OpenFrame | undefined;
  #asked = 0;
  #isUsedUp = true;
  #prefetch = 1;
  #notBeforeMs = 0;
  #requested = 0;
  /** Frames up to this sequence are sent whatever else holds; 0 = no flush. */
  #flushTo = 0;
  #paused = false;
  #closed = false;
  #sentThisTurn = false;
  #lastSentMs: number | undefined;
  #messages = 0;
  #reportedDrops = 0;
  #stopTurn: StopTimer | undefined;
  #stopWait: StopTimer | undefined;

  constructor(server: Server, options: SubscriptionOptions, handlers: SubscriptionHandlers, clock: Clock) {
    this.#server = server;
    this.#options = options;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#read = createFrameReader(options.wish);
    this.#problems = new RateLimit(PROBLEM_PERIOD_MS, clock);
    this.#deliveries = new Deliveries(
      options.stallTimeoutMs,
      clock,
      () => {
        this.#pump();
      },
      (error) => {
        handlers.onProblem(error, 1);
      },
    );
    this.#channel = server.listen(options.kind, options.listener, {
      onFrames: (frames) => {
        if (this.#closed) return;
        this.#asked -= frames.length;
        this.#inbox.push(...frames);
        this.#pump();
      },
      onStatus: (status) => {
        if (!this.#closed) handlers.onStatus(status);
      },
    });
    this.#forget = server.addStream(options.id, () => ({ socket: options.kind, ...this.counts }));
    this.#pump();
  }

  get counts(): StreamCounts {
    return this.#books.counts(this.#channel.counts(), this.#unused);
  }

  get socketStatus(): SocketStatus {
    return this.#channel.status();
  }

  /** Messages sent so far; one frame may make several. */
  get messages(): number {
    return this.#messages;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Asks for one more message, in pacing `request`. */
  next(): void {
    this.#requested += 1;
    this.#pump();
  }

  /** Nothing is sent until resume(); the queue keeps taking frames and drops the oldest. */
  pause(): void {
    this.#paused = true;
    this.#pump();
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Sends everything that waits now, one message a turn, whatever pacing or pause say. */
  flush(): void {
    if (this.#closed) return;
    const { received, queued } = this.#channel.counts();
    this.#flushTo = queued + this.#unused > 0 ? received : 0;
    // All at once: asked for one by one, the rest could be dropped meanwhile to make room. With an interval each frame
    // that is sent decides which is the next.
    if (queued > Math.max(0, this.#asked) && this.#options.intervalMs === 0) this.#grant(queued);
    this.#pump();
  }

  /** Drops the connection, which all nodes of this server share, and connects at once. */
  reconnect(): void {
    this.#channel.reconnect();
  }

  /** @param comesBack the node is only being redeployed */
  async close(comesBack: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    this.#stopTurn?.();
    this.#stopWait?.();
    this.#deliveries.close();
    this.#inbox = [];
    this.#open = undefined;
    await this.#channel.close(comesBack);
  }

  /** The only place that sends or asks for frames; called whenever something changed that may allow it. */
  #pump(): void {
    while (!this.#closed) {
      const verdict = pace(this.#options.pacing, {
        nowMs: this.#clock.monotonicMs(),
        sentThisTurn: this.#sentThisTurn,
        lastSentMs: this.#lastSentMs,
        inFlight: this.#deliveries.count,
        requested: this.#requested,
        paused: this.#paused,
        flushing: this.#flushTo > 0,
      });
      if (verdict === 'nextTurn') return;
      if (verdict !== 'send') {
        this.#settleUp();
        if (verdict !== 'blocked') this.#wait(verdict.waitMs);
        return;
      }
      this.#open ??= this.#openNext();
      if (!this.#open) {
        if (this.#isFlushed()) {
          // Before anything is asked for: it would come too late for the flush, and could no longer be dropped.
          this.#flushTo = 0;
          continue;
        }
        if (this.#asked <= 0) this.#grant(this.#prefetch);
        if (this.#flushTo > 0) this.#wait(FLUSH_CHECK_MS);
        return;
      }
      if (this.#flushTo > 0 && this.#open.record.sequence > this.#flushTo) {
        // It came after the flush was asked for, so pacing and pause hold for it.
        this.#flushTo = 0;
        continue;
      }
      this.#send(this.#open);
    }
  }

  #wait(waitMs: number): void {
    this.#stopWait?.();
    this.#stopWait = this.#clock.after(waitMs, () => {
      this.#stopWait = undefined;
      this.#pump();
    });
  }

  /** All that waited when the flush was asked for has come, or never will. */
  #isFlushed(): boolean {
    if (this.#flushTo === 0) return false;
    const isAllHere = this.#options.intervalMs === 0 && this.#asked <= 0;
    return isAllHere || this.#channel.counts().queued === 0;
  }

  #grant(frames: number): void {
    this.#asked = frames;
    this.#isUsedUp = frames === 0 && this.#unused === 0;
    this.#channel.grant(frames, this.#notBeforeMs, this.#unused);
  }

  /** Frames that came and are not sent, or not entirely. */
  get #unused(): number {
    return this.#inbox.length + (this.#open ? 1 : 0);
  }

  /**
   * For a time when nothing may be sent. What was asked for and has not come stays in the queue, where it can be
   * dropped for something newer; and frames handed over count against the queue until the thread knows that they are
   * used.
   */
  #settleUp(): void {
    const isUsedUpUntold = !this.#isUsedUp && this.#unused === 0;
    // Below 0, more came than was asked for last, and the thread may think that still more is wanted.
    if (this.#asked !== 0 || isUsedUpUntold) this.#grant(0);
  }

  /** @returns the next frame that has something for this node; the others are settled on the way. */
  #openNext(): OpenFrame | undefined {
    for (let record = this.#inbox.shift(); record; record = this.#inbox.shift()) {
      const frame = this.#decode(record);
      if (frame && frame.payloads.length > 0) return frame;
      if (frame) this.#books.filtered();
      else this.#books.undecodable();
    }
    return undefined;
  }

  #decode(record: FrameRecord): OpenFrame | undefined {
    try {
      const { timestampMs, payloads, problems } = this.#read(Buffer.from(record.bytes));
      for (const problem of problems) this.#report(problem);
      return { record, timestampMs: timestampMs ?? record.receivedAtMs, payloads, next: 0 };
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  #report(error: unknown): void {
    const count = this.#problems.hit();
    if (count === 0) return;
    const known = error instanceof SensrError ? error : fromRecord(toRecord(error, 'SENSR_BAD_FRAME'));
    this.#handlers.onProblem(known, count);
  }

  #send(frame: OpenFrame): void {
    const payload = frame.payloads[frame.next];
    frame.next += 1;
    if (frame.next === frame.payloads.length) this.#settle(frame);
    const message = this.#message(frame, payload);
    this.#messages += 1;
    this.#requested = Math.max(0, this.#requested - 1);
    this.#sentThisTurn = true;
    const sentMs = this.#clock.monotonicMs();
    this.#lastSentMs = sentMs;
    if (this.#options.pacing.mode === 'complete') this.#deliveries.send(message, this.#handlers.sendTracked);
    else this.#handlers.send(message);
    // Node-RED delivers in a callback of the same kind, queued by the send: what the flow does at once comes before this.
    if (this.#closed) return;
    // In a flush all that it needs is asked for already.
    if (this.#asked <= 0 && this.#flushTo === 0 && asksAhead(this.#prefetch, this.#unused))
      this.#grant(this.#prefetch);
    this.#stopTurn = this.#clock.afterPoll(() => {
      this.#turnEnded(sentMs, frame.record.bytes.byteLength);
    });
  }

  /** All messages of the frame are out. */
  #settle(frame: OpenFrame): void {
    this.#open = undefined;
    this.#books.emitted();
    if (this.#options.intervalMs > 0) this.#notBeforeMs = frame.record.arrivedMs + this.#options.intervalMs;
  }

  #turnEnded(sentMs: number, frameBytes: number): void {
    this.#sentThisTurn = false;
    if (this.#options.pacing.mode === 'loop' && this.#options.intervalMs === 0)
      this.#prefetch = nextPrefetch(
        this.#prefetch,
        { turnMs: this.#clock.monotonicMs() - sentMs, queued: this.#channel.counts().queued, frameBytes },
        this.#options.listener.queueFrames,
      );
    this.#pump();
  }

  #message(frame: OpenFrame, payload: unknown): StreamMessage {
    const { queued, dropped } = this.counts;
    const droppedSince = dropped - this.#reportedDrops;
    this.#reportedDrops = dropped;
    const { name } = this.#server.options;
    const { stream } = this.#options.wish;
    return {
      topic: `${name}/${stream}`,
      payload,
      sensr: {
        server: name,
        stream,
        timestamp: frame.timestampMs,
        receivedAt: frame.record.receivedAtMs,
        sequence: frame.record.sequence,
        queued,
        dropped: droppedSince,
      },
    };
  }
}
