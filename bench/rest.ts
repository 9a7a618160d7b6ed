/**
 * REST side by side: sensr-api over its pool against Node-RED's own http request node, which opens a connection for each
 * request; and report.get against one call after the other. Same Node-RED, same simulator, rounds interleaved.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { catchNodes, config, sinkNode, tab, TAB } from '../test/helpers/flows';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../test/helpers/embedded-node-red';
import { startSimulatorProcess, type SimulatorProcess } from '../test/helpers/simulator-process';

export const REQUESTS = 1000;
export const IN_FLIGHT = 20;
export const ROUNDS = 7;
export const REPORT_DELAY_MS = 20;
const REPORT_ROUNDS = 15;

export interface Round {
  readonly connections: number;
  readonly timeWait: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

const OURS = 'api0000000000001';
const PEER = 'peer000000000001';

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
};

const flows = (simulator: SimulatorProcess): FlowNode[] => [
  tab(),
  config(simulator, { restPort: simulator.restPort, apiVersion: '3.5' }),
  {
    id: OURS,
    type: 'sensr-api',
    z: TAB,
    x: 0,
    y: 0,
    version: 1,
    server: 'config0000000001',
    operation: 'zones.get',
    params: { zoneId: 1001 },
    queueSize: 5000,
    concurrency: IN_FLIGHT,
    wires: [['out0000000000001']],
  },
  {
    id: PEER,
    type: 'http request',
    z: TAB,
    x: 0,
    y: 0,
    method: 'GET',
    ret: 'obj',
    paytoqs: 'ignore',
    url: `http://127.0.0.1:${simulator.restPort}/3.5/settings/zone?zone-id=1001`,
    persist: false,
    insecureHTTPParser: false,
    authType: '',
    senderr: false,
    // Its agent keeps connections on Node.js 19 and later; this is how people got one for each request.
    headers: [{ keyType: 'other', keyValue: 'Connection', valueType: 'other', valueValue: 'close' }],
    wires: [['out0000000000001']],
  },
  sinkNode('out0000000000001', 'out'),
  ...catchNodes(),
];

/** A closed loop: the next request when one is answered, so that both have the same number under way. */
function drive(
  nodeRed: EmbeddedNodeRed,
  id: string,
  more: Record<string, unknown>,
  count: number,
): Promise<number[]> {
  const started = new Map<number, number>();
  const latencies: number[] = [];
  let next = 0;
  return new Promise((resolve, reject) => {
    const send = (): void => {
      const ticket = next++;
      started.set(ticket, performance.now());
      nodeRed.node(id).receive({ ticket, ...more });
    };
    const onMessage = ({ sink, msg }: { sink: string; msg: Record<string, unknown> }): void => {
      if (sink === 'errors') {
        nodeRed.sink.off('message', onMessage);
        reject(new Error(JSON.stringify(msg['error'])));
        return;
      }
      latencies.push(performance.now() - (started.get(Number(msg['ticket'])) ?? NaN));
      if (next < count) send();
      else if (latencies.length === count) {
        nodeRed.sink.off('message', onMessage);
        resolve(latencies);
      }
    };
    nodeRed.sink.on('message', onMessage);
    for (let index = 0; index < Math.min(IN_FLIGHT, count); index += 1) send();
  });
}

