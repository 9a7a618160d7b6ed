/** Node-RED as a supervisor runs it: a process of its own, started again whenever it ends with a failure. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { FlowNode } from './embedded-node-red';

/** What a Function node tells: `global.get('tell')({ kind, … })`. */
export type Told = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  /** Counts processes from 0. */
  readonly run: number;
  readonly atMs: number;
};

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly aliveMs: number;
}

export interface SupervisedOptions {
  readonly flows: readonly FlowNode[];
  /** For Node.js. */
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The supervisor gives up after so many processes. */
  readonly maxRuns: number;
  /** JavaScript for settings.js: members of functionGlobalContext. */
  readonly context?: string;
}

/** Node-RED's own close takes up to 15 s. */
const STOP_LIMIT_MS = 20_000;

export class SupervisedNodeRed extends EventEmitter<{ told: [Told]; exit: [Exit] }> {
  readonly all: Told[] = [];
  readonly exits: Exit[] = [];
  readonly userDir = mkdtempSync(join(tmpdir(), 'sensr-supervised-'));
  readonly #options: SupervisedOptions;
  #child: ChildProcess | undefined;
  #runs = 0;
  #isStopping = false;
  #log = '';

  constructor(options: SupervisedOptions) {
    super();
    this.#options = options;
    mkdirSync(join(this.userDir, 'node_modules'));
    symlinkSync(resolve('.'), join(this.userDir, 'node_modules', 'node-red-contrib-sensr'));
    writeFileSync(join(this.userDir, 'flows.json'), JSON.stringify(options.flows));
    writeFileSync(join(this.userDir, 'settings.js'), settings(options.context ?? ''));
    this.#start();
  }

  get log(): string {
    return this.#log;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** To the Function node that listens: `global.get('commands').on('command', handler)`. */
  command(message: Record<string, unknown>): void {
    this.#child?.send(message);
  }

  /** Resolves with the first that passes `test`, past ones included. */
  async wait(test: (told: Told) => boolean, limitMs: number): Promise<Told> {
    const signal = AbortSignal.timeout(limitMs);
    for (;;) {
      const found = this.all.find(test);
      if (found) return found;
      await once(this, 'told', { signal }).catch(() => {
        const seen = this.all.filter(({ kind }) => kind !== 'object').slice(-8);
        throw new Error(
          `Not told within ${limitMs} ms; last: ${JSON.stringify(seen)}\n${this.#log.slice(-3000)}`,
        );
      });
    }
  }

  async waitForExit(count: number, limitMs: number): Promise<void> {
    const signal = AbortSignal.timeout(limitMs);
    while (this.exits.length < count)
      await once(this, 'exit', { signal }).catch(() => {
        throw new Error(`Only ${this.exits.length} exits within ${limitMs} ms\n${this.#log.slice(-3000)}`);
      });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await exited;
      clearTimeout(timer);
    }
    rmSync(this.userDir, { recursive: true, force: true });
  }

  #start(): void {
    const main =
      process.env['NODE_RED_MAIN'] ??
      join(dirname(createRequire(__filename).resolve('node-red/package.json')), 'red.js');
    const run = this.#runs++;
    const startedMs = performance.now();
    const child = fork(main, ['--userDir', this.userDir], {
      execPath: process.env['NODE_RED_NODE'] ?? process.execPath,
      execArgv: [...(this.#options.execArgv ?? [])],
      env: { ...process.env, ...this.#options.env, SENSR_RUN: String(run) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    const gather = (chunk: Buffer): void => void (this.#log += chunk.toString());
    child.stdout?.on('data', gather);
    child.stderr?.on('data', gather);
    child.on('message', (message) => {
      const told = { ...(message as { kind: string }), run, atMs: performance.now() };
      this.all.push(told);
      this.emit('told', told);
    });
    child.on('exit', (code, signal) => {
      const exit = { code, signal, aliveMs: performance.now() - startedMs };
      this.exits.push(exit);
      this.emit('exit', exit);
      // As `Restart=on-failure`: a clean end stays an end.
      if (!this.#isStopping && code !== 0 && this.#runs < this.#options.maxRuns) this.#start();
    });
  }
}

const settings = (context: string): string => `
const { EventEmitter } = require('node:events');
const commands = new EventEmitter();
process.on('message', (message) => commands.emit('command', message));
module.exports = {
  uiHost: '127.0.0.1',
  uiPort: 0,
  flowFile: 'flows.json',
  credentialSecret: 'test',
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpdate: false } },
  editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
  functionGlobalContext: {
    commands,
    tell: (told) => process.send?.(told),
    run: Number(process.env.SENSR_RUN),
    ${context}
  },
};
`;
