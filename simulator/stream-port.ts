/** Owns a WebSocket port: who may connect, who is connected, and what the port's faults do to them. */

import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isAuthorized } from './auth';
import type { Fault } from './faults';
import { FrameFaults } from './frame-faults';
import type { SimulatorOptions } from './options';
import { PacedSocket } from './paced-socket';
import { ServerPort } from './server-port';
import type { ConnectionLog, ConnectionStats, PortStats } from './statistics';
import { type Frame, StreamClient } from './stream-client';

export interface StreamPortHooks {
  readonly onOpen: (client: StreamClient) => void;
  readonly onClose: (connection: ConnectionStats) => void;
  /** A client can take more: what a flood waits for. */
  readonly onSent: (client: StreamClient) => void;
}

/** Clients send nothing but control frames and perhaps a word: more is a mistake. */
const MAX_RECEIVED_BYTES = 1024 * 1024;

const remoteKey = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}:${remotePort}`;

const answer = (socket: Duplex, status: number, headers = '', body = ''): void => {
  // The peer may be gone already; that is no error of ours.
  socket.on('error', () => socket.destroy());
  const length = Buffer.byteLength(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`,
  );
};

export class StreamPort {
  readonly #port: ServerPort;
  readonly #options: SimulatorOptions;
  readonly #log: ConnectionLog;
  readonly #hooks: StreamPortHooks;
  readonly #frameFaults: FrameFaults;
  readonly #webSockets: WebSocketServer;
  /** By the address of the peer: a TLS socket is another object than the TCP socket below it. */
  readonly #clients = new Map<string, StreamClient>();
  #bytesPerSecond: number;
  #connectionsEver = 0;
  #connectionsMost = 0;
  #refused = 0;

  constructor(
    kind: 'output' | 'points',
    options: SimulatorOptions,
    log: ConnectionLog,
    hooks: StreamPortHooks,
  ) {
    this.#options = options;
    this.#log = log;
    this.#hooks = hooks;
    this.#bytesPerSecond = options.linkBytesPerSecond;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: MAX_RECEIVED_BYTES,
    });
    this.#port = new ServerPort(
      {
        kind,
        host: options.host,
        tls: options.tls,
        onRequest: (_request, response) => {
          this.#refused += 1;
          response.writeHead(426, { Connection: 'close' }).end('This port speaks WebSocket only.\n');
        },
        onUpgrade: (request, socket, head) => this.#onUpgrade(request, socket, head),
      },
      (socket) => this.#clients.get(remoteKey(socket))?.markFault(),
    );
    this.#frameFaults = new FrameFaults(this.#port.faults);
  }

  get port(): number {
    return this.#port.port;
  }

  get faults(): ServerPort['faults'] {
    return this.#port.faults;
  }

  clients(): readonly StreamClient[] {
    return [...this.#clients.values()];
  }

  stats(): PortStats {
    for (const client of this.#clients.values()) client.stats.bufferedBytes = client.bufferedBytes;
    return {
      port: this.port,
      connectionsNow: this.#clients.size,
      connectionsEver: this.#connectionsEver,
      connectionsMost: this.#connectionsMost,
      refused: this.#refused,
    };
  }

  listen(port: number): Promise<void> {
    return this.#port.listen(port);
  }

  /** One frame for every client; the faults of the port hit it once, for all alike. */
  publish(frame: Frame, maySkip: boolean): void {
    const sent = this.#frameFaults.apply(frame);
    for (const client of this.#clients.values()) if (!maySkip || client.hasRoomForFrame()) client.send(sent);
  }

  /** Past all faults, as given. */
  sendRaw(frame: Frame): void {
    for (const client of this.#clients.values()) client.send(frame);
  }

  async setFault(fault: Fault): Promise<void> {
    if (fault.name === 'reset') for (const client of this.#clients.values()) client.markFault();
    if (fault.name === 'close') {
      for (const client of this.clients()) client.close(fault.code, fault.reason ?? '', 'fault');
      return;
    }
    const applied = this.#port.setFault(fault);
    this.#applyToClients();
    await applied;
  }

  async clearFaults(): Promise<void> {
    const cleared = this.#port.clearFaults();
    this.#frameFaults.restart();
    this.#applyToClients();
    await cleared;
  }

  async close(): Promise<void> {
    for (const client of this.clients()) client.terminate();
    await this.#port.close();
    this.#webSockets.close();
  }

  #applyToClients(): void {
    const { faults } = this;
    this.#bytesPerSecond = faults.get('link')?.bytesPerSecond ?? this.#options.linkBytesPerSecond;
    for (const client of this.#clients.values()) {
      client.setBytesPerSecond(this.#bytesPerSecond);
      client.answersPings = !faults.get('noPong');
      if (faults.get('freeze')) client.freeze();
      else client.thaw();
    }
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { faults } = this;
    const status = faults.get('upgradeStatus')?.status;
    if (status !== undefined) this.#refuse(socket, status);
    else if (faults.get('notWebSocket'))
      this.#refuse(socket, 200, 'Content-Type: text/html\r\n', '<p>Nothing of a WebSocket here.</p>\n');
    else if (!isAuthorized(request.headers.authorization, this.#options)) this.#refuse(socket, 401);
    else this.#accept(request, socket, head);
  }

  #refuse(socket: Duplex, status: number, headers = '', body = ''): void {
    this.#refused += 1;
    const challenge = status === 401 ? 'WWW-Authenticate: Basic realm="sensr"\r\n' : '';
    answer(socket, status, challenge + headers, body);
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const key = remoteKey(request.socket);
    let client: StreamClient | undefined;
    const paced = new PacedSocket(socket, this.#bytesPerSecond, {
      onSent: (bytes, frames) => {
        if (!client) return;
        client.stats.bytesSent += bytes;
        client.stats.framesSent += frames;
        this.#hooks.onSent(client);
      },
    });
    this.#webSockets.handleUpgrade(request, paced, head, (webSocket: WebSocket) => {
      const stats = this.#log.add(this.#port.kind);
      client = new StreamClient(webSocket, paced, stats, this.#options);
      client.answersPings = !this.faults.get('noPong');
      this.#clients.set(key, client);
      this.#connectionsEver += 1;
      this.#connectionsMost = Math.max(this.#connectionsMost, this.#clients.size);
      webSocket.on('close', () => {
        this.#clients.delete(key);
        stats.bufferedBytes = 0;
        this.#log.close(stats);
        this.#hooks.onClose(stats);
      });
      this.#hooks.onOpen(client);
    });
  }
}
