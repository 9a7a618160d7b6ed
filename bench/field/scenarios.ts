/** Situations of the field, each with what must hold in it; run one with `npx tsx bench/field.ts NAME [--minutes N]`. */
import type { Simulator } from '../../simulator/server';
import { startSimulator, type SimulatorOptions } from '../../simulator/server';
import type { FlowNode } from '../../test/helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, tab } from '../../test/helpers/flows';
import { eventKey, slopePerMinute, unbalanced, type Sampled } from '../checks';
import { NodeRedChild } from './node-red-child';
import type { ChildReport } from './protocol';

export interface Check {
  readonly what: string;
  readonly measured: string;
  readonly holds: boolean;
}

export interface Run {
  readonly simulator: Simulator;
  readonly nodeRed: NodeRedChild;
  readonly minutes: number;
  readonly say: (line: string) => void;
}

export interface Scenario {
  readonly about: string;
  readonly minutes: number;
  readonly simulator: Partial<SimulatorOptions>;
  readonly flows: (simulator: Simulator) => FlowNode[];
  readonly run: (run: Run) => Promise<Check[]>;
}

const MB = 1_048_576;
const S = 1000;
const MAX_SLOPE_MB_PER_MIN = 0.1;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const check = (what: string, measured: string | number, holds: boolean): Check => ({
  what,
  measured: String(measured),
  holds,
});

/** The first quarter is warm-up: until the process has the memory that it works with. */
const settled = (samples: readonly Sampled[]): readonly Sampled[] =>
  samples.slice(Math.floor(samples.length / 4));

function growthCheck(what: string, samples: readonly Sampled[]): Check {
  const counted = settled(samples);
  if (counted.length < 2) return check(what, 'too short a run to tell', false);
  const perMinute = slopePerMinute(counted);
  return check(what, perMinute.toFixed(3), perMinute <= MAX_SLOPE_MB_PER_MIN);
}

/** A Function node that keeps the main loop busy. */
const blocking = (ms: number, every = 'true'): string =>
  `global.get('sink')(node.name, msg); if (${every}) { const end = Date.now() + ${ms}; while (Date.now() < end); } return null;`;
const blockNode = (id: string, name: string, ms: number, every?: string): FlowNode => ({
  ...sinkNode(id, name),
  func: blocking(ms, every),
});

const booksHold = ({ server }: ChildReport): boolean => !server || unbalanced(server).length === 0;
const droppedOf = ({ server }: ChildReport): number =>
  Object.values(server?.streams ?? {}).reduce((sum, { dropped }) => sum + dropped, 0);
const books = (report: ChildReport): string =>
  Object.entries(report.server?.streams ?? {})
    .map(([id, c]) => `${id}: ${c.received} = ${c.emitted} + ${c.filtered} + ${c.dropped} + ${c.queued}`)
    .join('; ');

/** Waits until the nodes have used up what was queued. */
async function drained(run: Run): Promise<ChildReport> {
  const endMs = Date.now() + 300 * S;
  for (;;) {
    await sleep(S);
    const report = await run.nodeRed.report();
    const queued = Object.values(report.server?.streams ?? {}).reduce((sum, one) => sum + one.queued, 0);
    if (queued === 0 || Date.now() > endMs) return report;
  }
}

const lostConnections = (simulator: Simulator): string =>
  simulator
    .stats()
    .connections.filter(({ closedAt }) => closedAt !== undefined)
    .map(({ port, closedBy, closeCode, closeReason }) => `${port} ${closedBy} ${closeCode} ${closeReason}`)
    .join(', ') || 'none';

/** Watches memory from outside while something runs: a blocked main loop cannot be asked. Starts after a warm-up. */
async function peakRss(
  run: Run,
  ms: number,
  warmUpMs = Math.min(5 * S, ms / 3),
): Promise<{ first: number; peak: number; last: ChildReport; slopeMBmin: number }> {
  await sleep(warmUpMs);
  const startMs = Date.now();
  const first = run.nodeRed.rss();
  let peak = first;
  const samples: Sampled[] = [];
  while (Date.now() - startMs < ms - warmUpMs) {
    await sleep(250);
    const rss = run.nodeRed.rss();
    peak = Math.max(peak, rss);
    samples.push({ atMs: Date.now(), value: rss / MB });
  }
  const last = await run.nodeRed.report();
  return { first, peak, last, slopeMBmin: slopePerMinute(settled(samples)) };
}

