/** What sampling costs: two Node-RED side by side under the same traffic, one of them with a sensr-health that samples each second. */
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { startSimulatorProcess } from '../test/helpers/simulator-process';
import { SupervisedNodeRed } from '../test/helpers/supervised-node-red';
import { healthNode, streamFlow, supervisedFlows } from '../test/flows/health/helpers';

const MINUTES = Number(process.argv[2] ?? 10);
/** What starting costs is over by then, and the history is full. */
const WARM_UP_MS = 130_000;
const LOOK_MS = 5000;
const TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const MB = 2 ** 20;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Reading {
  readonly cpuS: number;
  readonly rssMb: number;
}

function read(pid: number): Reading {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S, rssMb: (pages * 4096) / MB };
}

/** What is alive in the one that samples, in bytes: after a collection, by its own sample. */
async function liveBytes(nodeRed: SupervisedNodeRed): Promise<number> {
  nodeRed.all.length = 0;
  nodeRed.command({ action: 'gc', kind: 'deep' });
  const isOf = (payload: unknown, name: string): boolean =>
    typeof payload === 'object' && payload !== null && name in payload;
  await nodeRed.wait(({ kind, payload }) => kind === 'health' && isOf(payload, 'action'), 40_000);
  nodeRed.command({ action: 'sample' });
  const told = await nodeRed.wait(
    ({ kind, payload }) => kind === 'health' && isOf(payload, 'sample'),
    10_000,
  );
  const { sample } = told['payload'] as { sample: { heap: { main: { used: number } } } };
  return sample.heap.main.used;
}

async function main(): Promise<void> {
  const simulator = await startSimulatorProcess('--output-hz', '10', '--points-hz', '0');
  const isHealth = ({ id }: { id: string }): boolean => id === healthNode().id;
  const flows = supervisedFlows(simulator, { sampleInterval: 1 }, streamFlow());
  const variants = {
    without: flows.filter((node) => !isHealth(node)),
    with: flows,
  };
  const running = Object.entries(variants).map(([name, nodes]) => ({
    name,
    nodeRed: new SupervisedNodeRed({ flows: nodes, maxRuns: 1 }),
  }));
  for (const { nodeRed } of running) await nodeRed.wait(({ kind }) => kind === 'object', 40_000);
  await wait(WARM_UP_MS);
  const sampling = running[1]?.nodeRed;
  if (!sampling) throw new Error('Nobody samples');
  const liveFirst = await liveBytes(sampling);
  const startMs = performance.now();
  const first = running.map(({ nodeRed }) => read(nodeRed.pid ?? 0));
  const rss: number[][] = running.map(() => []);
  const costs: number[] = [];
  let before = first;
  while (performance.now() - startMs < MINUTES * 60_000) {
    await wait(LOOK_MS);
    const now = running.map(({ nodeRed }) => read(nodeRed.pid ?? 0));
    now.forEach(({ rssMb }, index) => rss[index]?.push(rssMb));
    const used = now.map(({ cpuS }, index) => cpuS - (before[index]?.cpuS ?? 0));
    costs.push((100 * ((used[1] ?? 0) - (used[0] ?? 0))) / (LOOK_MS / 1000));
    before = now;
    for (const { nodeRed } of running) nodeRed.all.length = 0;
  }
  const seconds = (performance.now() - startMs) / 1000;
  const cpu = before.map(({ cpuS }, index) => (100 * (cpuS - (first[index]?.cpuS ?? 0))) / seconds);
  costs.sort((a, b) => a - b);
  console.log(`Node.js ${process.version}, ${MINUTES} min, 10 results a second`);
  running.forEach(({ name }, index) => {
    const readings = rss[index] ?? [];
    console.log(
      `${name} health: ${cpu[index]?.toFixed(2)} % of a core, RSS ${readings[0]?.toFixed(0)} -> ${readings.at(-1)?.toFixed(0)} MB ` +
        `(${Math.min(...readings).toFixed(0)} to ${Math.max(...readings).toFixed(0)})`,
    );
  });
  console.log(
    `difference: ${((cpu[1] ?? 0) - (cpu[0] ?? 0)).toFixed(2)} % of a core; in spans of ${LOOK_MS / 1000} s: median ` +
      `${costs[Math.floor(costs.length / 2)]?.toFixed(2)} %`,
  );
  const liveLast = await liveBytes(sampling);
  console.log(
    `alive after a collection: ${(liveFirst / MB).toFixed(1)} MB at first, ${(liveLast / MB).toFixed(1)} MB at last`,
  );
  for (const { nodeRed } of running) await nodeRed.stop();
  await simulator.stop();
}

void main();
