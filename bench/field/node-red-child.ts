/** Handle of a Node-RED in a process of its own: a blocked flow there blocks neither the simulator nor the clock here. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../../test/helpers/embedded-node-red';
import type { ChildReport, ToChild } from './protocol';

type Question = ToChild extends infer T ? (T extends { id: number } ? Omit<T, 'id'> : never) : never;

export class NodeRedChild {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #nextId = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, value }: { id: number; value: unknown }) => {
      this.#waiting.get(id)?.(value);
      this.#waiting.delete(id);
    });
  }

  static async start(): Promise<NodeRedChild> {
    const child = fork(join(__dirname, 'child.ts'), { execArgv: ['--import', 'tsx', '--expose-gc'] });
    const handle = new NodeRedChild(child);
    await new Promise((resolve, reject) => {
      handle.#waiting.set(0, resolve);
      child.once('exit', (code) => {
        reject(new Error(`Node-RED ended with ${code}`));
      });
    });
    return handle;
  }

  /** Bytes, read from outside the process: its main loop may be blocked. Linux only. */
  rss(): number {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(
      readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8'),
    )?.[1];
    return Number(resident ?? 0) * 1024;
  }

  deploy(flows: readonly FlowNode[]): Promise<unknown> {
    return this.#ask({ op: 'deploy', flows });
  }

  report(): Promise<ChildReport> {
    return this.#ask({ op: 'report' }) as Promise<ChildReport>;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    await this.#ask({ op: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(timer);
  }

  #ask(question: Question): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ ...question, id });
    });
  }
}