const connectionsOf = (simulator: Simulator, port: 'output' | 'points') =>
  simulator.stats().connections.filter((one) => one.port === port);
const disconnects = (simulator: Simulator): number =>
  simulator
    .stats()
    .connections.filter(
      ({ port, closedAt }) => closedAt !== undefined && (port === 'output' || port === 'points'),
    ).length;
const maxPongMs = (simulator: Simulator): number =>
  Math.max(0, ...simulator.stats().connections.flatMap(({ pongRttsMs }) => [...pongRttsMs]));

const publishedEvents = (simulator: Simulator): string[] => simulator.publishedEvents().map(eventKey);

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  field: {
    about: 'rates and sizes of one site: nothing dropped, nothing reconnected',
    minutes: 10,
    simulator: {},
    flows: (simulator) => [
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects')],
      ...[
        stream('s2', 'events', 'k2'),
        sinkNode('k2', 'events'),
        stream('s3', 'health', 'k3'),
        sinkNode('k3', 'health'),
      ],
      ...[stream('s4', 'points', 'k4'), sinkNode('k4', 'points'), ...catchNodes()],
    ],
    run: async (run) => {
      const { first, peak, last, slopeMBmin } = await peakRss(run, run.minutes * 60 * S);
      const dropped = droppedOf(last);
      run.say(`${books(last)}; frames published ${JSON.stringify(run.simulator.stats().frames)}`);
      return [
        check('dropped frames', dropped, dropped === 0),
        check('disconnects', lostConnections(run.simulator), disconnects(run.simulator) === 0),
        check('books', books(last), booksHold(last)),
        check('errors', JSON.stringify(last.errors), last.errors.length === 0),
        check('age of points p50/p99/max ms', JSON.stringify(last.sinks['points']?.ageMs), true),
        check('age of objects p50/p99/max ms', JSON.stringify(last.sinks['objects']?.ageMs), true),
        check(
          'RSS MB first/peak, slope MB/min',
          `${(first / MB).toFixed(0)}/${(peak / MB).toFixed(0)}, ${slopeMBmin.toFixed(2)}`,
          true,
        ),
      ];
    },
  },
  memory: {
    about: 'ten times the rates of a site, 147 MB of points a second: memory does not grow',
    minutes: 45,
    simulator: { outputHz: 100, pointsHz: 10 },
    flows: (simulator) => [
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects')],
      ...[stream('s4', 'points', 'k4'), sinkNode('k4', 'points'), ...catchNodes()],
    ],
    run: async (run) => {
      // The lowest of each minute: what lies above it is garbage that was not collected yet.
      const resident: Sampled[] = [];
      const used: Sampled[] = [];
      const startMs = Date.now();
      for (let minute = 0; minute < run.minutes; minute += 1) {
        let [residentMb, usedMb] = [Infinity, Infinity];
        while (Date.now() - startMs < (minute + 1) * 60 * S) {
          await sleep(2 * S);
          const { rss, heapUsed, external } = await run.nodeRed.report();
          residentMb = Math.min(residentMb, rss / MB);
          usedMb = Math.min(usedMb, (heapUsed + external) / MB);
        }
        resident.push({ atMs: minute * 60 * S, value: residentMb });
        used.push({ atMs: minute * 60 * S, value: usedMb });
        run.say(
          `minute ${minute + 1}: RSS at least ${residentMb.toFixed(1)} MB, of which Node.js uses ${usedMb.toFixed(1)}`,
        );
      }
      const report = await run.nodeRed.report();
      return [
        growthCheck('slope of what Node.js uses, MB/min', used),
        // With the free pieces that the allocator keeps between those in use.
        growthCheck('slope of RSS, MB/min', resident),
        check('disconnects', lostConnections(run.simulator), disconnects(run.simulator) === 0),
        check('books', books(report), booksHold(report)),
        check('dropped frames', droppedOf(report), true),
        check('errors', JSON.stringify(report.errors), report.errors.length === 0),
      ];
    },
  },
  'slow-link': {
    about: '14.7 MB frames each second over 5 MB/s: no disconnect, at least 0.33 frames a second',
    minutes: 10,
    simulator: { outputHz: 0, linkBytesPerSecond: 5_000_000, sendBufferFrames: 2, pingIntervalMs: 0 },
    flows: (simulator) => [
      ...[tab(), config(simulator, { pingInterval: 15, pongTimeout: 8 })],
      ...[stream('s1', 'points', 'k1'), sinkNode('k1', 'points'), ...catchNodes()],
    ],
    run: async (run) => {
      const ms = run.minutes * 60 * S;
      const { first, peak, last } = await peakRss(run, ms);
      const perS = (last.sinks['points']?.count ?? 0) / (ms / S);
      return [
        check('disconnects', lostConnections(run.simulator), disconnects(run.simulator) === 0),
        check('frames a second', perS.toFixed(3), perS >= 0.33),
        check(
          'client pings seen by the server',
          connectionsOf(run.simulator, 'points')[0]?.pingsReceived ?? 0,
          true,
        ),
        check('last ping round trip ms', last.server?.points.statistics?.pingRttMs.toFixed(0) ?? '', true),
        check('books', books(last), booksHold(last)),
        check('RSS MB first/peak', `${(first / MB).toFixed(0)}/${(peak / MB).toFixed(0)}`, true),
      ];
    },
  },
  freeze: {
    about: 'a server that goes silent is noticed within pingInterval + pongTimeout + 1 s, and found again',
    minutes: 1,
    simulator: { pingIntervalMs: 0, pointsHz: 0 },
    flows: (simulator) => [
      tab(),
      config(simulator),
      stream('s1', 'objects', 'k1'),
      sinkNode('k1', 'objects'),
      ...catchNodes(),
    ],
    run: async (run) => {
      await sleep(16.5 * S);
      const frozenMs = Date.now();
      await run.simulator.setFault({ name: 'freeze', port: 'output' });
      let report = await run.nodeRed.report();
      while (report.server?.output.status.state === 'open' && Date.now() - frozenMs < 60 * S) {
        await sleep(50);
        report = await run.nodeRed.report();
      }
      const noticedMs = Date.now() - frozenMs;
      const before = report.sinks['objects']?.count ?? 0;
      await run.simulator.clearFaults();
      await sleep(12 * S);
      report = await run.nodeRed.report();
      const now = run.simulator.stats().ports.output.connectionsNow;
      return [
        check('noticed after ms', noticedMs, noticedMs <= 24 * S),
        check(
          'frames after reconnecting',
          (report.sinks['objects']?.count ?? 0) - before,
          (report.sinks['objects']?.count ?? 0) > before,
        ),
        check('connections at the server', now, now === 1),
        check('errors', report.errors.map(({ code }) => code).join(' '), report.errors.length >= 1),
      ];
    },
  },
  down: {
    about: 'a server that is down for 10 minutes sees at most 17 attempts a socket',
    minutes: 10,
    simulator: { pingIntervalMs: 0, pointsHz: 0 },
    flows: (simulator) => [
      tab(),
      config(simulator),
      stream('s1', 'objects', 'k1'),
      sinkNode('k1', 'objects'),
      ...catchNodes(),
    ],
    run: async (run) => {
      await run.simulator.setFault({ name: 'refuse', port: 'output' });
      // Refusing alone leaves the connection that is there.
      await run.simulator.setFault({ name: 'reset', port: 'output' });
      const before = (await run.nodeRed.report()).server?.output.statistics?.attempts ?? 0;
      await sleep(run.minutes * 60 * S);
      const report = await run.nodeRed.report();
      const attempts = (report.server?.output.statistics?.attempts ?? 0) - before;
      await run.simulator.clearFaults();
      return [
        check('attempts', attempts, attempts <= 17),
        check(
          'errors at Catch',
          report.errors.map(({ message }) => message).join(' | '),
          report.errors.length <= 3,
        ),
        check('statuses', report.statuses.slice(-12).join(' | '), true),
      ];
    },
  },
  flap: {
    about: 'a server that accepts and drops is asked less and less often',
    minutes: 2,
    simulator: { pingIntervalMs: 0, pointsHz: 0 },
    flows: (simulator) => [
      tab(),
      config(simulator),
      stream('s1', 'objects', 'k1'),
      sinkNode('k1', 'objects'),
      ...catchNodes(),
    ],
    run: async (run) => {
      const before = connectionsOf(run.simulator, 'output').length;
      await run.simulator.setFault({ name: 'flap', port: 'output', afterMs: 500 });
      await run.simulator.setFault({ name: 'reset', port: 'output' });
      await sleep(run.minutes * 60 * S);
      const opened = connectionsOf(run.simulator, 'output')
        .slice(before)
        .map(({ openedAt }) => openedAt);
      const gaps = opened.slice(1).map((at, index) => at - (opened[index] ?? at));
      const grows = gaps.slice(0, 5).every((gap, index) => index === 0 || gap > (gaps[index - 1] ?? 0));
      return [check('gaps between connections ms', gaps.map((gap) => gap.toFixed(0)).join(' '), grows)];
    },
  },
  block: {
    about:
      'a flow blocks the main loop for 30 s; the server drops silent clients after 8 s and limits its buffer',
    minutes: 1.5,
    simulator: {
      busy: true,
      details: false,
      outputHz: 100,
      pointsHz: 0,
      pingIntervalMs: 4 * S,
      pongTimeoutMs: 8 * S,
      sendBufferBytes: 2 * MB,
    },
    flows: (simulator) => [
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1', { queueMB: 16, queueSize: 10_000 })],
      blockNode(
        'k1',
        'objects',
        30 * S,
        "!flow.get('blocked') && (flow.set('blocked', (flow.get('n') || 0) > 500), flow.set('n', (flow.get('n') || 0) + 1), flow.get('blocked'))",
      ),
      ...[stream('s2', 'events', 'k2', { queueSize: 1000 }), sinkNode('k2', 'events'), ...catchNodes()],
    ],
    run: async (run) => {
      const { first, peak, last } = await peakRss(run, run.minutes * 60 * S);
      run.simulator.setRates({ outputHz: 0 });
      await sleep(2 * S);
      const final = await run.nodeRed.report();
      const sent = publishedEvents(run.simulator);
      const got = new Set(final.sinks['events']?.events);
      const lost = sent.filter((event) => !got.has(event)).length;
      const growth = (peak - first) / MB;
      run.say(JSON.stringify(final.server?.streams));
      run.say(`events sent ${sent.length}, got ${got.size}; errors ${JSON.stringify(final.errors)}`);
      return [
        check('oldest message ms', last.sinks['objects']?.ageMs.max ?? 0, true),
        check('disconnects', lostConnections(run.simulator), disconnects(run.simulator) === 0),
        check('books', books(final), booksHold(final)),
        check('events lost', lost, lost === 0 && sent.length > 0),
        check('RSS growth MB (limit: 16 MB + 20 %)', growth.toFixed(1), growth <= 16 * 1.2),
        check('slowest pong ms', maxPongMs(run.simulator).toFixed(0), maxPongMs(run.simulator) < S),
      ];
    },
  },
  'block-points': {
    about: 'the same for 14.7 MB point frames, five a second',
    minutes: 0.75,
    simulator: { outputHz: 0, pointsHz: 5, pingIntervalMs: 4 * S, pongTimeoutMs: 8 * S },
    flows: (simulator) => [
      ...[tab(), config(simulator), stream('s1', 'points', 'k1'), ...catchNodes()],
      blockNode('k1', 'points', 20 * S, "(flow.set('n', (flow.get('n') || 0) + 1), flow.get('n') === 75)"),
    ],
    run: async (run) => {
      const { first, peak, last } = await peakRss(run, run.minutes * 60 * S, 12 * S);
      const growth = (peak - first) / MB;
      return [
        check('disconnects', lostConnections(run.simulator), disconnects(run.simulator) === 0),
        check('books', books(last), booksHold(last)),
        check('oldest message ms', last.sinks['points']?.ageMs.max ?? 0, true),
        check(
          'RSS MB before, growth MB (limit: 64 MB + 20 %)',
          `${(first / MB).toFixed(0)}, ${growth.toFixed(1)}`,
          growth <= 64 * 1.2,
        ),
      ];
    },
  },
  ...slowConsumers(),
};

