// Runs in a process of its own: uses the built package inside a real Node-RED, closes, and says what is left.
const { readdirSync } = require('node:fs');
const { createServer } = require('node:http');
const { mkdtempSync, mkdirSync, symlinkSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { once } = require('node:events');
const RED = require('node-red');

const [, , outputPort, pointsPort, restPort] = process.argv;
const threads = () => readdirSync('/proc/self/task').length;
const routes = () => RED.httpAdmin._router.stack.length + RED.httpNode._router.stack.length;
/** What keeps the process up, by kind. */
const resources = () =>
  process.getActiveResourcesInfo().reduce((all, kind) => ({ ...all, [kind]: (all[kind] ?? 0) + 1 }), {});
const listeners = () => [
  ...['exit', 'SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection', 'warning'].map((name) =>
    process.listenerCount(name),
  ),
  ...['flows:started', 'flows:stopping', 'flows:stopped'].map((name) => RED.events.listenerCount(name)),
];

const flows = (name) => [
  { id: 't', type: 'tab', label: 't' },
  { id: 'c', type: 'sensr-config', name: 'site', host: '127.0.0.1', outputPort, pointsPort, restPort },
  {
    id: 's1',
    type: 'sensr-stream',
    z: 't',
    name,
    server: 'c',
    stream: 'objects',
    pacing: 'complete',
    wires: [['f']],
  },
  { id: 's2', type: 'sensr-stream', z: 't', server: 'c', stream: 'points', wires: [['f']] },
  {
    id: 'i',
    type: 'inject',
    z: 't',
    props: [],
    repeat: '0.02',
    once: true,
    onceDelay: 0,
    wires: [['a']],
  },
  {
    id: 'a',
    type: 'sensr-api',
    z: 't',
    name,
    server: 'c',
    operation: 'zones.list',
    params: { details: true },
    cacheSeconds: 0.03,
    wires: [['f', 'r']],
  },
  { id: 'r', type: 'function', z: 't', func: "global.get('asked')();", outputs: 1, libs: [], wires: [[]] },
  {
    id: 'h',
    type: 'sensr-health',
    z: 't',
    name,
    sampleInterval: 1,
    periodicForcedGc: true,
    manualGenerations: true,
    healthLog: true,
    endpoints: true,
    wires: [['f'], ['f']],
  },
  {
    id: 'f',
    type: 'function',
    z: 't',
    func: "global.get('seen')(); return null;",
    outputs: 1,
    libs: [],
    wires: [[]],
  },
];

async function main() {
  const userDir = mkdtempSync(join(tmpdir(), 'sensr-leaks-'));
  mkdirSync(join(userDir, 'node_modules'));
  symlinkSync(resolve('.'), join(userDir, 'node_modules', 'node-red-contrib-sensr'));
  const server = createServer();
  let seen = 0;
  let asked = 0;
  RED.init(server, {
    userDir,
    httpAdminRoot: '/',
    logging: { console: { level: 'off' } },
    telemetry: { enabled: false, updateNotification: false },
    functionGlobalContext: { seen: () => void (seen += 1), asked: () => void (asked += 1) },
  });
  await RED.start();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const deploy = async (nodes) => {
    const started = once(RED.events, 'flows:started');
    await RED.runtime.flows.setFlows({ flows: { flows: nodes }, deploymentType: 'full' });
    await started;
  };
  const settled = () => new Promise((done) => setTimeout(done, 300));
  const measure = async () => {
    await settled();
    global.gc();
    return { threads: threads(), routes: routes(), resources: resources(), listeners: listeners() };
  };
  const messages = async (count) => {
    const [until, untilAsked] = [seen + count, asked + 2];
    while (seen < until || asked < untilAsked) await new Promise((done) => setTimeout(done, 10));
  };

  await deploy([{ id: 't', type: 'tab', label: 't' }]);
  // libuv starts its pool of threads, and Node-RED its lazy parts, with first use.
  await deploy(flows('warm'));
  await messages(5);
  await deploy([{ id: 't', type: 'tab', label: 't' }]);
  const before = await measure();
  for (let round = 0; round < 5; round += 1) {
    await deploy(flows(`round ${round}`));
    await messages(5);
  }
  const during = await measure();
  await deploy([{ id: 't', type: 'tab', label: 't' }]);
  const after = await measure();
  await RED.stop();
  server.close();
  rmSync(userDir, { recursive: true, force: true });
  process.stdout.write(JSON.stringify({ before, during, after }));
  // Nothing of ours may keep the process up: it must end by itself.
}

void main();
