/** Clients for tests: a WebSocket that writes down what it gets, and a bare TCP socket that does only what it is told. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { type Simulator, startSimulator } from '../../../../simulator/server';
import type { SimulatorOptions } from '../../../../simulator/server';

export interface Received {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

export interface Client {
  readonly socket: WebSocket;
  readonly received: Received[];
  /** Resolves when so many messages have come in all. */
  readonly waitForMessages: (count: number) => Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

/** No frame but those asked for, no ping, tiny clouds. */
export const QUIET: Partial<SimulatorOptions> = {
  outputHz: 0,
  pointsHz: 0,
  pingIntervalMs: 0,
  groundPoints: 30,
  backgroundPoints: 70,
  startTimeMs: Date.UTC(2026, 0, 5),
};

const running: Simulator[] = [];
const clients: WebSocket[] = [];
const bareSockets: Socket[] = [];

export const start = async (options: Partial<SimulatorOptions> = {}): Promise<Simulator> => {
  const simulator = await startSimulator({ ...QUIET, ...options });
  running.push(simulator);
  return simulator;
};

/** To be called after each test: ends all that these helpers began. */
export const endAll = async (): Promise<void> => {
  for (const client of clients.splice(0)) client.terminate();
  for (const socket of bareSockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
};

const record = (socket: WebSocket): Client => {
  clients.push(socket);
  const received: Received[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data, isBinary) => {
    received.push({ bytes: data as Buffer, isBinary });
    for (const check of waiting) check();
  });
  // Faults break sockets on purpose; the tests look at 'close'.
  socket.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const waitForMessages = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (received.length >= count) resolve();
      };
      waiting.push(check);
      check();
    });
  return { socket, received, waitForMessages, closed };
};

export const open = async (url: string, options: ClientOptions = {}): Promise<Client> => {
  const client = record(new WebSocket(url, options));
  await once(client.socket, 'open');
  return client;
};

export const openOutput = (simulator: Simulator, options?: ClientOptions): Promise<Client> =>
  open(`ws://127.0.0.1:${simulator.outputPort}`, options);

export const openPoints = (simulator: Simulator, options?: ClientOptions): Promise<Client> =>
  open(`ws://127.0.0.1:${simulator.pointsPort}`, options);

/** The TCP or TLS socket below: ws itself neither shows single chunks nor reports a reset. */
export const innerSocket = ({ socket }: Client): Socket => (socket as unknown as { _socket: Socket })._socket;

/** Why a connection could not be made: the HTTP status, or the error's code or message. */
export const failure = async (url: string, options: ClientOptions = {}): Promise<number | string> => {
  const socket = new WebSocket(url, options);
  clients.push(socket);
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('open', () => reject(new Error('it opened')));
  });
};

/** A TCP connection with whatever is sent on it; nothing is answered by itself. */
export const openBare = async (port: number, send = ''): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1' });
  bareSockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (send) socket.write(send);
  return socket;
};

export const HANDSHAKE =
  'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** A connected WebSocket on a bare socket: reads, but answers neither ping nor close. */
export const openDeaf = async (simulator: Simulator, port: number): Promise<Socket> => {
  const socket = await openBare(port, HANDSHAKE);
  const kind = port === simulator.outputPort ? 'output' : 'points';
  await simulator.waitForConnection(kind, simulator.stats().ports[kind].connectionsEver + 1);
  return socket;
};