function slowConsumers(): Record<string, Scenario> {
  const scenario = (
    about: string,
    queueSize: number,
    limitMs: number,
    flow: FlowNode,
    more: Record<string, unknown>,
  ): Scenario => ({
    about,
    minutes: 1.5,
    simulator: {
      busy: true,
      details: false,
      outputHz: 100,
      pointsHz: 0,
      pingIntervalMs: 5 * S,
      pongTimeoutMs: 10 * S,
      sendBufferBytes: 2 * MB,
    },
    flows: (simulator) => [
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1', { queueSize, ...more }), flow],
      ...[stream('s2', 'events', 'k2', { queueSize: 10_000 }), sinkNode('k2', 'events'), ...catchNodes()],
    ],
    run: async (run) => {
      const { first, peak, slopeMBmin } = await peakRss(run, run.minutes * 60 * S);
      run.simulator.setRates({ outputHz: 0 });
      const last = await drained(run);
      const sent = publishedEvents(run.simulator);
      const got = new Set(last.sinks['events']?.events);
      const age = last.sinks['objects']?.ageMs;
      return [
        check(`oldest message ms (limit ${limitMs})`, JSON.stringify(age), (age?.max ?? Infinity) <= limitMs),
        check('disconnects', lostConnections(run.simulator), disconnects(run.simulator) === 0),
        check('slowest pong ms', maxPongMs(run.simulator).toFixed(0), maxPongMs(run.simulator) < S),
        check('books', books(last), booksHold(last)),
        check(
          'events lost',
          sent.filter((event) => !got.has(event)).length,
          sent.every((event) => got.has(event)) && sent.length > 0,
        ),
        check(
          'RSS MB first/peak, slope MB/min',
          `${(first / MB).toFixed(0)}/${(peak / MB).toFixed(0)}, ${slopeMBmin.toFixed(2)}`,
          true,
        ),
      ];
    },
  });
  const delay: FlowNode = {
    ...sinkNode('k1', 'objects'),
    func: "global.get('sink')(node.name, msg); return msg;",
    wires: [['d1']],
  };
  return {
    'slow-consumer': scenario(
      'a consumer that blocks 200 ms a message at 100 frames a second',
      50,
      11_000,
      blockNode('k1', 'objects', 200),
      {},
    ),
    'slow-consumer-newest': scenario(
      'the same with queueSize 1',
      1,
      500,
      blockNode('k1', 'objects', 200),
      {},
    ),
    'slow-consumer-complete': {
      ...scenario('a consumer that takes 200 ms asynchronously, pacing complete', 50, 11_000, delay, {
        pacing: 'complete',
      }),
      flows: (simulator) => [
        ...[
          tab(),
          config(simulator),
          stream('s1', 'objects', 'k1', { pacing: 'complete', queueSize: 50 }),
          delay,
        ],
        {
          id: 'd1',
          type: 'delay',
          z: 'tab0000000000001',
          pauseType: 'delay',
          timeout: '200',
          timeoutUnits: 'milliseconds',
          wires: [[]],
        },
        ...[stream('s2', 'events', 'k2', { queueSize: 10_000 }), sinkNode('k2', 'events'), ...catchNodes()],
      ],
    },
  };
}

export async function runScenario(
  scenario: Scenario,
  minutes: number,
  say: (line: string) => void,
): Promise<Check[]> {
  // Nothing is published before somebody listens, so that what was published is what should arrive.
  const { outputHz = 10, pointsHz = 1 } = scenario.simulator;
  const simulator = await startSimulator({ ...scenario.simulator, outputHz: 0, pointsHz: 0 });
  const nodeRed = await NodeRedChild.start();
  try {
    await nodeRed.deploy(scenario.flows(simulator));
    if (outputHz > 0) await simulator.waitForConnection('output');
    if (pointsHz > 0) await simulator.waitForConnection('points');
    simulator.setRates({ outputHz, pointsHz });
    return await scenario.run({ simulator, nodeRed, minutes, say });
  } finally {
    await nodeRed.stop();
    await simulator.close();
  }
}
