/** Owns the process of the soaked Node-RED: questions to it, and what the system says of it from outside. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRedReport, ReceivedEvents, Question } from './protocol';

const STOP_LIMIT_MS = 20_000;

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class SoakedNodeRed {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  /** How it ended, if nobody asked it to. */
  death: string | undefined;

  private constructor(servers: number) {
    this.#child = fork(join(__dirname, 'child.ts'), [String(servers)], { execArgv: ['--import', 'tsx'] });
    this.#child.on('message', ({ id, value, failure }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(failure));
    });
    this.#child.on('exit', (code, signal) => {
      this.death = `Node-RED ended with ${signal ?? code}`;
      for (const { reject } of this.#waiting.values()) reject(new Error(this.death));
    });
  }

  static async start(servers: number): Promise<SoakedNodeRed> {
    const nodeRed = new SoakedNodeRed(servers);
    await new Promise((resolve, reject) => nodeRed.#waiting.set(0, { resolve, reject }));
    return nodeRed;
  }

  ask(question: Question): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.death !== undefined) reject(new Error(this.death));
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, question });
    });
  }

  report(): Promise<NodeRedReport> {
    return this.ask({ op: 'report' }) as Promise<NodeRedReport>;
  }

  events(): Promise<ReceivedEvents> {
    return this.ask({ op: 'events' }) as Promise<ReceivedEvents>;
  }

  /** From /proc, since a blocked main loop cannot be asked. Linux only. */
  usage(): { readonly rssBytes: number; readonly threads: number; readonly sockets: number } {
    const home = `/proc/${this.#child.pid ?? 0}`;
    const status = readFileSync(`${home}/status`, 'utf8');
    const number = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return {
      rssBytes: number('VmRSS') * 1024,
      threads: number('Threads'),
      sockets: readdirSync(`${home}/fd`).length,
    };
  }

  async stop(): Promise<void> {
    if (this.death !== undefined) return;
    const exited = once(this.#child, 'exit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.ask({ op: 'stop' }).catch(() => undefined);
    await exited;
    clearTimeout(timer);
  }
}
