/** The built simulator in a process of its own: it goes on while the test process is blocked. */
import { spawn } from 'node:child_process';
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

const ANY_PORT = ['--output-port', '0', '--points-port', '0', '--rest-port', '0', '--admin-port', '0'];

export async function startSimulatorProcess(...options: string[]): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, ['dist/simulator/cli.js', ...ANY_PORT, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ports = new Map<string, number>();
  for await (const line of createInterface(child.stdout)) {
    const [, name, port] = /^(\w+) .*:(\d+)$/.exec(line) ?? [];
    if (name !== undefined) ports.set(name, Number(port));
    if (ports.size === 4) break;
  }
  const portOf = (name: string): number => ports.get(name) ?? 0;
  return {
    outputPort: portOf('output'),
    pointsPort: portOf('points'),
    restPort: portOf('rest'),
    stats: async () =>
      (await (await fetch(`http://127.0.0.1:${portOf('admin')}/stats`)).json()) as SimulatorStats,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}
