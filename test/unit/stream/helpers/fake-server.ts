/** A server without sockets: the real outbox of the socket thread, and frames that cross when a test says so. */
import { Counters } from '../../../../lib/queue/counters';
import { Outbox } from '../../../../lib/queue/outbox';
import { SharedFrame } from '../../../../lib/queue/shared-frame';
import type { ChannelListener, ChannelListenerHandlers } from '../../../../lib/server/channel';
import type { Server } from '../../../../lib/server/server';
import type { StreamCounts } from '../../../../lib/server/stream-counts';
import type { ListenerCounts } from '../../../../lib/thread/listener';
import {
  createCounters,
  type FrameRecord,
  type ListenerOptions,
  type SocketStatus,
} from '../../../../lib/thread/protocol';
import type { FakeClock } from '../../../helpers/fake-clock';

export class FakeServer {
  readonly options = { name: 'hall' };
  readonly grants: { frames: number; notBeforeMs: number }[] = [];
  /** How many frames were still to be sent at each grant. */
  readonly unused: number[] = [];
  readonly closes: boolean[] = [];
  readonly streams = new Map<string, () => StreamCounts>();
  reconnects = 0;
  status: SocketStatus = { state: 'open', attempt: 0 };
  /** Whether what is granted reaches the thread only when a test says so. */
  isSlow = false;
  /** Frames that died with a thread. */
  lost = 0;
  readonly #clock: FakeClock;
  readonly #counters = new Counters(createCounters());
  #underway: FrameRecord[] = [];
  #unheard: (() => void)[] = [];
  #arrived = 0;
  #outbox: Outbox | undefined;
  #handlers: ChannelListenerHandlers | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** What a Subscription needs of a Server. */
  get asServer(): Server {
    return this as unknown as Server;
  }

  addStream(id: string, counts: () => StreamCounts): () => void {
    this.streams.set(id, counts);
    return () => this.streams.delete(id);
  }

  listen(_: unknown, options: ListenerOptions, handlers: ChannelListenerHandlers): ChannelListener {
    this.#handlers = handlers;
    const { parts, queueFrames, queueBytes, protectEvents, keepEvents } = options;
    const limits = { parts, maxFrames: queueFrames, maxBytes: queueBytes, protectEvents, keepEvents };
    this.#outbox = new Outbox(limits, this.#counters, (frames, transfer) => {
      this.#underway.push(...structuredClone(frames, { transfer }));
    });
    return {
      status: () => this.status,
      counts: () => this.#counts(),
      grant: (frames, notBeforeMs, unused = 0) => {
        this.grants.push({ frames, notBeforeMs });
        this.unused.push(unused);
        this.#unheard.push(() => this.#outbox?.grant(frames, notBeforeMs, unused));
        if (!this.isSlow) this.hear();
      },
      reconnect: () => (this.reconnects += 1),
      close: (comesBack) => {
        this.closes.push(comesBack);
        return Promise.resolve();
      },
    };
  }

  /** A frame comes on the socket. */
  receive(data: Uint8Array, parts = 0, hasEvent = false): void {
    const { monotonicMs, wallMs } = this.#clock;
    this.#outbox?.offer(new SharedFrame(Buffer.from(data), monotonicMs(), wallMs()), parts, hasEvent);
    this.#outbox?.deliver();
  }

  /** A message comes that is no frame. */
  reject(): void {
    this.#outbox?.reject();
  }

  /** What was granted reaches the thread. */
  hear(): void {
    this.#unheard.splice(0).forEach((grant) => {
      grant();
    });
  }

  /** Frames that were posted reach the main thread. */
  carry(): void {
    const frames = this.#underway;
    if (frames.length === 0) return;
    this.#underway = [];
    this.#arrived += frames.length;
    this.#handlers?.onFrames(frames);
  }

  say(status: SocketStatus): void {
    this.status = status;
    this.#handlers?.onStatus(status);
  }

  #counts(): ListenerCounts {
    const get = (name: 'received' | 'filtered' | 'dropped'): number => this.#counters.get(name);
    const [received, filtered, dropped] = [get('received'), get('filtered'), get('dropped')];
    return {
      received,
      filtered,
      dropped,
      lost: this.lost,
      arrived: this.#arrived,
      queued: received - filtered - dropped - this.lost - this.#arrived,
      queuedBytes: this.#counters.get('queuedBytes'),
      oldestMs: this.#counters.get('oldestMs'),
    };
  }
}
