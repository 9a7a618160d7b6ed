/** The socket thread's code, read once when the package loads: an upgrade on disk cannot mix versions in one process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './protocol';

/** What the host needs of a thread; tests put one of their own in. */
export interface ThreadHandle {
  readonly postMessage: (message: ToThread, transfer?: readonly ArrayBuffer[]) => void;
  readonly on: {
    (event: 'message', listener: (message: FromThread) => void): unknown;
    (event: 'error' | 'messageerror', listener: (error: Error) => void): unknown;
    (event: 'exit', listener: (exitCode: number) => void): unknown;
  };
  readonly terminate: () => Promise<unknown>;
}

/**
 * A leak in the thread must end the thread, not the process. Frames live outside this heap, bounded by the queues.
 * Node.js gives --max-old-space-size of the process precedence over this.
 */
const MAX_HEAP_MB = 1024;

const source = readFileSync(join(__dirname, 'worker-entry.js'), 'utf8');

export function startSocketThread(): ThreadHandle {
  const worker = new Worker(source, {
    eval: true,
    name: 'sensr-sockets',
    // Flags of the process may be wrong for a thread, and its modules are all in the source.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  // Node-RED decides when the process ends.
  worker.unref();
  return worker;
}
