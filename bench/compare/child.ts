/** Handle of a process that plays or is measured: started from code built once, asked by messages, ended with stop(). */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Asked, Op, Questions } from './protocol';

/** Built, so that no loader runs in what is measured; here packages are found from it. */
const BUILT = join('node_modules', '.cache', 'sensr-bench');
const PROGRAMS = ['player', 'node-red-host', 'bare-host', 'load-host'] as const;
type Program = (typeof PROGRAMS)[number];

const KILL_AFTER_MS = 20_000;
const QUESTION_LIMIT_MS = 120_000;

export async function buildPrograms(): Promise<void> {
  await build({
    entryPoints: PROGRAMS.map((name) => join(__dirname, `${name}.ts`)),
    outdir: BUILT,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
}

export const programPath = (program: Program): string => join(BUILT, `${program}.cjs`);

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  private constructor(program: Program) {
    this.#process = fork(programPath(program), { execArgv: [] });
    this.#process.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(`${program}: ${error}`));
    });
    this.#process.once('exit', (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${program} ended with ${String(code)}`));
    });
  }

  static async start(program: Program): Promise<Child> {
    const child = new Child(program);
    await new Promise((resolve, reject) => child.#waiting.set(0, { resolve, reject }));
    return child;
  }

  ask<O extends Op>(op: O, asked: Questions[O]['asked']): Promise<Questions[O]['answer']> {
    const question: Asked<O> = { id: this.#nextId++, op, asked };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`No answer to ${op} in ${QUESTION_LIMIT_MS} ms`));
      }, QUESTION_LIMIT_MS);
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          then(value);
        };
      this.#waiting.set(question.id, {
        resolve: settled(resolve as (value: unknown) => void),
        reject: settled(reject),
      });
      this.#process.send(question);
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), KILL_AFTER_MS);
    this.#process.disconnect();
    await exited;
    clearTimeout(timer);
  }
}
