/** Starts Node-RED with or without the package installed, nothing configured, and tells what that took. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import RED from 'node-red';
import { machineMs } from './protocol';

export interface LoadReport {
  /** From the start of the process' code until the flows run. */
  readonly startMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Only without the package: what require() of its nodes took then. */
  readonly requireMs: number;
  readonly threadsMore: number;
  readonly socketsMore: number;
}

/** Collections until memory is at rest. */
const COLLECTIONS = 4;
const SETTLE_MS = 500;
const BETWEEN_COLLECTIONS_MS = 50;

const threads = (): number => readdirSync('/proc/self/task').length;
const sockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Pipe|Worker|MessagePort/.test(name)).length;

function requireNodes(): number {
  const { 'node-red': entry } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    'node-red': { nodes: Record<string, string> };
  };
  const startMs = machineMs();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as Node-RED 4 loads it
  for (const file of Object.values(entry.nodes)) require(resolve(file));
  return machineMs() - startMs;
}

/** What the package contains, without what this project needs beside it. */
function install(folder: string): void {
  mkdirSync(folder);
  for (const name of ['package.json', 'dist', 'docs', 'examples'])
    symlinkSync(resolve(name), join(folder, name));
}

async function main(): Promise<void> {
  const startMs = machineMs();
  const isInstalled = process.argv[2] === 'with';
  const userDir = mkdtempSync(join(tmpdir(), 'sensr-bench-'));
  try {
    mkdirSync(join(userDir, 'node_modules'));
    if (isInstalled) install(join(userDir, 'node_modules', 'node-red-contrib-sensr'));
    RED.init(createServer(), {
      userDir,
      flowFile: 'flows.json',
      credentialSecret: false,
      logging: { console: { level: 'off', metrics: false, audit: false } },
      telemetry: { enabled: false, updateNotification: false },
      externalModules: { autoInstall: false },
    } as never);
    const { events } = RED as unknown as { events: NodeJS.EventEmitter };
    const running = new Promise((done) => events.once('flows:started', done));
    await RED.start();
    await running;
    const runningMs = machineMs();
    await sleep(SETTLE_MS);
    for (let count = 0; count < COLLECTIONS; count += 1) {
      globalThis.gc?.();
      await sleep(BETWEEN_COLLECTIONS_MS);
    }
    const { rss, heapUsed } = process.memoryUsage();
    const before = { threads: threads(), sockets: sockets() };
    const requireMs = isInstalled ? NaN : requireNodes();
    const report: LoadReport = {
      startMs: runningMs - startMs,
      rssBytes: rss,
      heapBytes: heapUsed,
      requireMs,
      threadsMore: threads() - before.threads,
      socketsMore: sockets() - before.sockets,
    };
    process.send?.(report);
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
  process.disconnect();
  process.exit();
}

void main();
