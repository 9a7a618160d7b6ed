/** Row: frames as fast as they can be had, a batch at a time, none dropped. */
import { Child } from '../child';
import { BARE, DELIVERY, FUNCTION, OURS, WEBSOCKET, type Contender } from '../contenders';
import type { FrameSet } from '../frames';
import type { Line, Plan, RowResult, Target } from '../result';
import { figure, median, ratioOf } from '../statistics';

/** As many as a queue can hold: whoever does not hold up the server must hold the batch. */
const BATCH_FRAMES = 10_000;
const QUICK_FRAMES = 2000;
/** First batches compile code. */
const WARM_UP_BATCHES = 3;
/** A batch takes a fraction of a second: many of them outlast a neighbour's burst of work. */
const BATCHES_A_ROUND = 4;
const QUEUE = { queueSize: BATCH_FRAMES, queueMB: 256 };
const CONTENDERS = [OURS, BARE, FUNCTION, WEBSOCKET, DELIVERY];
const MS_PER_S = 1000;
const US_PER_MS = 1000;
const LEAST_AGAINST_BARE = 1;
const LEAST_AGAINST_FUNCTION = 1.5;

interface Runner {
  readonly contender: Contender;
  readonly player: Child;
  readonly host: Child;
  readonly perS: number[];
  /** Processor time of a frame, microseconds, all threads. */
  readonly costUs: number[];
}

async function open(contender: Contender, set: FrameSet): Promise<Runner & { meanBytes: number }> {
  const player = await Child.start('player');
  const { port, meanBytes } = await player.ask('listen', { set });
  const host = await Child.start(contender.host);
  await host.ask('deploy', contender.deployment({ outputPorts: [port], queue: QUEUE }));
  if (contender !== DELIVERY) await player.ask('clients', { count: 1 });
  return { contender, player, host, perS: [], costUs: [], meanBytes };
}

interface Batch {
  readonly perS: number;
  readonly costUs: number;
}

async function batch({ contender, player, host }: Runner, frames: number): Promise<Batch> {
  await host.ask('reset', {});
  const reached = host.ask('reached', { count: frames });
  const { startedMs } =
    contender === DELIVERY
      ? await host.ask('deliver', { count: frames })
      : await player.ask('burst', { frames });
  const { lastMs } = await reached;
  const { results, dropped, cpuMs } = await host.ask('report', {});
  if (results !== frames || dropped > 0)
    throw new Error(
      `${contender.name}: expected ${frames} results and no drop, got ${results} and ${dropped}`,
    );
  return { perS: (frames * MS_PER_S) / (lastMs - startedMs), costUs: (cpuMs * US_PER_MS) / frames };
}

async function measure(
  set: FrameSet,
  label: string,
  plan: Plan,
): Promise<{ lines: Line[]; targets: Target[]; remark: string }> {
  const frames = plan.quick ? QUICK_FRAMES : BATCH_FRAMES;
  const runners: (Runner & { meanBytes: number })[] = [];
  try {
    for (const contender of CONTENDERS) runners.push(await open(contender, set));
    for (const runner of runners)
      for (let count = 0; count < WARM_UP_BATCHES; count += 1) await batch(runner, frames);
    for (let round = 0; round < plan.rounds * BATCHES_A_ROUND; round += 1)
      for (let turn = 0; turn < runners.length; turn += 1) {
        const runner = runners[(turn + round) % runners.length];
        if (!runner) continue;
        const { perS, costUs } = await batch(runner, frames);
        runner.perS.push(perS);
        runner.costUs.push(costUs);
      }
  } finally {
    await Promise.all(runners.flatMap(({ host, player }) => [host.stop(), player.stop()]));
  }
  const kb = ((runners[0]?.meanBytes ?? 0) / MS_PER_S).toFixed(1);
  const measured = (what: 'perS' | 'costUs', who: Contender): number[] =>
    runners.find(({ contender }) => contender === who)?.[what] ?? [];
  const against = (contender: Contender, limit: number): Target => ({
    what: `${label}, against ${contender.name}`,
    relation: '>=',
    limit,
    measured: median(measured('perS', OURS)) / median(measured('perS', contender)),
    unit: '×',
  });
  for (const { contender, perS } of runners)
    plan.say(`${label} ${contender.name}: ${median(perS).toFixed(0)}/s`);
  return {
    lines: [
      ...runners.map(({ contender, perS }) => ({
        contender: contender.name,
        what: `${label}, ${kb} KB`,
        unit: 'frames/s',
        figure: figure(perS),
      })),
      ...runners.map(({ contender, costUs }) => ({
        contender: contender.name,
        what: `${label}, processor time of one, all threads`,
        unit: 'µs',
        figure: figure(costUs),
      })),
      ...[BARE, FUNCTION, WEBSOCKET].map((other) => ({
        contender: `${OURS.name} against ${other.name}`,
        what: `${label}, ${kb} KB`,
        unit: '×',
        figure: ratioOf(measured('perS', OURS), measured('perS', other)),
      })),
    ],
    remark: remarkOn(label, (contender) => median(measured('costUs', contender))),
    targets: [against(BARE, LEAST_AGAINST_BARE), against(FUNCTION, LEAST_AGAINST_FUNCTION)],
  };
}

/** What no second core makes up for: all of this has to be done, and the sender wants a core too. */
function remarkOn(label: string, costUs: (contender: Contender) => number): string {
  const [ours, bare, delivery] = [OURS, BARE, DELIVERY].map((contender) => costUs(contender).toFixed(1));
  return (
    `Against the bare loop, ${label}: reading and decoding one takes ${bare} µs there. Node-RED needs ${delivery} µs to pass a message ` +
    `from one node to the next, whatever is in it, and sensr-stream ${ours} µs altogether: reading, a queue that is accounted for, ` +
    'the way from thread to thread, decoding, Node-RED. The sender takes a core as well, so that there are three to be done on the cores of this machine.'
  );
}

export async function throughput(plan: Plan): Promise<RowResult> {
  const parts = [await measure('median', 'median frames', plan), await measure('busy', 'busy frames', plan)];
  return {
    title: 'Throughput',
    about:
      `A batch of ${plan.quick ? QUICK_FRAMES : BATCH_FRAMES} frames as fast as they are read, from the first byte sent to the last message at the sink. ` +
      `\`sensr-stream\` has a queue that holds the batch (\`queueSize\` ${QUEUE.queueSize}); none of the frames was dropped, which is checked.`,
    lines: parts.flatMap(({ lines }) => lines),
    remark: parts.map(({ remark }) => remark).join(' '),
    targets: parts.flatMap(({ targets }) => targets),
  };
}