const socketsInTimeWait = (port: number): number =>
  execFileSync('ss', ['-Htn', 'state', 'time-wait', '( dport = :' + port + ' or sport = :' + port + ' )'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line.trim() !== '').length;

async function round(nodeRed: EmbeddedNodeRed, simulator: SimulatorProcess, id: string): Promise<Round> {
  const { restPort } = simulator;
  const connectionsBefore = (await simulator.stats()).ports.rest.connectionsEver;
  const timeWaitBefore = socketsInTimeWait(restPort);
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const latencies = await drive(nodeRed, id, {}, REQUESTS);
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  nodeRed.sink.clear();
  return {
    connections: (await simulator.stats()).ports.rest.connectionsEver - connectionsBefore,
    timeWait: socketsInTimeWait(restPort) - timeWaitBefore,
    medianMs: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMs: (user + system) / 1000,
    wallMs,
  };
}

function print(name: string, rounds: readonly Round[]): void {
  const column = (key: keyof Round): string => {
    const values = rounds.map((one) => one[key]);
    return `${key} ${quantile(values, 0.5).toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
  };
  const keys = ['connections', 'timeWait', 'medianMs', 'p99Ms', 'cpuMs', 'wallMs'] as const;
  console.log(`${name}: ${keys.map(column).join(' · ')}`);
}

export interface Requests {
  readonly ours: readonly Round[];
  readonly peer: readonly Round[];
  /** Connections of the first requests. */
  readonly firstConnections: { readonly ours: number; readonly peer: number };
}

async function compareRequests(nodeRed: EmbeddedNodeRed): Promise<Requests> {
  const simulator = await startSimulatorProcess('--output-hz', '0', '--points-hz', '0');
  try {
    await nodeRed.deploy(flows(simulator));
    // Warm both: the first requests compile code.
    const warmUp: Record<string, number> = {};
    for (const id of [OURS, PEER]) warmUp[id] = (await round(nodeRed, simulator, id)).connections;
    const rounds: Record<string, Round[]> = { [OURS]: [], [PEER]: [] };
    for (let index = 0; index < ROUNDS; index += 1)
      for (const id of index % 2 === 0 ? [OURS, PEER] : [PEER, OURS])
        rounds[id]?.push(await round(nodeRed, simulator, id));
    return {
      ours: rounds[OURS] ?? [],
      peer: rounds[PEER] ?? [],
      firstConnections: { ours: warmUp[OURS] ?? NaN, peer: warmUp[PEER] ?? NaN },
    };
  } finally {
    await nodeRed.deploy([]);
    await simulator.stop();
  }
}

export interface Reports {
  readonly togetherMs: readonly number[];
  readonly apartMs: readonly number[];
}

async function compareReport(nodeRed: EmbeddedNodeRed): Promise<Reports> {
  const simulator = await startSimulatorProcess(
    ...['--output-hz', '0', '--points-hz', '0', '--sensors', '50', '--zones', '20'],
    ...['--rest-delay', String(REPORT_DELAY_MS)],
  );
  try {
    await nodeRed.deploy(flows(simulator));
    const one = async (message: Record<string, unknown>): Promise<unknown> => {
      await drive(nodeRed, OURS, message, 1);
      const { payload } = nodeRed.sink.of('out').at(-1)?.msg ?? {};
      nodeRed.sink.clear();
      return payload;
    };
    const timed = async (action: () => Promise<unknown>): Promise<number> => {
      const startMs = performance.now();
      await action();
      return performance.now() - startMs;
    };
    const oneByOne = async (): Promise<void> => {
      await one({ operation: 'project.current' });
      await one({ operation: 'health.get' });
      const sensors = (await one({ operation: 'sensors.list' })) as string[];
      for (const sensorId of sensors) await one({ operation: 'sensors.get', params: { sensorId } });
      const zones = (await one({ operation: 'zones.list' })) as number[];
      for (const zoneId of zones) await one({ operation: 'zones.get', params: { zoneId } });
    };
    await one({ operation: 'report.get' });
    const reports: number[] = [];
    const series: number[] = [];
    for (let index = 0; index < REPORT_ROUNDS; index += 1) {
      reports.push(await timed(() => one({ operation: 'report.get' })));
      if (index % 5 === 0) series.push(await timed(oneByOne));
    }
    return { togetherMs: reports, apartMs: series };
  } finally {
    await nodeRed.deploy([]);
    await simulator.stop();
  }
}

export async function measureRest(): Promise<{ requests: Requests; reports: Reports }> {
  const nodeRed = await startEmbeddedNodeRed();
  try {
    return { requests: await compareRequests(nodeRed), reports: await compareReport(nodeRed) };
  } finally {
    await nodeRed.stop();
  }
}

function printRequests({ ours, peer, firstConnections }: Requests): void {
  console.log(`${REQUESTS} requests, ${IN_FLIGHT} under way, ${ROUNDS} rounds, median (min–max):`);
  print('sensr-api   ', ours);
  print('http request', peer);
  console.log(
    `connections of the first ${REQUESTS} requests: ${firstConnections.ours} and ${firstConnections.peer}`,
  );
  const medianOf = (rounds: readonly Round[], key: keyof Round): number =>
    quantile(
      rounds.map((one) => one[key]),
      0.5,
    );
  const ratio = (key: keyof Round): string => (medianOf(ours, key) / medianOf(peer, key)).toFixed(2);
  console.log(`ratio: median ${ratio('medianMs')} · p99 ${ratio('p99Ms')} · CPU ${ratio('cpuMs')}`);
}

function printReports({ togetherMs, apartMs }: Reports): void {
  const together = quantile(togetherMs, 0.5);
  const apart = quantile(apartMs, 0.5);
  console.log(
    `report.get, 50 sensors and 20 zones at ${REPORT_DELAY_MS} ms a call: ${together.toFixed(0)} ms ` +
      `(${Math.min(...togetherMs).toFixed(0)}–${Math.max(...togetherMs).toFixed(0)}), one after the other ` +
      `${apart.toFixed(0)} ms: ${(apart / together).toFixed(1)} times faster`,
  );
}

async function main(): Promise<void> {
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? ''}`);
  const { requests, reports } = await measureRest();
  printRequests(requests);
  printReports(reports);
}

if (require.main === module) void main();
