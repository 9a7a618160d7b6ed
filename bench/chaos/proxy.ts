/** Where namespaces are not allowed: a TCP proxy in this process that passes bytes on late, slowly, or not at all. */
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Network } from './network';
import { startServer } from './server';

const HOST = '127.0.0.1';
const TICK_MS = 10;

interface Rules {
  passesToServer: boolean;
  passesToUs: boolean;
  bytesPerSecond: number;
  delayMs: number;
  jitterMs: number;
}

export async function connectProxy(): Promise<Network> {
  const server = await startServer(HOST, []);
  const rules: Rules = { passesToServer: true, passesToUs: true, bytesPerSecond: 0, delayMs: 0, jitterMs: 0 };
  const sockets = new Set<Socket>();
  const listeners = await Promise.all(
    [server.ports.output, server.ports.points].map((port) => listen(port, rules, sockets)),
  );
  const [output = 0, points = 0] = listeners.map((one) => (one.address() as AddressInfo).port);
  return {
    kind: 'none, a TCP proxy in this process in its place: lost and reordered packets are not tried',
    host: HOST,
    ports: { output, points, admin: server.ports.admin },
    cut: () => Object.assign(rules, { passesToServer: false, passesToUs: false }),
    cutFromServer: () => Object.assign(rules, { passesToUs: false }),
    heal: () =>
      Object.assign(rules, {
        passesToServer: true,
        passesToUs: true,
        bytesPerSecond: 0,
        delayMs: 0,
        jitterMs: 0,
      }),
    limit: (bytesPerSecond) => Object.assign(rules, { bytesPerSecond }),
    disturb: undefined,
    delay: (delayMs, jitterMs) => Object.assign(rules, { delayMs, jitterMs }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(listeners.map((one) => new Promise((done) => one.close(done))));
      await server.stop();
    },
  };
}

async function listen(port: number, rules: Rules, sockets: Set<Socket>): Promise<Server> {
  const server = createServer({ pauseOnConnect: true }, (ours) => {
    // No answer to the handshake of TCP is beyond a proxy: a new connection waits instead.
    const theirs = connect(port, HOST);
    for (const socket of [ours, theirs]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        if (rules.passesToServer && rules.passesToUs) (socket === ours ? theirs : ours).destroy();
      });
    }
    pump(ours, theirs, rules, () => rules.passesToServer);
    pump(theirs, ours, rules, () => rules.passesToUs);
  }).listen(0, HOST);
  await once(server, 'listening');
  return server;
}

/** Reads only as fast as it may write, so that the sender's own buffers fill as on a real link. */
function pump(from: Socket, to: Socket, rules: Rules, passes: () => boolean): void {
  const waiting: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
  let creditBytes = 0;
  const turn = (): void => {
    if (!passes()) return;
    while (!to.writableNeedDrain && (rules.bytesPerSecond === 0 || creditBytes > 0)) {
      const chunk: unknown = from.read();
      if (!Buffer.isBuffer(chunk)) break;
      // A debt from before there was a limit would be a silence after it.
      if (rules.bytesPerSecond > 0) creditBytes -= chunk.length;
      const dueMs = performance.now() + rules.delayMs + Math.random() * rules.jitterMs;
      waiting.push({ bytes: chunk, dueMs: Math.max(dueMs, waiting.at(-1)?.dueMs ?? 0) });
    }
    while (waiting[0] && waiting[0].dueMs <= performance.now()) {
      to.write(waiting[0].bytes);
      waiting.shift();
    }
  };
  from.pause();
  from.on('readable', turn);
  to.on('drain', turn);
  const timer = setInterval(() => {
    const { bytesPerSecond } = rules;
    creditBytes = Math.min(creditBytes + (bytesPerSecond * TICK_MS) / 1000, bytesPerSecond / 10);
    turn();
  }, TICK_MS);
  from.on('close', () => {
    clearInterval(timer);
  });
}
