/** Row: what the field's load costs, and how long results take from socket to sink while point clouds come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../child';
import { BARE, FUNCTION, OURS, WEBSOCKET, type Contender } from '../contenders';
import type { Usage } from '../protocol';
import type { Line, Plan, RowResult, Target } from '../result';
import { figure, median, quantile } from '../statistics';

const RESULT_PERIOD_MS = 100;
/** Not quite the results' rate or a tenth of it, so that the two meet in every phase. */
const CLOUD_PERIODS_MS = { '1 Hz': 1030, '10 Hz': 103 } as const;
const WARM_UP_MS = 3000;
/** What is under way when the results pause arrives within. */
const SETTLE_MS = 500;
const MEASURE_MS = 8000;
const QUICK_MS = 2500;
const CONTENDERS = [OURS, BARE, FUNCTION, WEBSOCKET];
const MB = 1e6;
const PERCENT = 100;
const MOST_UTILISATION_AGAINST_FUNCTION = 0.3;
const MOST_LATENCY_AGAINST_FUNCTION = 0.5;
const MOST_LATENCY_MS = 10;

interface Load {
  readonly usage: Usage;
  readonly latenciesMs: readonly number[];
}

async function run(contender: Contender, cloudPeriodMs: number, measureMs: number): Promise<Load> {
  const results = await Child.start('player');
  const clouds = await Child.start('player');
  const host = await Child.start(contender.host);
  try {
    const { port } = await results.ask('listen', { set: 'field' });
    const { port: pointsPort } = await clouds.ask('listen', { set: 'points' });
    await host.ask('deploy', contender.deployment({ outputPorts: [port], pointsPort }));
    await results.ask('clients', { count: 1 });
    await clouds.ask('clients', { count: 1 });
    await clouds.ask('play', { periodMs: cloudPeriodMs });
    // Results too: the first few find code that is not compiled yet, which would be all that a 99th percentile shows.
    await results.ask('play', { periodMs: RESULT_PERIOD_MS });
    await sleep(WARM_UP_MS);
    await results.ask('pause', {});
    await sleep(SETTLE_MS);
    await host.ask('reset', {});
    await results.ask('play', { periodMs: RESULT_PERIOD_MS });
    await sleep(measureMs);
    const usage = await host.ask('report', {});
    const { sentMs } = await results.ask('pause', {});
    if (usage.results < sentMs.length - 2 || usage.points === 0 || usage.dropped > 0)
      throw new Error(
        `${contender.name}: expected ${sentMs.length} results, clouds and no drop, got ${usage.results}, ${usage.points} and ${usage.dropped}`,
      );
    return { usage, latenciesMs: usage.arrivals.map(([index, atMs]) => atMs - (sentMs[index] ?? NaN)) };
  } finally {
    await Promise.all([results.stop(), clouds.stop(), host.stop()]);
  }
}

export async function load(plan: Plan): Promise<RowResult> {
  const lines: Line[] = [];
  const targets: Target[] = [];
  for (const [label, periodMs] of Object.entries(CLOUD_PERIODS_MS)) {
    const loads = new Map<Contender, Load[]>(CONTENDERS.map((one) => [one, []]));
    for (let round = 0; round < plan.rounds; round += 1)
      for (let turn = 0; turn < CONTENDERS.length; turn += 1) {
        const contender = CONTENDERS[(turn + round) % CONTENDERS.length] ?? OURS;
        loads.get(contender)?.push(await run(contender, periodMs, plan.quick ? QUICK_MS : MEASURE_MS));
      }
    const figures = (contender: Contender) => {
      const rounds = loads.get(contender) ?? [];
      const each = (value: (one: Load) => number): number[] => rounds.map(value);
      const samples = rounds.flatMap(({ latenciesMs }) => latenciesMs);
      return {
        utilisation: each(({ usage }) => usage.utilisation * PERCENT),
        cpu: each(({ usage }) => usage.cpu * PERCENT),
        rss: each(({ usage }) => usage.rssBytes / MB),
        p50: each(({ latenciesMs }) => quantile(latenciesMs, 0.5)),
        // A round has too few results for a hundredth of them.
        p99: [quantile(samples, 0.99)],
        max: each(({ latenciesMs }) => Math.max(...latenciesMs)),
        samples,
      };
    };
    for (const contender of CONTENDERS) {
      const of = figures(contender);
      const add = (what: string, unit: string, values: readonly number[]): void => {
        lines.push({
          contender: contender.name,
          what: `clouds at ${label}: ${what}`,
          unit,
          figure: figure(values),
        });
      };
      add('main thread busy', '%', of.utilisation);
      add('processor, all threads', '% of a core', of.cpu);
      add('latency p50', 'ms', of.p50);
      add('latency p99 of all rounds', 'ms', of.p99);
      add('latency max', 'ms', of.max);
      add('RSS', 'MB', of.rss);
      plan.say(
        `clouds at ${label}, ${contender.name}: busy ${median(of.utilisation).toFixed(1)} %, CPU ${median(of.cpu).toFixed(1)} %, ` +
          `p99 ${quantile(of.samples, 0.99).toFixed(1)} ms, RSS ${median(of.rss).toFixed(0)} MB`,
      );
    }
    if (label !== '10 Hz') continue;
    const ours = figures(OURS);
    const theirs = figures(FUNCTION);
    const p99 = quantile(ours.samples, 0.99);
    targets.push(
      {
        what: `main thread busy, clouds at ${label}, against ${FUNCTION.name}`,
        relation: '<=',
        limit: MOST_UTILISATION_AGAINST_FUNCTION,
        measured: median(ours.utilisation) / median(theirs.utilisation),
        unit: '×',
      },
      {
        what: `latency p99 of all rounds, clouds at ${label}, against ${FUNCTION.name}`,
        relation: '<=',
        limit: MOST_LATENCY_AGAINST_FUNCTION,
        measured: p99 / quantile(theirs.samples, 0.99),
        unit: '×',
      },
      {
        what: `latency p99 of all rounds, clouds at ${label}`,
        relation: '<=',
        limit: MOST_LATENCY_MS,
        measured: p99,
        unit: 'ms',
      },
    );
  }
  return {
    title: 'Field load',
    about:
      'Results of a quiet site at 10 Hz, and beside them point clouds of 14.7 MB. Latency: from the moment a result is given to the ' +
      "server's socket until its message is at the sink. Clouds come at 0.97 and 9.7 Hz, so that they meet the results in every phase.",
    lines,
    targets,
  };
}
