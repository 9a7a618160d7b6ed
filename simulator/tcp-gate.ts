/** Owns one listening TCP port: lets sockets through, holds them back, refuses or resets them. */

import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a port is asked for again that somebody else took while it was closed. */
const RELISTEN_MS = 100;

/** One TCP connection, found again by the address of its peer: a TLS socket is another object than this one. */
export interface TcpConnection {
  /** Counts connections of the port from 1. */
  readonly number: number;
  readonly socket: Socket;
}

export interface TcpCounts {
  readonly now: number;
  readonly ever: number;
  readonly most: number;
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}:${remotePort}`;

export class TcpGate {
  readonly #host: string;
  readonly #onSocket: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  readonly #held = new Set<Socket>();
  readonly #connections = new Map<string, TcpConnection>();
  #ever = 0;
  #most = 0;
  #server: Server | undefined;
  #port = 0;
  #isHolding = false;
  readonly #closing = new AbortController();
  /** Listening and refusing come one after the other, whoever asks. */
  #turn: Promise<void> = Promise.resolve();

  constructor(host: string, onSocket: (socket: Socket) => void) {
    this.#host = host;
    this.#onSocket = onSocket;
  }

  get port(): number {
    return this.#port;
  }

  sockets(): Iterable<Socket> {
    return this.#sockets;
  }

  get counts(): TcpCounts {
    return { now: this.#sockets.size, ever: this.#ever, most: this.#most };
  }

  /** The connection below this socket; undefined when it is gone. */
  connectionOf(socket: Socket): TcpConnection | undefined {
    return this.#connections.get(peerOf(socket));
  }

  async listen(port: number): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    server.listen(port, this.#host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP port has an address');
    this.#server = server;
    this.#port = address.port;
  }

  /** Closes the listener: new connections are refused, those there are stay. */
  refuse(): Promise<void> {
    return this.#inTurn(() => this.#stopListening());
  }

  /** Opens it again on the same port. */
  accept(): Promise<void> {
    return this.#inTurn(() => this.#listenAgain());
  }

  /** From now on sockets are accepted and left alone. */
  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    const held = [...this.#held];
    this.#held.clear();
    for (const socket of held) this.#onSocket(socket);
  }

  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const socket of this.#sockets) socket.destroy();
    await this.#inTurn(() => this.#stopListening());
  }

  #accept(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.add(socket);
    this.#ever += 1;
    this.#most = Math.max(this.#most, this.#sockets.size);
    this.#connections.set(peer, { number: this.#ever, socket });
    // A reset peer is no fault of the simulator; whoever uses the socket sees it by its own listener.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#held.delete(socket);
      if (this.#connections.get(peer)?.socket === socket) this.#connections.delete(peer);
    });
    if (this.#isHolding) this.#held.add(socket);
    else this.#onSocket(socket);
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(action);
    return this.#turn;
  }

  /** Does not wait for the connections there are: the port itself is free at once. */
  async #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const hasClosed = new Promise<void>((resolve) => server.close(() => resolve()));
    if (this.#closing.signal.aborted) await hasClosed;
  }

  /** Tries until it succeeds: nobody may be waiting who could deal with a failure. */
  async #listenAgain(): Promise<void> {
    const { signal } = this.#closing;
    while (!this.#server && !signal.aborted) {
      const isListening = await this.listen(this.#port).then(
        () => true,
        () => false,
      );
      if (!isListening) await wait(RELISTEN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
