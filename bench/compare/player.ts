/** Serves frames made beforehand over WebSocket, at a rate or as fast as they are read: a server that costs next to nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { framesOf } from './frames';
import { answerParent, machineMs } from './protocol';

const BINARY_FIN = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** Bytes handed to a socket at once in a burst. */
const BLOCK_BYTES = 262_144;

/** A server's frame is not masked: header and payload, as they go over the wire. */
function wireFrame(payload: Buffer): Buffer[] {
  const { length } = payload;
  const header = length < LENGTH_16 ? Buffer.alloc(2) : Buffer.alloc(length <= 0xffff ? 4 : 10);
  header[0] = BINARY_FIN;
  if (length < LENGTH_16) header[1] = length;
  else if (length <= 0xffff) {
    header[1] = LENGTH_16;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = LENGTH_64;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return [header, payload];
}

let frames: Buffer[][] = [];
const sockets: Duplex[] = [];
let stopPlaying = (): void => undefined;
let sentMs: number[] = [];
let connections = 0;
let onConnection = (): void => undefined;

async function listen(set: Parameters<typeof framesOf>[0]): Promise<{ port: number; meanBytes: number }> {
  const payloads = framesOf(set);
  frames = payloads.map(wireFrame);
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    // It answers pings and the closing handshake; frames are written beside it, whole frames at a time.
    webSockets.handleUpgrade(request, socket, head, () => {
      connections += 1;
      sockets.push(socket);
      socket.on('close', () => sockets.splice(sockets.indexOf(socket), 1));
      onConnection();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bytes = payloads.reduce((sum, { length }) => sum + length, 0);
  return { port: (server.address() as AddressInfo).port, meanBytes: bytes / payloads.length };
}

function clients(count: number): Promise<true> {
  return new Promise((resolve) => {
    onConnection = () => {
      if (sockets.length >= count) resolve(true);
    };
    onConnection();
  });
}

async function burstTo(socket: Duplex, count: number): Promise<void> {
  let index = 0;
  while (index < count && !socket.destroyed) {
    const parts: Buffer[] = [];
    for (let bytes = 0; bytes < BLOCK_BYTES && index < count; index += 1) {
      const frame = frames[index % frames.length] ?? [];
      parts.push(...frame);
      bytes += frame[1]?.length ?? 0;
    }
    if (!socket.write(Buffer.concat(parts))) await once(socket, 'drain');
  }
}

function play(periodMs: number): void {
  sentMs = [];
  const timers = sockets.map((socket, place) => {
    let index = 0;
    const startMs = machineMs() + (periodMs * (place + 1)) / sockets.length;
    const send = (): void => {
      if (place === 0) sentMs.push(machineMs());
      for (const part of frames[index % frames.length] ?? []) socket.write(part);
      index += 1;
      // Against the start, so that lateness does not add up.
      timers[place] = setTimeout(send, Math.max(0, startMs + index * periodMs - machineMs()));
    };
    return setTimeout(send, startMs - machineMs());
  });
  stopPlaying = () => timers.forEach((timer) => clearTimeout(timer));
}

answerParent({
  listen: ({ set }) => listen(set),
  clients: ({ count }) => clients(count),
  burst: ({ frames: count }) => {
    const startedMs = machineMs();
    for (const socket of sockets) void burstTo(socket, count);
    return Promise.resolve({ startedMs });
  },
  play: ({ periodMs }) => {
    play(periodMs);
    return Promise.resolve(true);
  },
  pause: () => {
    stopPlaying();
    return Promise.resolve({ sentMs, connections });
  },
});
