/** Describes the machine and turns a run's figures into the page docs/benchmarks.md. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { BARE, FUNCTION, OURS, WEBSOCKET } from './contenders';
import { holds, type Line, type RowResult, type Target } from './result';

export interface Report {
  readonly takenAt: string;
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly rows: Readonly<Record<string, ReportedRow>>;
}

/** With what else the machine did: a run of its own adds two to three to the load, more is somebody else. */
export interface ReportedRow extends RowResult {
  readonly load: string;
}

const GIB = 1_073_741_824;

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version;

export function describeMachine(): string[] {
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${(totalmem() / GIB).toFixed(0)} GB, ${process.platform} ${release()} ${process.arch}`,
    `Node.js ${process.version}, ${['node-red', 'ws', 'protobufjs', 'pbf'].map((name) => `${name} ${versionOf(name)}`).join(', ')}`,
  ];
}

/** How many threads wanted a processor in the last minute, at the mean. */
export const machineLoad = (): string => loadavg()[0]?.toFixed(1) ?? '';

function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

const lineOf = ({ contender, what, unit, figure: { median, min, max } }: Line): string =>
  `| ${what} | ${contender} | ${number(median)} | ${number(min)}–${number(max)} | ${unit} |`;

const targetOf = (target: Target): string =>
  `| ${target.what} | ${target.relation === '<=' ? 'at most' : 'at least'} ${number(target.limit)} ${target.unit} | ${number(target.measured)} ${target.unit} | ${holds(target) ? 'met' : '**missed**'} |`;

/** Together by what is measured: who is compared stands next to each other. */
function grouped(lines: readonly Line[]): Line[] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) groups.set(line.what, [...(groups.get(line.what) ?? []), line]);
  return [...groups.values()].flat();
}

export async function toMarkdown({ takenAt, machine, rounds, rows }: Report): Promise<string> {
  const contenders = [OURS, BARE, FUNCTION, WEBSOCKET];
  const targets = Object.values(rows).flatMap((row) => row.targets);
  const text = [
    '# Benchmarks',
    'Written by `npm run bench`; not to be edited. Everything was measured side by side in one run, in rounds that take turns. ' +
      'Frames are those of the simulator, sent by a process of their own; each of those who are compared is a process too.',
    machine.map((line) => `- ${line}`).join('\n') +
      `\n- ${takenAt.slice(0, 10)}, ${rounds} rounds where no other number is given; medians, with the least and the most of the rounds`,
    'Compared are:',
    contenders.map(({ name, about }) => `- **${name}**: ${about}`).join('\n'),
    '## Targets',
    ['| what | target | measured | |', '| --- | --- | ---: | --- |', ...targets.map(targetOf)].join('\n'),
    ...Object.values(rows).flatMap(({ title, about, load, lines, remark }) => [
      `## ${title}`,
      `${about} Load of the machine: ${load}.`,
      [
        '| what | who | median | least–most | |',
        '| --- | --- | ---: | ---: | --- |',
        ...grouped(lines).map(lineOf),
      ].join('\n'),
      ...(remark === undefined ? [] : [remark]),
    ]),
    '## Run it',
    '`npm run bench` measures all, in about 20 minutes; `--only load,sites` some, `--rounds 9` more often, `--quick` to see that it works. ' +
      'Figures of every run are in `bench/results/`. Only a whole run writes this page.',
  ].join('\n\n');
  return format(text, { ...(await resolveConfig('docs/benchmarks.md')), parser: 'markdown' });
}
