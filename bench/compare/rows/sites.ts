/** Row: processor and memory a site costs when one Node-RED has 1, 10, 50 or 100 of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../child';
import { FUNCTION, OURS, type Contender } from '../contenders';
import type { Line, Plan, RowResult } from '../result';
import { figure, median } from '../statistics';

const SITES: ReadonlyMap<Contender, readonly number[]> = new Map([
  [OURS, [1, 10, 50, 100]],
  [FUNCTION, [1, 100]],
]);
const PERIOD_MS = 100;
/** The first seconds compile code, which for one site is most of what there is. */
const WARM_UP_MS = 4000;
const IDLE_MS = 2000;
const MEASURE_MS = 8000;
const QUICK_MS = 2500;
const MB = 1e6;
const PERCENT = 100;
const MOST_AGAINST_ONE = 1.1;
const MOST_ROUNDS = 3;

interface Cost {
  readonly cpu: number;
  readonly bytes: number;
}

/** @returns what one of the sites costs beyond Node-RED with nothing to do */
async function run(contender: Contender, sites: number, measureMs: number): Promise<Cost> {
  const player = await Child.start('player');
  const host = await Child.start(contender.host);
  try {
    const { port } = await player.ask('listen', { set: 'median' });
    await host.ask('deploy', contender.deployment({ outputPorts: [] }));
    await sleep(WARM_UP_MS);
    await host.ask('reset', {});
    await sleep(IDLE_MS);
    const idle = await host.ask('report', {});
    await host.ask(
      'deploy',
      contender.deployment({ outputPorts: Array.from({ length: sites }, () => port) }),
    );
    await player.ask('clients', { count: sites });
    await player.ask('play', { periodMs: PERIOD_MS });
    await sleep(WARM_UP_MS);
    await host.ask('reset', {});
    await sleep(measureMs);
    const usage = await host.ask('report', {});
    const expected = (sites * measureMs) / PERIOD_MS;
    if (usage.results < expected * 0.95 || usage.dropped > 0)
      throw new Error(
        `${contender.name}, ${sites} sites: expected ${expected} results, got ${usage.results}`,
      );
    return { cpu: (usage.cpu - idle.cpu) / sites, bytes: (usage.rssBytes - idle.rssBytes) / sites };
  } finally {
    await Promise.all([player.stop(), host.stop()]);
  }
}

export async function sites(plan: Plan): Promise<RowResult> {
  const cases = [...SITES].flatMap(([contender, counts]) =>
    counts.map((count) => ({ contender, count, costs: [] as Cost[] })),
  );
  for (let round = 0; round < Math.min(plan.rounds, MOST_ROUNDS); round += 1)
    for (let turn = 0; turn < cases.length; turn += 1) {
      const one = cases[(turn + round) % cases.length];
      one?.costs.push(await run(one.contender, one.count, plan.quick ? QUICK_MS : MEASURE_MS));
    }
  const lines = cases.flatMap(({ contender, count, costs }): Line[] => {
    const what = count === 1 ? '1 site' : `${count} sites`;
    const cpu = costs.map((one) => one.cpu * PERCENT);
    plan.say(`${contender.name}, ${what}: ${median(cpu).toFixed(2)} % of a core each`);
    return [
      {
        contender: contender.name,
        what: `${what}: processor, each`,
        unit: '% of a core',
        figure: figure(cpu),
      },
      {
        contender: contender.name,
        what: `${what}: RSS, each`,
        unit: 'MB',
        figure: figure(costs.map(({ bytes }) => bytes / MB)),
      },
    ];
  });
  const cpuOf = (count: number): number =>
    median(
      (cases.find((one) => one.contender === OURS && one.count === count)?.costs ?? []).map(({ cpu }) => cpu),
    );
  return {
    title: 'Many sites',
    about:
      'So many servers in one Node-RED, each with median frames at 10 Hz; beyond what Node-RED takes with nothing to do.',
    lines,
    targets: [
      {
        what: "a site's processor time at 100 sites against 1",
        relation: '<=',
        limit: MOST_AGAINST_ONE,
        measured: cpuOf(100) / cpuOf(1),
        unit: '×',
      },
    ],
  };
}
