/** Links that do only what a test tells them, for the state machine of a connection. */
import type { Ending } from '../../lib/socket/close-reason';
import type { Link, LinkEvents, OpenLink } from '../../lib/socket/link';
import type { SocketOptions } from '../../lib/thread/protocol';

export class FakeLink implements Link {
  readonly events: LinkEvents;
  /** How many bytes the peer has sent. */
  bytes = 0;
  pings = 0;
  closes = 0;
  destroys = 0;

  constructor(events: LinkEvents) {
    this.events = events;
  }

  readonly bytesRead = (): number => this.bytes;
  readonly ping = (): void => {
    this.pings += 1;
  };
  readonly close = (): void => {
    this.closes += 1;
  };
  readonly destroy = (): void => {
    this.destroys += 1;
  };

  get isGone(): boolean {
    return this.destroys > 0;
  }
}

export class FakeLinks {
  readonly all: FakeLink[] = [];
  readonly options: SocketOptions[] = [];
  /** What opening a link throws, if anything. */
  failure: Error | undefined;
  readonly open: OpenLink = (options, events) => {
    this.options.push(options);
    if (this.failure) throw this.failure;
    const link = new FakeLink(events);
    this.all.push(link);
    return link;
  };

  get last(): FakeLink {
    const link = this.all.at(-1);
    if (!link) throw new Error('No link was opened');
    return link;
  }

  /** Links that nobody has destroyed. */
  get alive(): number {
    return this.all.filter((link) => !link.isGone).length;
  }

  end(ending: Ending = REFUSED): void {
    this.last.events.onEnd(ending);
  }
}

export const REFUSED: Ending = {
  kind: 'error',
  error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5050'), { code: 'ECONNREFUSED' }),
  opened: false,
};

/** Options of a socket, the defaults of the package where a test says nothing. */
export const socketOptions = (change: Partial<SocketOptions> = {}): SocketOptions => ({
  kind: 'output',
  url: 'ws://127.0.0.1:5050',
  headers: {},
  pingIntervalMs: 15_000,
  pongTimeoutMs: 8000,
  connectTimeoutMs: 5000,
  backoffInitialMs: 1000,
  backoffMaxMs: 60_000,
  maxFrameBytes: 64 * 1_048_576,
  ...change,
});
