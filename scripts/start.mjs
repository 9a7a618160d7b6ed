// npm start: installs, builds, and starts the SENSR simulator and Node-RED with the demo flow and its dashboard.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { demoFlow, PAGES, SIMULATOR_OPTIONS } from './demo-flow.mjs';
import { ensureInstalled, root, run } from './install.mjs';

const HOST = '127.0.0.1';
const NODE_RED_PORT = 1880;
const PORTS = { output: 5050, points: 5051, rest: 9080, admin: 9081 };
const userDir = join(root, '.demo');

ensureInstalled();
run('scripts/build.mjs');

const ports = {};
for (const [name, port] of Object.entries(PORTS)) ports[name] = await freePort(port, `SENSR ${name}`);
const nodeRedPort = await freePort(NODE_RED_PORT, 'Node-RED');
prepareUserDir();

const children = [];
let stopping = false;
// Whatever ends this process, what it started ends too.
process.on('exit', () => stop(process.exitCode ?? 0));
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
/** `npm start -- --seed 2` and the like go to the simulator, instead of the demo's. */
const ownOptions = process.argv.slice(2);
const simulatorOptions = ownOptions.length > 0 ? ownOptions : SIMULATOR_OPTIONS;
start('simulator', 'dist/simulator/cli.js', [
  ...['--output-port', ports.output, '--points-port', ports.points],
  ...['--rest-port', ports.rest, '--admin-port', ports.admin, ...simulatorOptions],
]);
start('Node-RED', 'node_modules/node-red/red.js', [
  '--userDir',
  userDir,
  '--settings',
  join(userDir, 'settings.js'),
]);
await answering(`http://${HOST}:${nodeRedPort}/settings`);
process.stdout.write(
  `\nDashboard    ${PAGES.map((page) => `http://${HOST}:${nodeRedPort}/${page}`).join('   ')}\n` +
    `Node-RED     http://${HOST}:${nodeRedPort}   (open it, then the debug sidebar: objects arrive)\n` +
    `Simulator    ws://${HOST}:${ports.output} results, ws://${HOST}:${ports.points} points, ` +
    `http://${HOST}:${ports.rest} REST, http://${HOST}:${ports.admin} faults\n` +
    `Stop both with Ctrl+C.\n`,
);

/** The port wanted, or the next free one with a word about it. */
async function freePort(wanted, who) {
  for (let port = wanted; port < wanted + 200; port += 1) {
    if (Object.values(ports).includes(port) || !(await isFree(port))) continue;
    if (port !== wanted) process.stdout.write(`${who}: port ${wanted} is taken, using ${port} instead\n`);
    return port;
  }
  process.stderr.write(`${who}: no free port from ${wanted} to ${wanted + 199}\n`);
  return process.exit(1);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

/** A user directory of its own, so that the demo never touches the flows of a Node-RED that is installed here. */
function prepareUserDir() {
  const modules = join(userDir, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const link = join(modules, 'node-red-contrib-sensr');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link, 'junction');
  writeFileSync(
    join(userDir, 'package.json'),
    JSON.stringify({
      name: 'sensr-demo',
      private: true,
      dependencies: { 'node-red-contrib-sensr': 'file:..' },
    }),
  );
  const settings = {
    uiPort: nodeRedPort,
    uiHost: HOST,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
  };
  writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings, null, 2)};\n`);
  const flows = join(userDir, 'flows.json');
  if (existsSync(flows)) copyFileSync(flows, join(userDir, 'flows.backup.json'));
  const demo = demoFlow({
    host: HOST,
    outputPort: ports.output,
    pointsPort: ports.points,
    restPort: ports.rest,
  });
  writeFileSync(flows, JSON.stringify(demo, null, 2));
}

function start(name, script, args) {
  const child = spawn(process.execPath, [join(root, script), ...args.map(String)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  child.once('exit', (code, signal) => {
    process.stderr.write(`${name} ended (${signal ?? code})\n`);
    stop(code ?? 1);
  });
}

function stop(code) {
  if (stopping) return;
  stopping = true;
  process.exitCode = code;
  for (const child of children) child.kill('SIGTERM');
}

async function answering(url) {
  const endMs = Date.now() + 60_000;
  while (Date.now() < endMs && !stopping) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
