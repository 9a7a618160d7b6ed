/** npm run fuzz: gives millions of damaged frames to the decoder, and odd answers and configurations to their readers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { CampaignReport } from './fuzz/campaign';
import { CURRENT_BYTES, type FromWorker, type WorkerTask } from './fuzz/protocol';
import { fuzzAnswers, fuzzSaved } from './fuzz/values';
import { machineLine } from './machine';

/** So long without a batch: the frame under way hangs. */
const HANG_MS = 60_000;
const TELL_MS = 10_000;
/** Reading a text costs more than a frame, and there is less to find. */
const VALUES_PER_FRAME = 1 / 100;
const FINDINGS = join(__dirname, '../.fuzz');

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  },
});
const [inputs, seed, workers] = [Number(values.inputs), Number(values.seed), Number(values.workers)];
if (!(inputs > 0 && workers > 0 && Number.isInteger(seed)))
  throw new RangeError('Usage: npm run fuzz -- --inputs 1000000 --seed 1 --workers 2 --json results.json');

interface Running {
  readonly seed: number;
  report: CampaignReport;
  hang?: string;
}

function runWorker(task: WorkerTask, running: Running): Promise<void> {
  return new Promise((resolve, reject) => {
    // A thread takes no TypeScript as its first file.
    const script = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, 'fuzz/worker.ts'))})`;
    const worker = new Worker(script, { workerData: task, eval: true });
    const watchdog = setTimeout(() => {
      const length = new Uint32Array(task.current, 0, 1)[0] ?? 0;
      running.hang = Buffer.from(new Uint8Array(task.current, 4, length)).toString('hex');
      void worker.terminate();
    }, HANG_MS);
    worker.on('message', ({ report }: FromWorker) => {
      running.report = report;
      watchdog.refresh();
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(watchdog);
      resolve();
    });
  });
}

async function main(): Promise<void> {
  setPriority(constants.priority.PRIORITY_LOW);
  const startMs = performance.now();
  const all = Array.from({ length: workers }, (_, index): Running => ({
    seed: seed + index,
    report: { frames: 0, kinds: 0, findings: [], slowestMs: 0, worstMemoryRatio: 0 },
  }));
  const frames = (): number => all.reduce((sum, { report }) => sum + report.frames, 0);
  const rate = (): number => Math.round(frames() / ((performance.now() - startMs) / 1000));
  const teller = setInterval(() => {
    console.log(`${frames().toLocaleString('en')} frames, ${rate().toLocaleString('en')} a second`);
  }, TELL_MS);
  await Promise.all(
    all.map((running) => {
      const current = new SharedArrayBuffer(CURRENT_BYTES);
      return runWorker({ seed: running.seed, frames: Math.ceil(inputs / workers), current }, running);
    }),
  );
  clearInterval(teller);
  const framesPerSecond = rate();
  const valueRuns = Math.ceil(inputs * VALUES_PER_FRAME);
  const others = [fuzzAnswers, fuzzSaved].map((fuzz) => {
    try {
      fuzz(valueRuns, seed);
      return undefined;
    } catch (error) {
      return `${fuzz.name}: ${(error as Error).message}`;
    }
  });
  const findings = [
    ...all.flatMap(({ report }) => report.findings),
    ...all.flatMap(({ hang }) => (hang === undefined ? [] : [{ rule: 'never came back', frameHex: hang }])),
  ];
  const result = {
    at: new Date().toISOString(),
    machine: machineLine(),
    ...{ seed, workers, frames: frames(), framesPerSecond, valueRuns },
    kinds: Math.max(...all.map(({ report }) => report.kinds)),
    slowestMs: Math.max(...all.map(({ report }) => report.slowestMs)),
    worstMemoryRatio: Math.max(...all.map(({ report }) => report.worstMemoryRatio)),
    findings,
    others: others.filter((one) => one !== undefined),
  };
  console.log(JSON.stringify({ ...result, findings: findings.map(({ rule }) => rule) }, null, 2));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  if (findings.length > 0) {
    mkdirSync(FINDINGS, { recursive: true });
    findings.forEach(({ frameHex }, index) => {
      writeFileSync(join(FINDINGS, `${seed}-${index}.bin`), Buffer.from(frameHex, 'hex'));
    });
    console.log(`The frames are in ${FINDINGS}`);
  }
  if (findings.length + result.others.length > 0) process.exitCode = 1;
}

void main();
