/** Owns one port of the simulator: its TCP gate, the HTTP server behind it, and the faults of its sockets. */

import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Fault, FaultSet, type PortKind } from './faults';
import type { TlsOptions } from './options';
import { type TcpConnection, type TcpCounts, TcpGate } from './tcp-gate';

export interface ServerPortOptions {
  readonly kind: PortKind;
  readonly host: string;
  readonly tls: TlsOptions | undefined;
  readonly onRequest: RequestListener;
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export class ServerPort {
  readonly kind: PortKind;
  readonly faults = new FaultSet();
  readonly #gate: TcpGate;
  readonly #http: Server;
  readonly #flapTimers = new Map<Socket, NodeJS.Timeout>();
  readonly #onFlap: (socket: Socket) => void;

  constructor(
    { kind, host, tls, onRequest, onUpgrade }: ServerPortOptions,
    onFlap: (socket: Socket) => void,
  ) {
    this.kind = kind;
    this.#onFlap = onFlap;
    this.#http = tls
      ? createHttpsServer({ ...tls, rejectUnauthorized: tls.requestCert ?? false }, onRequest)
      : createHttpServer(onRequest);
    if (onUpgrade) this.#http.on('upgrade', onUpgrade);
    this.#gate = new TcpGate(host, (socket) => this.#handOver(socket));
  }

  get port(): number {
    return this.#gate.port;
  }

  get tcp(): TcpCounts {
    return this.#gate.counts;
  }

  connectionOf(socket: Socket): TcpConnection | undefined {
    return this.#gate.connectionOf(socket);
  }

  listen(port: number): Promise<void> {
    return this.#gate.listen(port);
  }

  /** Sets a fault of the socket level. Faults of single frames are read from `faults` where frames are made. */
  async setFault(fault: Fault): Promise<void> {
    if (fault.name === 'reset') {
      this.#gate.resetAll();
      return;
    }
    this.faults.set(fault);
    if (fault.name === 'freeze' || fault.name === 'silentAccept') this.#gate.hold();
    if (fault.name === 'flap')
      for (const socket of this.#gate.sockets()) this.#dropLater(socket, fault.afterMs);
    if (fault.name === 'refuse') await this.#gate.refuse();
  }

  async clearFaults(): Promise<void> {
    this.faults.clear();
    for (const timer of this.#flapTimers.values()) clearTimeout(timer);
    this.#flapTimers.clear();
    this.#gate.release();
    await this.#gate.accept();
  }

  /** Ends every socket, and with each what belongs to it. */
  async close(): Promise<void> {
    await this.#gate.close();
    this.#http.closeAllConnections();
  }

  /** The HTTP server never listens itself: so a socket can be kept from it. */
  #handOver(socket: Socket): void {
    const flap = this.faults.get('flap');
    if (flap) this.#dropLater(socket, flap.afterMs);
    this.#http.emit('connection', socket);
  }

  #dropLater(socket: Socket, afterMs: number): void {
    if (this.#flapTimers.has(socket)) return;
    const timer = setTimeout(() => {
      this.#flapTimers.delete(socket);
      this.#onFlap(socket);
      socket.destroy();
    }, afterMs);
    this.#flapTimers.set(socket, timer);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#flapTimers.delete(socket);
    });
  }
}
