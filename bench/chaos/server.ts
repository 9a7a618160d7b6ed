/** Owns the simulator process of a chaos run, in a network namespace of its own where that is wanted. */
import { once } from 'node:events';
import { spawnSimulator, type Ports } from '../../test/helpers/simulator-process';

export interface ServerProcess {
  readonly pid: number;
  readonly ports: Ports;
  readonly stop: () => Promise<void>;
}

/** The sizes of one site, and no pings of its own: who notices what is what we measure. */
const OPTIONS = ['--no-details', '--send-buffer-frames', '1', '--ping-interval', '0'];

/** @param wrapper a command that runs the rest of its arguments, in the same process */
export async function startServer(host: string, wrapper: readonly string[]): Promise<ServerProcess> {
  const { child, ports } = await spawnSimulator(['--host', host, ...OPTIONS], { wrapper });
  return {
    pid: child.pid ?? 0,
    ports,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
