/** `npm run bench`: measures the package beside what people would use instead, and writes docs/benchmarks.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPrograms } from './compare/child';
import { holds, type Row } from './compare/result';
import { decode } from './compare/rows/decode';
import { load } from './compare/rows/load';
import { rest } from './compare/rows/rest';
import { sites } from './compare/rows/sites';
import { stalled } from './compare/rows/stalled';
import { startUp } from './compare/rows/start-up';
import { throughput } from './compare/rows/throughput';
import { describeMachine, machineLoad, toMarkdown, type Report, type ReportedRow } from './compare/report';

const ROWS: Readonly<Record<string, Row>> = {
  throughput,
  load,
  stalled,
  sites,
  'start-up': startUp,
  decode,
  rest,
};
const ROUNDS = 5;
const QUICK_ROUNDS = 2;
const RESULTS = join('bench', 'results');
const PAGE = join('docs', 'benchmarks.md');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const names = values.only?.split(',') ?? Object.keys(ROWS);
  const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds: expected a whole number from 1, got '${String(values.rounds)}'`);
  for (const name of names)
    if (!ROWS[name])
      throw new Error(`--only: expected some of ${Object.keys(ROWS).join(', ')}, got '${name}'`);
  await buildPrograms();
  const machine = describeMachine();
  console.log(machine.join('\n'));
  const rows: Record<string, ReportedRow> = {};
  for (const name of names) {
    console.log(`\n${name}`);
    const loadBefore = machineLoad();
    const result = await ROWS[name]?.({
      rounds,
      quick: values.quick,
      say: (line) => {
        console.log(`  ${line}`);
      },
    }).catch((error: unknown) => {
      // The other rows are worth their minutes.
      console.error(error);
      process.exitCode = 1;
      return undefined;
    });
    if (!result) continue;
    rows[name] = { ...result, load: `${loadBefore} before, ${machineLoad()} after` };
    for (const target of result.targets) {
      const { what, measured, relation, limit, unit } = target;
      console.log(
        `  ${holds(target) ? 'ok  ' : 'MISS'} ${what}: ${measured.toFixed(2)} ${relation} ${limit} ${unit}`,
      );
    }
  }
  const report: Report = { takenAt: new Date().toISOString(), machine, rounds, rows };
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${report.takenAt.replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`\n${file}`);
  // A part, or a hurried run, is nothing to publish.
  if (values.only === undefined && !values.quick && process.exitCode === undefined)
    writeFileSync(PAGE, await toMarkdown(report));
}

void main();
