/** Owns both sockets of one server through the built thread, and writes down when they opened, ended, and what came. */
import type { SocketHandle, ThreadHost } from '../../lib/thread/host';
import type { SocketKind } from '../../lib/thread/protocol';
import type { Network } from './network';

// The built package: a thread runs compiled code.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { ThreadHost: Host } = require('../../dist/lib/thread/host.js') as { ThreadHost: typeof ThreadHost };

export const TIMES = { pingIntervalMs: 3000, pongTimeoutMs: 3000, connectTimeoutMs: 2000 };
const KINDS = ['output', 'points'] as const;
const POLL_MS = 20;

interface Watched {
  readonly handle: SocketHandle;
  isOpen: boolean;
  received: number;
  bytes: number;
  readonly endedAtMs: number[];
  readonly openedAtMs: number[];
  readonly reasons: string[];
}

export class Watcher {
  readonly #host = new Host();
  readonly sockets: Readonly<Record<SocketKind, Watched>>;

  constructor(network: Network) {
    const [output, points] = KINDS.map((kind) => this.#open(network, kind));
    if (!output || !points) throw new Error('Expected two sockets');
    this.sockets = { output, points };
  }

  get all(): readonly Watched[] {
    return Object.values(this.sockets);
  }

  async opened(): Promise<void> {
    while (!this.all.every(({ isOpen }) => isOpen)) await new Promise((done) => setTimeout(done, POLL_MS));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ handle }) => handle.close()));
  }

  #open({ host, ports }: Network, kind: SocketKind): Watched {
    const state = { isOpen: false, received: 0, bytes: 0, endedAtMs: [], openedAtMs: [], reasons: [] };
    const watched: Omit<Watched, 'handle'> = state;
    const handle = this.#host.openSocket(
      {
        ...{ kind, url: `ws://${host}:${ports[kind]}`, headers: {}, maxFrameBytes: 2 ** 26, ...TIMES },
        ...{ backoffInitialMs: 200, backoffMaxMs: 1000 },
      },
      {
        onStatus: ({ state: now, reason }) => {
          const isOpen = now === 'open';
          if (isOpen && !watched.isOpen) watched.openedAtMs.push(performance.now());
          if (!isOpen && watched.isOpen) {
            watched.endedAtMs.push(performance.now());
            watched.reasons.push(`${kind} ${reason?.code ?? 'unknown'}`);
          }
          watched.isOpen = isOpen;
        },
        onProblem: () => undefined,
        onOverflow: () => undefined,
      },
    );
    const listener = handle.listen(
      { parts: 0, queueFrames: 1000, queueBytes: 2 ** 28, protectEvents: false, keepEvents: false },
      {
        onFrames: (frames) => {
          watched.received += frames.length;
          for (const { bytes } of frames) watched.bytes += bytes.byteLength;
          listener.grant(1, 0);
        },
      },
    );
    listener.grant(1, 0);
    return Object.assign(state, { handle });
  }
}
