import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { collectGarbage } from '../../../lib/vitals/collect';
import { GC_BUCKETS_MS, GC_KINDS, startGcMeter, type GcKind } from '../../../lib/vitals/gc-meter';
import { readHeap } from '../../../lib/vitals/heap';
import { startLoopMeter } from '../../../lib/vitals/loop-meter';
import { FakeClock } from '../../helpers/fake-clock';

/** Lets the observer deliver, and what a collection has freed be counted. */
const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns += 1) await turn();
};

/** What a process prints that runs `script`. */
const runScript = (script: string): string =>
  execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8', timeout: 20_000 });

describe('readHeap', () => {
  it('leaves out what is young', () => {
    const { used, total, oldUsed, limit, physical } = readHeap();
    assert.ok(oldUsed > 0 && oldUsed <= used && used <= total && used < limit && physical > oldUsed / 2);
  });

  it('sees a buffer, and that it is gone', () => {
    // In a process of its own: here, what earlier tests left behind goes at any moment.
    const script = `
      const { collectGarbage } = require('./lib/vitals/collect.ts');
      const { readHeap } = require('./lib/vitals/heap.ts');
      const read = () => readHeap().arrayBuffers;
      // V8 gives buffers back beside this thread, and tells nobody when it has.
      const until = async (is) => {
        const untilMs = Date.now() + 5000;
        while (!is() && Date.now() < untilMs) await new Promise(setImmediate);
      };
      void (async () => {
        // The start of a process leaves buffers, too: they have to be gone first.
        let before;
        do {
          before = read();
          await collectGarbage('major');
          const sinceMs = Date.now();
          await until(() => read() !== before || Date.now() > sinceMs + 100);
        } while (read() !== before);
        let big = new ArrayBuffer(50_000_000);
        const during = read();
        big = undefined;
        await collectGarbage('major');
        await until(() => read() < during);
        process.stdout.write(JSON.stringify([during - before, read() - before]));
      })();
    `;
    const [held, left] = JSON.parse(runScript(script)) as [number, number];
    assert.ok(held >= 50_000_000, `${held} bytes held`);
    assert.ok(left < 10_000_000, `${left} bytes left`);
  });
});

describe('startGcMeter', () => {
  it('counts what V8 does by itself, and none of it as forced', async () => {
    const meter = startGcMeter();
    const counted = (): number => meter.read().minor.count;
    // How much is young depends on what the process did before.
    for (let round = 0; round < 4000 && (round < 40 || counted() < 3); round += 1) {
      if (round % 40 === 39) await settle();
      const garbage = Array.from({ length: 50_000 }, (_, index) => ({ index }));
      assert.ok(garbage.length > 0);
    }
    await settle();
    const { forced, perMin, sharePct, maxMs, p50Ms, p99Ms, ...kinds } = meter.read();
    const { minor } = kinds;
    meter.close();
    assert.ok(minor.count >= 3, `${minor.count} minor collections`);
    assert.equal(forced.count, 0);
    assert.ok(minor.ms >= minor.maxMs);
    // In a large process others come in between.
    assert.equal(maxMs, Math.max(...GC_KINDS.map((kind) => kinds[kind].maxMs)));
    assert.ok(perMin > 0 && sharePct > 0 && sharePct <= 100);
    assert.ok(p50Ms <= p99Ms && p99Ms <= maxMs);
  });

  for (const kind of ['minor', 'major', 'deep'] as const)
    it(`keeps a ${kind} collection of ours apart`, async () => {
      const meter = startGcMeter();
      await meter.whileForced(() => collectGarbage(kind));
      await settle();
      const { forced, major, sharePct, sinceMajorMs } = meter.read();
      meter.close();
      assert.ok(forced.count >= 1);
      assert.equal(major.count, 0);
      assert.equal(sinceMajorMs !== null, kind !== 'minor');
      // What V8 does of its own accord meanwhile is little.
      assert.ok(sharePct < 50);
    });

  it('sorts pauses by length, ours among them', async () => {
    const meter = startGcMeter();
    await meter.whileForced(() => collectGarbage('major'));
    const garbage = Array.from({ length: 40 }, () =>
      Array.from({ length: 50_000 }, (_, index) => ({ index })),
    );
    assert.equal(garbage.length, 40);
    await settle();
    const { durations, forced, ...sums } = meter.read();
    meter.close();
    const countOf = (kind: GcKind): number => durations[kind].counts.reduce((sum, count) => sum + count, 0);
    for (const kind of GC_KINDS) {
      assert.equal(durations[kind].counts.length, GC_BUCKETS_MS.length + 1);
      assert.ok(countOf(kind) >= sums[kind].count && durations[kind].ms >= sums[kind].ms, kind);
    }
    const all = GC_KINDS.reduce((sum, kind) => sum + countOf(kind), 0);
    assert.equal(all, forced.count + GC_KINDS.reduce((sum, kind) => sum + sums[kind].count, 0));
    assert.ok(countOf('major') > sums.major.count && countOf('minor') > 0);
    // A bucket holds what is longer than the bound before it, so the sum lies between what the bounds say.
    const { counts, ms } = durations.minor;
    const least = counts.reduce((sum, count, index) => sum + count * (GC_BUCKETS_MS[index - 1] ?? 0), 0);
    const most = counts.reduce((sum, count, index) => sum + count * (GC_BUCKETS_MS[index] ?? 60_000), 0);
    assert.ok(ms > least && ms <= most, `${ms} ms in ${counts.join()}`);
  });

  it('counts nothing after close', async () => {
    const meter = startGcMeter();
    meter.close();
    await collectGarbage('major');
    await settle();
    assert.equal(meter.read().forced.count, 0);
  });
});

