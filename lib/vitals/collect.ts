/** Forces a garbage collection in this thread; which call does what differs by version of Node.js, these three do not. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export type CollectKind = 'minor' | 'major' | 'deep';

type Gc = (options?: { readonly type: 'minor' }) => void;
let gc: Gc | undefined;

/**
 * `deep` collects twice and gives pages back to the system, by the way the debugger takes.
 * @returns when it is done; it blocks this thread meanwhile
 */
export async function collectGarbage(kind: CollectKind): Promise<void> {
  if (kind === 'minor') gcOf()({ type: 'minor' });
  else if (kind === 'major') gcOf()();
  else await collectDeep();
}

/** Without a flag at start-up. The flag is taken back at once, or every thread started later had a global gc. */
function gcOf(): Gc {
  if (gc) return gc;
  setFlagsFromString('--expose-gc');
  gc = runInNewContext('gc') as Gc;
  setFlagsFromString('--no-expose-gc');
  return gc;
}

async function collectDeep(): Promise<void> {
  const inspector = await inspectorOf();
  if (!inspector) {
    // Node.js without an inspector: what comes nearest.
    gcOf()();
    gcOf()();
    return;
  }
  const session = new inspector.Session();
  session.connect();
  await new Promise<void>((resolve) => {
    session.post('HeapProfiler.collectGarbage', () => {
      resolve();
    });
  });
  // Not within the answer: that would hang the process for good.
  await new Promise<void>((resolve) => setImmediate(resolve));
  session.disconnect();
}

async function inspectorOf(): Promise<typeof import('node:inspector') | undefined> {
  try {
    return await import('node:inspector');
  } catch {
    return undefined;
  }
}
