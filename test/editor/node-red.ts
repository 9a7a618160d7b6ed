/** A real Node-RED in a process and a user directory of its own, with this package installed as a link. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PACKAGE = 'node-red-contrib-sensr';
const START_LIMIT_MS = 30_000;
/** Node-RED closes nodes within 15 s; what takes longer hangs. */
const STOP_LIMIT_MS = 16_000;

/** No request leaves the machine, no question is asked, nothing is remembered. */
const SETTINGS = {
  uiHost: '127.0.0.1',
  uiPort: 0,
  flowFile: 'flows.json',
  credentialSecret: 'editor-test',
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpdate: false } },
  editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
};

export interface NodeRed {
  readonly url: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export interface NodeRedOptions {
  /** Over the settings that all tests have. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** More packages of ours that this Node-RED is to have, by name. */
  readonly packages?: readonly string[];
}

/** Other versions are tested with NODE_RED_MAIN (Node-RED's red.js) and NODE_RED_NODE (the Node.js to run it). */
export async function startNodeRed({ settings = {}, packages = [] }: NodeRedOptions = {}): Promise<NodeRed> {
  const userDir = mkdtempSync(join(tmpdir(), 'sensr-editor-'));
  mkdirSync(join(userDir, 'node_modules'));
  symlinkSync(resolve(process.env['EDITOR_PACKAGE'] ?? '.'), join(userDir, 'node_modules', PACKAGE));
  for (const name of packages) link(name, userDir);
  writeFileSync(
    join(userDir, 'settings.js'),
    `module.exports = ${JSON.stringify({ ...SETTINGS, ...settings })};\n`,
  );
  writeFileSync(join(userDir, 'flows.json'), '[]');
  const main =
    process.env['NODE_RED_MAIN'] ??
    join(dirname(createRequire(__filename).resolve('node-red/package.json')), 'red.js');
  const child = spawn(process.env['NODE_RED_NODE'] ?? process.execPath, [main, '--userDir', userDir], {
    // What flows write lands where it is removed.
    cwd: userDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const gather = (chunk: Buffer): void => void (log += chunk.toString());
  child.stdout.on('data', gather);
  child.stderr.on('data', gather);
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(userDir, { recursive: true, force: true });
  };
  try {
    return { url: await address(child, () => log), log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function link(name: string, userDir: string): void {
  const place = join(userDir, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(resolve('node_modules', name), place);
}

/** What it says in English and in Korean. */
const ADDRESS = /Server now running at (http:\/\/\S+)|(http:\/\/\S+?)에서 서버가/;
const STARTED = /Started flows|플로우 시작됨/;

/** Node-RED prints its address before all nodes have started: the editor asks again by itself. */
async function address(child: ChildProcess, log: () => string): Promise<string> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  while (child.exitCode === null && !limit.aborted) {
    const found = ADDRESS.exec(log())?.slice(1).find(Boolean);
    if (found !== undefined && STARTED.test(log())) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`Node-RED did not start:\n${log()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(timer);
}
