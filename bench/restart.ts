/** How long no data comes when flows, or the whole process, are restarted; NODE_RED_MAIN and NODE_RED_NODE choose another Node-RED. */
import { startSimulatorProcess } from '../test/helpers/simulator-process';
import { SupervisedNodeRed } from '../test/helpers/supervised-node-red';
import { streamFlow, supervisedFlows } from '../test/flows/health/helpers';

const ROUNDS = Number(process.argv[2] ?? 5);

async function gapMs(
  ports: Parameters<typeof supervisedFlows>[0],
  level: 'flows' | 'process',
): Promise<number> {
  const health = { sampleInterval: 1, startupGrace: 0, allowProcessExit: true };
  const nodeRed = new SupervisedNodeRed({
    flows: supervisedFlows(ports, health, streamFlow()),
    maxRuns: 2,
  });
  try {
    await nodeRed.wait(({ kind }) => kind === 'health', 60_000);
    await nodeRed.wait(({ kind }) => kind === 'object', 10_000);
    const askedMs = performance.now();
    nodeRed.command({ action: 'restart', level, force: true });
    // Restarted flows get a new node, which says that it is ready.
    const ready = await nodeRed.wait(({ kind, atMs }) => kind === 'ready' && atMs > askedMs, 60_000);
    await nodeRed.wait(({ kind, atMs }) => kind === 'object' && atMs > ready.atMs + 1000, 20_000);
    const times = nodeRed.all
      .filter(({ kind, atMs }) => kind === 'object' && atMs > askedMs - 1000)
      .map(({ atMs }) => atMs);
    return Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs)));
  } finally {
    await nodeRed.stop();
  }
}

async function main(): Promise<void> {
  const simulator = await startSimulatorProcess('--output-hz', '10', '--points-hz', '0');
  for (const level of ['flows', 'process'] as const) {
    const gaps: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) gaps.push(await gapMs(simulator, level));
    gaps.sort((a, b) => a - b);
    console.log(
      `${level}: from last to first message ${gaps[Math.floor(ROUNDS / 2)]?.toFixed(0)} ms ` +
        `(${gaps[0]?.toFixed(0)} to ${gaps.at(-1)?.toFixed(0)}), 10 results a second`,
    );
  }
  await simulator.stop();
}

void main();
