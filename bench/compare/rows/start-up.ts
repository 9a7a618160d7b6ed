/** Row: what the installed package adds to a Node-RED that does not use it. */
import { fork } from 'node:child_process';
import { programPath } from '../child';
import type { LoadReport } from '../load-host';
import type { Plan, RowResult, Target } from '../result';
import { figure, median } from '../statistics';

const PAIRS = 15;
const QUICK_PAIRS = 3;
const MB = 1e6;
const MOST_MS = 60;
const MOST_MB = 8;

function start(how: 'with' | 'without'): Promise<LoadReport> {
  const child = fork(programPath('load-host'), [how], {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  });
  return new Promise((resolve, reject) => {
    child.once('message', (report) => {
      resolve(report as LoadReport);
    });
    child.once('exit', (code) => {
      reject(new Error(`load-host ended with ${String(code)}`));
    });
  });
}

export async function startUp(plan: Plan): Promise<RowResult> {
  const added = { startMs: [] as number[], rss: [] as number[], heap: [] as number[] };
  const requireMs: number[] = [];
  const more: number[] = [];
  for (let pair = 0; pair < (plan.quick ? QUICK_PAIRS : PAIRS); pair += 1) {
    const order = pair % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const);
    const reports: Partial<Record<'with' | 'without', LoadReport>> = {};
    for (const how of order) reports[how] = await start(how);
    const { with: installed, without } = reports;
    if (!installed || !without) continue;
    added.startMs.push(installed.startMs - without.startMs);
    added.rss.push((installed.rssBytes - without.rssBytes) / MB);
    added.heap.push((installed.heapBytes - without.heapBytes) / MB);
    requireMs.push(without.requireMs);
    more.push(without.threadsMore + without.socketsMore);
  }
  const name = 'node-red-contrib-sensr';
  const target = (what: string, limit: number, measured: number, unit: string): Target => ({
    what,
    relation: '<=',
    limit,
    measured,
    unit,
  });
  return {
    title: 'Start of Node-RED',
    about:
      'Node-RED started with and without the package, nothing configured, in pairs; memory after collections. ' +
      'And what `require()` of its nodes takes in a Node-RED that runs.',
    lines: [
      { contender: name, what: 'start of Node-RED, more', unit: 'ms', figure: figure(added.startMs) },
      { contender: name, what: 'RSS, more', unit: 'MB', figure: figure(added.rss) },
      { contender: name, what: 'JavaScript heap, more', unit: 'MB', figure: figure(added.heap) },
      { contender: name, what: 'require() of all nodes', unit: 'ms', figure: figure(requireMs) },
      { contender: name, what: 'threads and sockets, more', unit: '', figure: figure(more) },
    ],
    targets: [
      target('start of Node-RED, more', MOST_MS, median(added.startMs), 'ms'),
      target('RSS, more', MOST_MB, median(added.rss), 'MB'),
      target('threads and sockets, more', 0, Math.max(...more), ''),
    ],
  };
}
