/** A process of its own: brings a simulator into every state that holds something, closes it, and must then end by itself. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type Fault, type Simulator, startSimulator } from '../../../../simulator/server';

const MEGABYTE = 1024 * 1024;

/** REST requests in every state that lasts: hanging, delayed, endless, frozen, waiting for a mode and for a save. */
const startRest = async (): Promise<Simulator> => {
  const HOUR_MS = 3_600_000;
  const simulator = await startSimulator({ modeChangeMs: HOUR_MS, saveMs: HOUR_MS, outputHz: 0 });
  const faults: readonly Fault[] = [
    { name: 'httpHang', match: { path: '/hang' } },
    { name: 'httpDelay', ms: HOUR_MS, match: { path: '/delay' } },
    { name: 'httpEndless', match: { path: '/endless' } },
    { name: 'httpEndless', bytesPerSecond: 1, match: { path: '/slow' } },
  ];
  for (const fault of faults) await simulator.setFault(fault);
  const paths = ['/hang', '/delay', '/endless', '/slow', '/3.5/commands/start?mode=runtime'];
  const open = [...paths, '/3.5/commands/apply-change'].map((path) => {
    const socket = connect(simulator.restPort, '127.0.0.1');
    socket.on('error', () => undefined);
    // Two at once on a connection: the second waits for its turn behind the first.
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`.repeat(2));
    return socket;
  });
  await simulator.waitForRequests(open.length * 2);
  await simulator.setFault({ name: 'freeze', port: 'rest' });
  open[0]?.write('GET /delay HTTP/1.1\r\nHost: x\r\n\r\n');
  await simulator.waitForRequests(open.length * 2 + 1);
  return simulator;
};

const run = async (): Promise<void> => {
  const simulator = await startSimulator({ outputHz: 200, pointsHz: 50, pingIntervalMs: 5, busy: true });
  const flooding = await startSimulator({ flood: true });
  const openPorts = [simulator.outputPort, simulator.pointsPort, flooding.outputPort];
  const sockets = openPorts.map((port) => new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: false }));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  for (const socket of sockets) socket.on('error', () => undefined);
  await simulator.setFault({ name: 'link', bytesPerSecond: 1000 });
  await simulator.setFault({ name: 'flap', afterMs: 3_600_000 });
  simulator.sendRaw('points', Buffer.alloc(MEGABYTE));
  await simulator.setFault({ name: 'close', code: 1001, reason: 'timeout', port: 'points' });
  await simulator.setFault({ name: 'freeze', port: 'output' });
  const held = connect(simulator.outputPort, '127.0.0.1');
  held.on('error', () => undefined);
  await once(held, 'connect');
  await fetch(`http://127.0.0.1:${simulator.restPort}/results/health`);
  await simulator.setFault({ name: 'refuse', port: 'points' });
  const resting = await startRest();
  const tooMany = simulator.waitForConnection('output', 99);
  await Promise.all([simulator.close(), simulator.close(), flooding.close(), resting.close()]);
  await simulator.close();
  const rejection = await tooMany.then(
    () => 'resolved',
    (error: Error) => error.message,
  );
  await Promise.all(sockets.map((socket) => socket.readyState === socket.CLOSED || once(socket, 'close')));
  process.stdout.write(`closed; waiting ended: ${rejection}\n`);
};

run().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
