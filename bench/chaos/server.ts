/** Owns the simulator process of a chaos run, in a network namespace of its own where that is wanted. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Ports {
  readonly output: number;
  readonly points: number;
  readonly admin: number;
}

export interface ServerProcess {
  readonly pid: number;
  readonly ports: Ports;
  readonly stop: () => Promise<void>;
}

const NAMES = ['output', 'points', 'rest', 'admin'] as const;
const ANY_PORT = NAMES.flatMap((name) => [`--${name}-port`, '0']);
/** The sizes of one site, and no pings of its own: who notices what is what we measure. */
const OPTIONS = ['--no-details', '--send-buffer-frames', '1', '--ping-interval', '0'];

/** @param wrapper a command that runs the rest of its arguments, in the same process */
export async function startServer(host: string, wrapper: readonly string[]): Promise<ServerProcess> {
  const args = ['dist/simulator/cli.js', '--host', host, ...ANY_PORT, ...OPTIONS];
  const [command = '', ...rest] = [...wrapper, process.execPath, ...args];
  const child: ChildProcess = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: Record<string, number> = {};
  if (child.stdout)
    for await (const line of createInterface(child.stdout)) {
      const [, name, port] = /^(\w+) .*:(\d+)$/.exec(line) ?? [];
      if (name !== undefined) told[name] = Number(port);
      if (Object.keys(told).length === NAMES.length) break;
    }
  const { output, points, admin } = told;
  if (!output || !points || !admin)
    throw new Error(`Expected the simulator's ports, got ${JSON.stringify(told)}`);
  return {
    pid: child.pid ?? 0,
    ports: { output, points, admin },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
