import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ceilingOf, groupLimits, readCeiling } from '../../../../lib/health/sampling/ceiling';
import { startCpuMeter } from '../../../../lib/health/sampling/cpu-meter';
import { startDiskMeter, usedPct } from '../../../../lib/health/sampling/disk-meter';
import { HeapSampler } from '../../../../lib/health/sampling/heap-sampler';
import { SampleHistory } from '../../../../lib/health/sampling/history';
import { messageOf } from '../../../../lib/errors';
import { startMainThread } from '../../../../lib/health/sampling/main-thread';
import { Sampler, type SamplerSources } from '../../../../lib/health/sampling/sampler';
import type { Sample } from '../../../../lib/health/sampling/sample';
import { TrafficMeter } from '../../../../lib/health/sampling/traffic-meter';
import { Trend } from '../../../../lib/health/trend/trend';
import { readHeap } from '../../../../lib/vitals/heap';
import { systemClock } from '../../../../lib/clock';
import { FakeClock } from '../../../helpers/fake-clock';

const GB = 2 ** 30;

describe('ceilingOf', () => {
  const machine = { optionBytes: 0, totalBytes: 10 * GB, constrainedBytes: undefined, groupBytes: [] };

  it('is four fifths of a machine without limits', () => {
    assert.deepEqual(ceilingOf(machine), { bytes: 8 * GB, source: 'machine' });
    // Unlimited is told as a number beyond any machine.
    assert.equal(
      ceilingOf({ ...machine, constrainedBytes: 1.8e19, groupBytes: [2 ** 63] }).source,
      'machine',
    );
    assert.equal(ceilingOf({ ...machine, constrainedBytes: 0 }).source, 'machine');
  });

  it('is the smallest limit of all the groups', () => {
    const limited = { ...machine, constrainedBytes: 4 * GB, groupBytes: [3 * GB, 5 * GB] };
    assert.deepEqual(ceilingOf(limited), { bytes: 3 * GB, source: 'container' });
  });

  it('is what the user says, unless the container allows less', () => {
    assert.deepEqual(ceilingOf({ ...machine, optionBytes: GB }), { bytes: GB, source: 'option' });
    assert.deepEqual(ceilingOf({ ...machine, optionBytes: 6 * GB, constrainedBytes: 4 * GB }), {
      bytes: 4 * GB,
      source: 'container',
    });
  });

  it('can be had here', () => {
    const { bytes } = readCeiling(0);
    assert.ok(bytes > process.memoryUsage.rss());
  });
});

describe('groupLimits', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sensr-cgroup-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const limit = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  it('finds those of the groups around, in version 2', () => {
    limit('a/b/memory.max', 'max\n');
    limit('a/memory.max', '2147483648\n');
    assert.deepEqual(groupLimits(root, '0::/a/b'), [2 * GB]);
  });

  it('finds those of version 1', () => {
    limit('memory/docker/x/memory.limit_in_bytes', '536870912');
    assert.deepEqual(groupLimits(root, '11:cpu,cpuacct:/docker/x\n5:memory:/docker/x'), [GB / 2]);
  });

  it('finds none where there are none', () => {
    assert.deepEqual(groupLimits(root, undefined), []);
    assert.deepEqual(groupLimits(root, '0::/'), []);
  });
});

describe('HeapSampler', () => {
  const reading = (oldUsed: number) => ({ ...readHeap(), oldUsed, limit: 1000 });

  it('takes the lowest of a minute, against the limit of the old generation', () => {
    const heap = new HeapSampler({ youngReserveBytes: 200, softLimitBytes: 0 });
    assert.equal(heap.add(reading(400), 0).pct, 50);
    assert.equal(heap.add(reading(800), 30_000).postGc, 400);
    assert.equal(heap.add(reading(600), 59_999).postGc, 400);
    // The 400 is a minute old: the lowest since is what counts.
    assert.equal(heap.add(reading(700), 60_001).postGc, 600);
    assert.equal(heap.add(reading(100), 60_002).postGc, 100);
    heap.reset();
    assert.equal(heap.add(reading(500), 60_003).postGc, 500);
  });

  it('honors a soft limit that is lower', () => {
    const heap = new HeapSampler({ youngReserveBytes: 0, softLimitBytes: 500 });
    assert.equal(heap.add(reading(400), 0).pct, 80);
  });
});