describe('collectGarbage', () => {
  it('ends, however deep, and leaves no global gc behind', () => {
    // In a process of its own: what it is feared to do is to hang.
    const script = `
      const { Worker } = require('node:worker_threads');
      const { collectGarbage } = require('./lib/vitals/collect.ts');
      void (async () => {
        for (const kind of ['minor', 'major', 'deep', 'deep']) await collectGarbage(kind);
        const worker = new Worker('process.stdout.write(typeof gc)', { eval: true, execArgv: [] });
        await new Promise((resolve) => worker.on('exit', resolve));
      })();
    `;
    assert.equal(runScript(script), 'undefined');
  });

  it('can be asked for by several threads in the same moment', () => {
    // The flag that it takes is one for the whole process: each takes it back from under the others.
    const threads = 8;
    const script = `
      const { Worker } = require('node:worker_threads');
      const { resolve } = require('node:path');
      const ready = new Int32Array(new SharedArrayBuffer(4));
      const inThread = \`
        require('tsx/cjs');
        const { parentPort, workerData: { ready, path } } = require('node:worker_threads');
        const { collectGarbage } = require(path);
        Atomics.add(ready, 0, 1);
        while (Atomics.load(ready, 0) < ${threads});
        collectGarbage('minor').then(() => 'collected', ({ message }) => message)
          .then((answer) => parentPort.postMessage(answer));
      \`;
      const path = resolve('lib/vitals/collect.ts');
      const answers = Array.from({ length: ${threads} }, () => new Promise((done) => {
        new Worker(inThread, { eval: true, workerData: { ready, path } }).once('message', done);
      }));
      void Promise.all(answers).then((all) => process.stdout.write(JSON.stringify(all)));
    `;
    assert.deepEqual(JSON.parse(runScript(script)), Array<string>(threads).fill('collected'));
  });
});

describe('startLoopMeter', () => {
  it('sees a loop that is blocked, and moves its baseline', async () => {
    const clock = new FakeClock();
    const meter = startLoopMeter(clock);
    // The histogram's own timer must have begun.
    await new Promise((resolve) => setTimeout(resolve, 60));
    meter.read();
    const end = Date.now() + 200;
    while (Date.now() < end);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const busy = meter.read();
    assert.ok(busy.maxMs > 120, `${busy.maxMs} ms`);
    assert.ok(busy.elu > 0.5, `${busy.elu}`);
    assert.ok(busy.meanMs > 0 && busy.meanMs <= busy.maxMs, `${busy.meanMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const idle = meter.read();
    assert.ok(idle.elu < 0.5, `${idle.elu}`);
    // Remembered over one reset, forgotten after two.
    clock.advance(60_000);
    assert.ok(meter.read().maxMs > 120);
    clock.advance(60_000);
    assert.ok(meter.read().maxMs < 120);
    meter.close();
    assert.equal(clock.pending, 0);
  });
});
