/** The limit of the old generation: V8 tells only the sum with the young one, and dies when the old one is full. */
import { Worker } from 'node:worker_threads';

const BYTES_PER_MB = 1_048_576;
/** V8 reserves three times a semi-space for the young generation. */
const SEMI_SPACES = 3;
/** Of 64-bit V8 on a large machine, should the probe fail: 48 MB until Node.js 22, 192 MB from 24 on. */
const RESERVE_MB_BY_MAJOR: readonly (readonly [fromMajor: number, reserveMb: number])[] = [
  [24, 192],
  [0, 48],
];

/** Both spellings, with a space or an equals sign. */
const SEMI_SPACE_FLAG = /--max[-_]semi[-_]space[-_]size[= ](\d+)/;

/** @returns what --max-semi-space-size says, in MB, if it is given at all */
export function semiSpaceMb(
  execArgv: readonly string[],
  nodeOptions: string | undefined,
): number | undefined {
  const found = SEMI_SPACE_FLAG.exec([...execArgv, nodeOptions ?? ''].join(' '))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** @returns how much of the heap limit is reserved for young objects, in bytes */
export async function youngReserveBytes(): Promise<number> {
  const semiSpace = semiSpaceMb(process.execArgv, process.env['NODE_OPTIONS']);
  if (semiSpace !== undefined) return SEMI_SPACES * semiSpace * BYTES_PER_MB;
  const major = Number(process.versions.node.split('.')[0]);
  const usual = RESERVE_MB_BY_MAJOR.find(([from]) => major >= from)?.[1] ?? 0;
  return ((await probedReserveMb()) ?? usual) * BYTES_PER_MB;
}

/** A thread without limits of its own reports those it got, which are those of this process: 20 to 40 ms, once. */
function probedReserveMb(): Promise<number | undefined> {
  return new Promise((resolve) => {
    let worker: Worker;
    try {
      worker = new Worker('setTimeout(() => undefined, 60000)', { eval: true, execArgv: [] });
    } catch {
      // No thread can be started: the usual value has to do.
      resolve(undefined);
      return;
    }
    worker.unref();
    const settle = (): void => {
      const reserveMb = worker.resourceLimits?.maxYoungGenerationSizeMb ?? 0;
      // Before the thread runs it is -1, and afterwards gone.
      resolve(reserveMb > 0 ? reserveMb : undefined);
      void worker.terminate();
    };
    worker.once('online', settle);
    worker.once('error', settle);
    worker.once('exit', settle);
  });
}
