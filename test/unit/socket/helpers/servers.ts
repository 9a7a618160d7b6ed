/** Real servers on a free port of the loopback, and all of them closed after each test. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';

type AnyServer = net.Server | http.Server | https.Server | tls.Server;

const cleanups: (() => Promise<void> | void)[] = [];

/** To be called in afterEach. */
export async function closeServers(): Promise<void> {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
}

/** Starts listening; the server and its connections end with the test. */
export async function listening(server: AnyServer): Promise<number> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A plain TCP server. */
export const tcpServer = (onSocket: (socket: Socket) => void): Promise<number> =>
  listening(net.createServer(onSocket));

export interface Listening {
  readonly port: number;
  readonly server: WebSocketServer;
}

/** A WebSocket server, secure if `secure` says how. */
export async function webSocketServer(
  onSocket: (socket: WebSocket, request: http.IncomingMessage) => void = () => undefined,
  secure?: tls.TlsOptions,
  options: ServerOptions = {},
): Promise<Listening> {
  const carrier = secure ? https.createServer(secure) : http.createServer();
  const server = new WebSocketServer({ ...options, server: carrier });
  server.on('connection', (socket, request) => {
    socket.on('error', () => undefined);
    onSocket(socket, request);
  });
  return { port: await listening(carrier), server };
}

/** A web server that answers every upgrade with a status. */
export async function refusingServer(status: number, body = '', header = 'X-None: 1'): Promise<number> {
  const server = http.createServer((_, response) => response.end());
  server.on('upgrade', (_, socket) => {
    const text = http.STATUS_CODES[status] ?? '';
    socket.end(
      `HTTP/1.1 ${status} ${text}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n${header}\r\n\r\n${body}`,
    );
  });
  return listening(server);
}

/** A port on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
