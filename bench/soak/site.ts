/** Owns one simulator process: faults on it, when they were planted, and what it published and whom it served. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Fault } from '../../simulator/faults';
import type { SimulatorStats } from '../../simulator/simulator';
import type { ConnectionStats, PublishedEvent } from '../../simulator/statistics';
import { spawnSimulator, type Ports } from '../../test/helpers/simulator-process';
import type { Ports as FlowPorts } from './flows';

/** A time in which connections may end and frames may be lost, epoch ms. */
export interface Window {
  readonly fromMs: number;
  untilMs: number;
  readonly why: string;
}

const OPTIONS = [
  '--busy',
  '--points',
  '5000',
  '--points-hz',
  '2',
  '--ping-interval',
  '2',
  '--pong-timeout',
  '6',
];

export class Site {
  readonly windows: Window[] = [];
  readonly #seed: number;
  /** Those of the first process; each that follows takes the same. */
  #ports: Ports | undefined;
  #child: ChildProcess | undefined;
  readonly #pastEvents: PublishedEvent[] = [];
  readonly #pastConnections: ConnectionStats[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  get ports(): FlowPorts {
    const { output, points, rest } = this.#known;
    return { outputPort: output, pointsPort: points, restPort: rest };
  }

  async start(): Promise<void> {
    const options = [...OPTIONS, '--seed', String(this.#seed)];
    const { child, ports } = await spawnSimulator(options, this.#ports ? { ports: this.#ports } : {});
    this.#child = child;
    this.#ports = ports;
  }

  /** As a power cut: nobody is told. What it knew is asked before. */
  async kill(): Promise<void> {
    this.#pastEvents.push(...(await this.#admin<PublishedEvent[]>('GET', '/events')));
    this.#pastConnections.push(...(await this.stats()).connections);
    await this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  stats(): Promise<SimulatorStats> {
    return this.#admin('GET', '/stats');
  }

  async publishedEvents(): Promise<PublishedEvent[]> {
    return [...this.#pastEvents, ...(await this.#admin<PublishedEvent[]>('GET', '/events'))];
  }

  async connections(): Promise<ConnectionStats[]> {
    return [...this.#pastConnections, ...(await this.stats()).connections];
  }

  setFault(fault: Fault): Promise<unknown> {
    return this.#admin('POST', '/faults', fault);
  }

  clearFaults(): Promise<unknown> {
    return this.#admin('DELETE', '/faults');
  }

  quiet(): Promise<unknown> {
    return this.#admin('POST', '/rates', { outputHz: 0, pointsHz: 0 });
  }

  get #known(): Ports {
    if (!this.#ports) throw new Error('The simulator was not started');
    return this.#ports;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async #admin<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.#known.admin}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