describe('TrafficMeter', () => {
  it('tells the rate since the last reading, and errors over a minute', () => {
    const meter = new TrafficMeter();
    assert.deepEqual(meter.add({ messages: 0, errors: 0 }, 0), { msgRate: 0, errorPct: null });
    assert.deepEqual(meter.add({ messages: 10, errors: 5 }, 1000), { msgRate: 10, errorPct: null });
    assert.deepEqual(meter.add({ messages: 40, errors: 10 }, 11_000), { msgRate: 3, errorPct: 25 });
    // The ten seconds with the errors leave the window.
    assert.equal(meter.add({ messages: 640, errors: 10 }, 71_000).errorPct, 0);
  });

  it('starts over when a server is gone', () => {
    const meter = new TrafficMeter();
    meter.add({ messages: 1000, errors: 0 }, 0);
    assert.deepEqual(meter.add({ messages: 5, errors: 0 }, 1000), { msgRate: 0, errorPct: null });
  });
});

describe('usedPct', () => {
  it('counts what is kept for the superuser as neither used nor free', () => {
    assert.equal(usedPct({ blocks: 100, bfree: 80, bavail: 60, files: 0, ffree: 0 }), 25);
  });

  it('takes the files where they are scarcer', () => {
    assert.equal(usedPct({ blocks: 100, bfree: 80, bavail: 80, files: 10, ffree: 1 }), 90);
  });

  it('knows nothing of what is no disk', () => {
    assert.equal(usedPct({ blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 }), null);
  });

  it('is looked at once a minute, and no longer after close', async () => {
    const clock = new FakeClock();
    let looks = 0;
    const meter = startDiskMeter('/', clock, () => {
      looks += 1;
      return looks === 2
        ? Promise.reject(new Error('gone'))
        : Promise.resolve({ blocks: 100, bfree: 50, bavail: 50, files: 0, ffree: 0 });
    });
    await Promise.resolve();
    assert.equal(meter.read().usedPct, 50);
    clock.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(meter.read().usedPct, null);
    meter.close();
    clock.advance(600_000);
    assert.equal(looks, 2);
  });
});

describe('startCpuMeter', () => {
  it('sees a processor that is kept busy', () => {
    const meter = startCpuMeter(systemClock);
    let [pct, given] = [0, 0];
    // Others may want the processors, too: until this process is given its share of them.
    for (let round = 0; round < 40 && given < 15; round += 1) {
      meter.read();
      const [startMs, before] = [performance.now(), process.cpuUsage()];
      while (performance.now() < startMs + 100);
      pct = meter.read();
      const { user, system } = process.cpuUsage(before);
      given = (user + system) / 10 / (performance.now() - startMs) / availableParallelism();
    }
    assert.ok(pct > 10 && pct <= 120, `${pct} %`);
    assert.ok(Math.abs(pct - given) < 0.1 * given, `${pct} % instead of ${given} %`);
  });
});

describe('SampleHistory', () => {
  it('keeps two rings, one with a sample each five minutes', () => {
    const history = new SampleHistory<{ at: number }>(100);
    for (let index = 0; index < 10_000; index += 1) history.add({ at: index * 10_000 });
    const { fine, coarse } = history.list();
    assert.deepEqual([fine.length, coarse.length], [100, 100]);
    assert.equal(fine.at(-1)?.at, 99_990_000);
    assert.equal((coarse[1]?.at ?? 0) - (coarse[0]?.at ?? 0), 300_000);
  });
});

