/** Row: a consumer that blocks 200 ms a message while 100 frames a second come: how old is what it gets, what does it cost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../child';
import { FUNCTION, OURS, type Contender } from '../contenders';
import type { Plan, RowResult } from '../result';
import { figure } from '../statistics';

const PERIOD_MS = 10;
const BLOCK_MS = 200;
const MEASURE_MS = 90_000;
const QUICK_MS = 15_000;
/** The package's defaults. */
const QUEUE_SIZE = 50;
const QUEUE_MB = 64;
const MB = 1e6;
const MIB = 1_048_576;
const S = 1000;
const REST_MS = 2000;

interface Stall {
  readonly restBytes: number;
  readonly growthBytes: number;
  readonly oldestMs: number;
  readonly results: number;
}

async function run(contender: Contender, measureMs: number): Promise<Stall> {
  const player = await Child.start('player');
  const host = await Child.start(contender.host);
  try {
    const { port } = await player.ask('listen', { set: 'busy' });
    const queue = { queueSize: QUEUE_SIZE, queueMB: QUEUE_MB };
    await host.ask('deploy', contender.deployment({ outputPorts: [port], blockMs: BLOCK_MS, queue }));
    await player.ask('clients', { count: 1 });
    await sleep(REST_MS);
    await host.ask('reset', {});
    const { rssBytes: restBytes } = await host.ask('report', {});
    await player.ask('play', { periodMs: PERIOD_MS });
    await sleep(measureMs);
    // Asked first: the answer comes between two blocked turns, with what was sent by then.
    const { sentMs, connections } = await player.ask('pause', {});
    const usage = await host.ask('report', {});
    if (connections !== 1) throw new Error(`${contender.name}: expected one connection, got ${connections}`);
    const ages = usage.arrivals.map(([index, atMs]) => atMs - (sentMs[index] ?? NaN));
    return {
      restBytes,
      growthBytes: usage.peakRssBytes - restBytes,
      oldestMs: Math.max(...ages),
      results: usage.results,
    };
  } finally {
    await Promise.all([player.stop(), host.stop()]);
  }
}

export async function stalled(plan: Plan): Promise<RowResult> {
  const measureMs = plan.quick ? QUICK_MS : MEASURE_MS;
  // Both sleep nearly all of the time, so they can run beside each other.
  const contenders = [OURS, FUNCTION];
  const stalls = await Promise.all(contenders.map((one) => run(one, measureMs)));
  const [ours] = stalls;
  contenders.forEach(({ name }, index) =>
    plan.say(`${name}: oldest ${((stalls[index]?.oldestMs ?? NaN) / S).toFixed(1)} s`),
  );
  return {
    title: 'Stalled consumer',
    about:
      `A sink that blocks the main thread for ${BLOCK_MS} ms a message while ${S / PERIOD_MS} busy frames a second come, for ${measureMs / S} s, ` +
      `with the defaults of \`sensr-stream\` (\`queueSize\` ${QUEUE_SIZE}, \`queueMB\` ${QUEUE_MB}). One round.`,
    lines: contenders.flatMap(({ name }, index) => {
      const { oldestMs, growthBytes, restBytes } = stalls[index] ?? {
        oldestMs: NaN,
        growthBytes: NaN,
        restBytes: NaN,
      };
      return [
        { contender: name, what: 'oldest message', unit: 's', figure: figure([oldestMs / S]) },
        { contender: name, what: 'RSS at rest', unit: 'MB', figure: figure([restBytes / MB]) },
        { contender: name, what: 'RSS growth', unit: 'MB', figure: figure([growthBytes / MB]) },
      ];
    }),
    targets: [
      {
        what: 'oldest message',
        relation: '<=',
        limit: (QUEUE_SIZE * BLOCK_MS) / S + 1,
        measured: (ours?.oldestMs ?? NaN) / S,
        unit: 's',
      },
      {
        what: 'RSS growth',
        relation: '<=',
        limit: (QUEUE_MB * MIB * 1.2) / MB,
        measured: (ours?.growthBytes ?? NaN) / MB,
        unit: 'MB',
      },
    ],
  };
}
