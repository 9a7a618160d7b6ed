// npm run test:compat: installs the packed package on every supported Node-RED and Node.js, and uses it as a user does.
// `-- --only 4.1:20,5.0:24` tries these pairs, `--only corners` the outermost, `--older file.tgz` upgrades from a
// release, `--json file` writes the results, `--no-build` takes dist/ as it is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, tmpdir, type } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CELLS, chooseCells, nameOf, runs } from './compat/cells.mjs';
import { NodeRed } from './compat/node-red.mjs';
import { nodeProgram, nodeRedProgram } from './compat/programs.mjs';
import { startSimulator } from './compat/simulator.mjs';
import { STEPS } from './compat/steps.mjs';
import { packTarballs } from './compat/tarballs.mjs';
import { ensureInstalled, run } from './install.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    older: { type: 'string' },
    json: { type: 'string' },
    'no-build': { type: 'boolean' },
  },
});
const cells = chooseCells(values.only);
ensureInstalled();
if (!values['no-build']) run('scripts/build.mjs');

const folder = mkdtempSync(join(tmpdir(), 'sensr-compat-'));
const results = [];
try {
  const packed = await packTarballs(folder, values.older && resolve(values.older));
  print(`Upgrade from ${packed.older.version} to ${packed.current.version}\n`);
  for (const cell of cells) results.push(await tryCell(cell, packed));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable();
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ at: new Date().toISOString(), machine: machine(), results }, null, 2)}\n`,
  );
process.exitCode = results.every(({ failure }) => failure === undefined) ? 0 : 1;

/** Steps go on from one another, so the first failure ends the pair. */
async function tryCell(cell, packed) {
  const startedMs = performance.now();
  const node = await nodeProgram(cell.node);
  const program = await nodeRedProgram(cell.nodeRed, node.program);
  const result = {
    ...{ pair: nameOf(cell), nodeRed: program.version, node: node.version },
    ...{ steps: {}, failure: undefined, seconds: 0 },
  };
  print(`Node-RED ${program.version} on Node.js ${node.version} `);
  const nodeRed = new NodeRed(node.program, program.script, mkdtempSync(join(folder, 'user-')));
  const simulator = await startSimulator(node.program);
  try {
    for (const [name, step] of Object.entries(STEPS)) {
      const stepMs = performance.now();
      try {
        await step({ nodeRed, simulator, packed });
      } catch (error) {
        result.failure = `${name}: ${error.stderr || error.message}`;
        break;
      }
      result.steps[name] = seconds(stepMs);
      print('.');
    }
  } finally {
    await nodeRed.stop().catch(() => undefined);
    await simulator.stop();
  }
  result.seconds = seconds(startedMs);
  print(result.failure ? ` ${result.failure}\n` : ` ${result.seconds} s\n`);
  return result;
}

function printTable() {
  const names = Object.keys(STEPS);
  const row = (cells) => `| ${cells.join(' | ')} |\n`;
  print(`\n${row(['Node-RED', 'Node.js', ...names.map((name) => `${name} (s)`)])}`);
  print(row(Array(names.length + 2).fill('---')));
  for (const { nodeRed, node, steps } of results)
    print(row([nodeRed, node, ...names.map((name) => steps[name] ?? 'FAILED')]));
  for (const cell of CELLS.filter((one) => !runs(one)))
    print(`Node-RED ${cell.nodeRed} does not support Node.js ${cell.node}.\n`);
}

function seconds(sinceMs) {
  return Math.round((performance.now() - sinceMs) / 100) / 10;
}

function machine() {
  return `${type()} ${release()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`;
}

function print(text) {
  process.stdout.write(text);
}