describe('Sampler', () => {
  const options = {
    sampleIntervalMs: 10_000,
    ceilingBytes: GB,
    youngReserveBytes: 48 * 2 ** 20,
    workerHeapBytes: 0,
  };
  const start = (change: Partial<SamplerSources> = {}) => {
    const clock = new FakeClock();
    const samples: Sample[] = [];
    const lates: number[] = [];
    const failures: string[] = [];
    const trend = new Trend({ clock });
    const sampler = new Sampler(
      options,
      {
        main: startMainThread(clock),
        worker: () => Promise.resolve(undefined),
        servers: () => ({ messages: 0, errors: 0, messageAgeMs: null, servers: {} }),
        trend: () => trend.report,
        disk: startDiskMeter('/', clock),
        ...change,
      },
      {
        onSample: (sample, lateMs) => {
          samples.push(sample);
          lates.push(lateMs);
        },
        onFailure: (error) => failures.push(messageOf(error)),
      },
      clock,
    );
    const tick = async (ms: number): Promise<void> => {
      clock.advance(ms);
      for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
    };
    return { clock, samples, lates, failures, sampler, trend, tick };
  };

  it('agrees with what the kernel says of this process', async () => {
    const { sampler, trend } = start();
    const sample = await sampler.sampleNow();
    const status = readFileSync('/proc/self/status', 'utf8');
    const rss = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
    assert.ok(Math.abs(sample.rss - rss) < 0.1 * rss, `${sample.rss} against ${rss}`);
    assert.ok(sample.residual !== null && sample.residual > 0 && sample.residual < sample.rss);
    assert.equal(sample.rssPct, (100 * sample.rss) / GB);
    assert.ok(Object.isFrozen(sample));
    sampler.close();
    trend.close();
  });

  it('looks each interval, faster when told to, and never after close', async () => {
    const { clock, samples, sampler, trend, tick } = start();
    await tick(9999);
    assert.equal(samples.length, 0);
    await tick(1);
    assert.equal(samples.length, 1);
    sampler.setIntervalMs(2000);
    await tick(2000);
    await tick(2000);
    assert.equal(samples.length, 3);
    sampler.close();
    sampler.close();
    trend.close();
    await tick(100_000);
    assert.equal(samples.length, 3);
    assert.equal(clock.pending, 0);
  });

  it('tells once for each reason that no sample could be taken, and goes on', async () => {
    let fault: string | undefined = 'no file can be opened';
    const servers = (): ReturnType<SamplerSources['servers']> => {
      if (fault !== undefined) throw new Error(fault);
      return { messages: 0, errors: 0, messageAgeMs: null, servers: {} };
    };
    const { samples, failures, sampler, trend, tick } = start({ servers });
    await tick(10_000);
    await tick(10_000);
    sampler.refresh();
    await tick(0);
    assert.deepEqual([samples.length, failures], [0, ['no file can be opened']]);
    await assert.rejects(sampler.sampleNow(), { message: 'no file can be opened' });
    fault = undefined;
    await tick(10_000);
    assert.deepEqual([samples.length, failures.length], [1, 1]);
    fault = 'no file can be opened';
    await tick(10_000);
    assert.equal(failures.length, 2, 'after one that could be taken it is new');
    sampler.close();
    trend.close();
    await tick(10_000);
    assert.equal(failures.length, 2);
  });

  it('does not wait in a row for a thread that hangs', async () => {
    let asked = 0;
    let answer: (value: 'silent') => void = () => undefined;
    const { samples, sampler, trend, tick } = start({
      worker: () => {
        asked += 1;
        return new Promise((resolve) => (answer = resolve));
      },
    });
    await tick(10_000);
    await tick(10_000);
    assert.deepEqual([asked, samples.length], [1, 0]);
    answer('silent');
    await tick(0);
    assert.equal(samples.length, 1);
    // It has not answered since the first tick; what it holds is not known.
    assert.equal(samples[0]?.pingMs, 10_000);
    assert.equal(samples[0]?.residual, null);
    sampler.close();
    trend.close();
  });
});
