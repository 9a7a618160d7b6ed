/** The built simulator in a process of its own: it goes on while the test process is blocked. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { SimulatorStats } from '../../simulator/simulator';

export interface SimulatorProcess {
  readonly outputPort: number;
  readonly pointsPort: number;
  readonly restPort: number;
  readonly stats: () => Promise<SimulatorStats>;
  readonly stop: () => Promise<void>;
}

const PORT_NAMES = ['output', 'points', 'rest', 'admin'] as const;
export type Ports = Readonly<Record<(typeof PORT_NAMES)[number], number>>;

const ANY_PORTS: Ports = { output: 0, points: 0, rest: 0, admin: 0 };

export interface SpawnOptions {
  /** 0 = any that is free. */
  readonly ports?: Ports;
  /** A command that runs the rest of its arguments, in the same process. */
  readonly wrapper?: readonly string[];
}

/** @returns once it listens, with the ports that it got; ending it is the caller's */
export async function spawnSimulator(
  options: readonly string[],
  { ports = ANY_PORTS, wrapper = [] }: SpawnOptions = {},
): Promise<{ readonly child: ChildProcess; readonly ports: Ports }> {
  const portOptions = PORT_NAMES.flatMap((name) => [`--${name}-port`, String(ports[name])]);
  const [command = '', ...args] = [
    ...wrapper,
    ...[process.execPath, 'dist/simulator/cli.js', ...portOptions, ...options],
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: Record<string, number> = {};
  for await (const line of createInterface(child.stdout)) {
    const [, name, port] = /^(\w+) .*:(\d+)$/.exec(line) ?? [];
    if (name !== undefined) told[name] = Number(port);
    if (PORT_NAMES.every((one) => told[one])) return { child, ports: { ...ANY_PORTS, ...told } };
  }
  throw new Error(`Expected the simulator to tell its ports, got ${JSON.stringify(told)}`);
}

export async function startSimulatorProcess(...options: string[]): Promise<SimulatorProcess> {
  const { child, ports } = await spawnSimulator(options);
  return {
    outputPort: ports.output,
    pointsPort: ports.points,
    restPort: ports.rest,
    stats: async () =>
      (await (await fetch(`http://127.0.0.1:${ports.admin}/stats`)).json()) as SimulatorStats,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}
