/** Recycles the socket thread again and again under traffic: what is lost, what comes twice, how long it takes, what memory does. */
import { createHash } from 'node:crypto';
import type { ThreadHost } from '../lib/thread/host';
import { collectGarbage } from '../lib/vitals/collect';
import { startSimulatorProcess } from '../test/helpers/simulator-process';

// The built package: a thread runs compiled code.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { ThreadHost: Host } = require('../dist/lib/thread/host.js') as { ThreadHost: typeof ThreadHost };

const ROUNDS = Number(process.argv[2] ?? 100);
const SETTLE_MS = 15_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** What is left when everything that can be collected is. */
async function rssMB(host: ThreadHost): Promise<number> {
  await collectGarbage('deep');
  await host.ask('deep', SETTLE_MS);
  return process.memoryUsage().rss / 2 ** 20;
}

async function main(): Promise<void> {
  const simulator = await startSimulatorProcess('--no-details', '--output-hz', '10', '--points-hz', '1');
  const host = new Host();
  const open = (kind: 'output' | 'points') =>
    host.openSocket(
      {
        kind,
        url: `ws://127.0.0.1:${kind === 'output' ? simulator.outputPort : simulator.pointsPort}`,
        headers: {},
        pingIntervalMs: 15_000,
        pongTimeoutMs: 8000,
        connectTimeoutMs: 5000,
        backoffInitialMs: 1000,
        backoffMaxMs: 60_000,
        maxFrameBytes: 2 ** 26,
      },
      {
        onStatus: () => undefined,
        onProblem: (error) => {
          console.log('problem', error.message);
        },
        onOverflow: () => undefined,
      },
    );
  const sockets = [open('output'), open('points')];
  const read = (socket: (typeof sockets)[number]) => {
    const sequences: number[] = [];
    const prints = new Set<string>();
    let twice = 0;
    const listener = socket.listen(
      { parts: 0, queueFrames: 1000, queueBytes: 2 ** 28, protectEvents: false, keepEvents: false },
      {
        onFrames: (frames) => {
          for (const { bytes, sequence } of frames) {
            sequences.push(sequence);
            const print = createHash('sha1').update(new Uint8Array(bytes)).digest('base64');
            if (prints.has(print)) twice += 1;
            prints.add(print);
          }
          listener.grant(1, 0);
        },
      },
    );
    listener.grant(1, 0);
    return { sequences, listener, twice: () => twice };
  };
  const [output, points] = sockets.map(read);
  if (!output || !points) throw new Error('No readers');
  while (output.sequences.length === 0 || points.sequences.length === 0) await wait(20);
  const before = await simulator.stats();
  const [outputBefore, pointsBefore] = [output.listener.counts.received, points.listener.counts.received];
  const rssBefore = await rssMB(host);
  const rssSeries: number[] = [];
  const durations: number[] = [];
  const outcomes = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { outcome, durationMs, reason, sockets: seams } = await host.recycle();
    const key = `${outcome} ${seams.map(({ seam }) => seam).join('+')} ${reason ?? ''}`;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    durations.push(durationMs);
    if (round % Math.ceil(ROUNDS / 10) === 0) rssSeries.push(await rssMB(host));
  }
  const received = [output, points].map(({ listener }) => listener.counts.received);
  const after = await simulator.stats();
  durations.sort((a, b) => a - b);
  const gaps = ({ sequences }: { sequences: readonly number[] }): number =>
    sequences.filter((sequence, index) => index > 0 && sequence !== (sequences[index - 1] ?? 0) + 1).length;
  console.log(`outcomes: ${[...outcomes].map(([key, count]) => `${count} × ${key.trim()}`).join(', ')}`);
  console.log(
    `a recycling takes ${durations[Math.floor(durations.length / 2)]?.toFixed(0)} ms ` +
      `(${durations[0]?.toFixed(0)}–${durations.at(-1)?.toFixed(0)})`,
  );
  console.log(
    `results published ${after.frames.output - before.frames.output}, received ${(received[0] ?? 0) - outputBefore}, ` +
      `gaps ${gaps(output)}, twice ${output.twice()}`,
  );
  console.log(
    // Clouds of a scene that stands still are equal, so only their number tells.
    `point frames published ${after.frames.points - before.frames.points}, received ${(received[1] ?? 0) - pointsBefore}, ` +
      `gaps ${gaps(points)}`,
  );
  await wait(SETTLE_MS);
  console.log(
    `RSS, all garbage collected: ${rssBefore.toFixed(0)} MB before, then ${rssSeries.map((mb) => mb.toFixed(0)).join(', ')}, ` +
      `${(await rssMB(host)).toFixed(0)} ${SETTLE_MS / 1000} s later`,
  );
  await Promise.all(sockets.map((socket) => socket.close()));
  await simulator.stop();
}

void main();
