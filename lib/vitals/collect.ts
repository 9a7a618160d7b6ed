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

/** Another thread that does the same at the same moment is done within one or two of them. */
const MOST_TRIES = 20;

/**
 * Without a flag at start-up. The flag is taken back at once, or every thread started later had a global gc. It holds
 * for the whole process: another thread may take it back in between, and then there is no gc where one was asked for.
 */
function gcOf(): Gc {
  for (let tries = 0; !gc && tries < MOST_TRIES; tries += 1) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('globalThis.gc') as Gc | undefined;
    setFlagsFromString('--no-expose-gc');
  }
  if (!gc) throw new Error('V8 does not let this thread ask for a collection');
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
