/** npm run chaos: cables, half-open connections and slow links on a real network where this machine allows one. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { SimulatorStats } from '../simulator/simulator';
import { connectNamespaces, namespaceCommand } from './chaos/namespaces';
import type { Network } from './chaos/network';
import { connectProxy } from './chaos/proxy';
import { NOTICE_LIMIT_MS, SCENARIOS, type Scenario } from './chaos/scenarios';
import { Watcher } from './chaos/watcher';
import { machineLine } from './machine';

const SETTLE_MS = 3000;
const RECOVERY_LIMIT_MS = 20_000;

const { values } = parseArgs({
  options: { inside: { type: 'boolean' }, proxy: { type: 'boolean' }, json: { type: 'string' } },
});

interface Result {
  readonly scenario: string;
  /** From the cut until both sockets were known to be dead. */
  readonly noticeMs: number | undefined;
  /** From the end of the trouble until both were open. */
  readonly recoveryMs: number | undefined;
  readonly reconnects: number;
  readonly falseDisconnects: number;
  readonly reasons: readonly string[];
  readonly outputPublished: number;
  readonly outputReceived: number;
  readonly pointsReceived: number;
  /** Packets that TCP had to put in order, lost ones before them or not: what shows that the trouble was real. */
  readonly packetsOutOfOrder: number;
  readonly megabytesPerSecond: number;
  readonly holds: boolean;
}

async function main(): Promise<void> {
  const command = values.inside || values.proxy ? undefined : namespaceCommand();
  if (command) {
    // All of this process must be in the namespace, so that the sockets are.
    const [first = '', ...rest] = [...command, process.execPath, '--import', 'tsx', __filename, '--inside'];
    const json = values.json ? ['--json', values.json] : [];
    process.exitCode = spawnSync(first, [...rest, ...json], { stdio: 'inherit' }).status ?? 1;
    return;
  }
  const network = values.inside ? await connectNamespaces() : await connectProxy();
  console.log(`Network: ${network.kind}\n`);
  const watcher = new Watcher(network);
  const results: Result[] = [];
  try {
    await watcher.opened();
    await wait(SETTLE_MS);
    for (const scenario of SCENARIOS) {
      if (scenario.isPossible && !scenario.isPossible(network)) {
        console.log(`${scenario.name}: not possible here`);
        continue;
      }
      const result = await runScenario(scenario, network, watcher);
      results.push(result);
      console.log(`${result.holds ? 'holds' : 'FAILS'}  ${JSON.stringify(result)}`);
    }
  } finally {
    await watcher.close();
    await network.close();
  }
  const all = { at: new Date().toISOString(), machine: machineLine(), network: network.kind, results };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
  if (results.some(({ holds }) => !holds)) process.exitCode = 1;
}

async function runScenario(scenario: Scenario, network: Network, watcher: Watcher): Promise<Result> {
  const reconnectsBefore = watcher.all.reduce((sum, { endedAtMs }) => sum + endedAtMs.length, 0);
  const reasonsBefore = watcher.all.map(({ reasons }) => reasons.length);
  const published = (await stats(network)).frames.output;
  const { received, bytes } = totals(watcher);
  const outOfOrder = packetsOutOfOrder();
  const startMs = performance.now();
  scenario.begin(network);
  await wait(scenario.lastsMs);
  const healedMs = performance.now();
  network.heal();
  const recovered = await Promise.race([
    watcher.opened().then(() => true),
    wait(RECOVERY_LIMIT_MS, false, { ref: false }),
  ]);
  const recoveryMs = recovered ? performance.now() - healedMs : undefined;
  // What was under way arrives, and what noticed late would end now.
  await wait(SETTLE_MS);
  const after = totals(watcher);
  const ends = watcher.all.map(({ endedAtMs }) => endedAtMs.find((atMs) => atMs >= startMs));
  const noticed = ends.every((one) => one !== undefined);
  const noticeMs = noticed ? Math.max(...ends.map((one) => (one ?? 0) - startMs)) : undefined;
  const reconnects = watcher.all.reduce((sum, { endedAtMs }) => sum + endedAtMs.length, 0) - reconnectsBefore;
  const falseDisconnects = scenario.endsConnections ? 0 : reconnects;
  const holds =
    recovered &&
    falseDisconnects === 0 &&
    (!scenario.endsConnections || (noticeMs !== undefined && noticeMs <= NOTICE_LIMIT_MS));
  return {
    scenario: scenario.name,
    noticeMs: rounded(noticeMs),
    recoveryMs: scenario.endsConnections ? rounded(recoveryMs) : undefined,
    reconnects,
    falseDisconnects,
    reasons: watcher.all.flatMap(({ reasons }, index) => reasons.slice(reasonsBefore[index])),
    outputPublished: (await stats(network)).frames.output - published,
    outputReceived: after.received.output - received.output,
    pointsReceived: after.received.points - received.points,
    packetsOutOfOrder: packetsOutOfOrder() - outOfOrder,
    megabytesPerSecond:
      Math.round((after.bytes - bytes) / 1e4 / ((performance.now() - startMs) / 1000)) / 100,
    holds,
  };
}

/** Of this network namespace, since it exists. */
function packetsOutOfOrder(): number {
  const [names = '', numbers = ''] = readFileSync('/proc/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'));
  return Number(numbers.split(' ')[names.split(' ').indexOf('TCPOFOQueue')] ?? 0);
}

const rounded = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms);

const totals = ({ sockets: { output, points } }: Watcher) => ({
  received: { output: output.received, points: points.received },
  bytes: output.bytes + points.bytes,
});

async function stats({ host, ports }: Network): Promise<SimulatorStats> {
  return (await (await fetch(`http://${host}:${ports.admin}/stats`)).json()) as SimulatorStats;
}

void main();
