// A simulator in a process of its own, run by the Node.js that is tried.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../install.mjs';
import { cleanEnvironment } from './programs.mjs';

const PORTS = ['output', 'points', 'rest', 'admin'];
/** Small clouds: this is about versions, not about load. */
const OPTIONS = ['--busy', '--points', '900', ...PORTS.flatMap((name) => [`--${name}-port`, '0'])];

export async function startSimulator(node) {
  const child = spawn(node, [join(root, 'dist/simulator/cli.js'), ...OPTIONS], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ports = {};
  for await (const line of createInterface(child.stdout)) {
    const [, name, port] = /^(\w+) .*:(\d+)$/.exec(line) ?? [];
    if (name) ports[`${name}Port`] = Number(port);
    if (Object.keys(ports).length === PORTS.length) break;
  }
  if (Object.keys(ports).length < PORTS.length)
    throw new Error(`The simulator told ${JSON.stringify(ports)}, not the ports ${PORTS.join(', ')}`);
  return {
    ports,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
