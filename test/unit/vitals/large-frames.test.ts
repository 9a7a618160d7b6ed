import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { LargeFrames } from '../../../lib/vitals/large-frames';
import { FakeClock } from '../../helpers/fake-clock';

const CLOUD_BYTES = 14_700_000;

function setup({ collectFails = false, growthFails = false } = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const frames = new LargeFrames(clock, {
    collectYoung: () => {
      asked.push('collect');
      return collectFails ? Promise.reject(new Error('no gc')) : Promise.resolve();
    },
    setGrowth: (percent) => {
      if (growthFails) throw new Error('no flags');
      asked.push(`growth ${percent}`);
    },
  });
  return { clock, asked, frames };
}

describe('LargeFrames', () => {
  it('lets the heap grow, and collects when the flow has had 25 ms', () => {
    const { clock, asked, frames } = setup();
    frames.arrived(CLOUD_BYTES);
    clock.advance(24);
    assert.deepEqual(asked, ['growth 100']);
    clock.advance(1);
    assert.deepEqual(asked, ['growth 100', 'collect']);
    frames.arrived(CLOUD_BYTES);
    frames.arrived(CLOUD_BYTES);
    clock.advance(100);
    assert.deepEqual(asked, ['growth 100', 'collect', 'collect']);
  });

  it('leaves small frames to V8', () => {
    const { clock, asked, frames } = setup();
    for (let frame = 0; frame < 1000; frame += 1) frames.arrived(100_000);
    clock.advance(1000);
    assert.deepEqual(asked, []);
  });

  it('takes everything back when no frames come any more, and may begin again', () => {
    const { clock, asked, frames } = setup();
    frames.close();
    frames.arrived(CLOUD_BYTES);
    frames.close();
    frames.close();
    clock.advance(1000);
    assert.deepEqual(asked, ['growth 100', 'growth 0']);
    assert.equal(clock.pending, 0);
    frames.arrived(CLOUD_BYTES);
    assert.deepEqual(asked, ['growth 100', 'growth 0', 'growth 100']);
  });

  it('leaves V8 as it was where it cannot be asked to collect', async () => {
    const { clock, asked, frames } = setup({ collectFails: true });
    frames.arrived(CLOUD_BYTES);
    clock.advance(25);
    await Promise.resolve();
    frames.arrived(CLOUD_BYTES);
    clock.advance(25);
    frames.close();
    assert.deepEqual(asked, ['growth 100', 'collect', 'growth 0']);
  });

  it('does not collect where the heap must not grow', () => {
    const { clock, asked, frames } = setup({ growthFails: true });
    frames.arrived(CLOUD_BYTES);
    clock.advance(25);
    frames.close();
    assert.deepEqual(asked, []);
    assert.equal(clock.pending, 0);
  });

  describe('in a process with 40 MB in its heap, to which clouds come', () => {
    // Clouds come from a thread, as they do; what V8 does depends on all that a process did, so each has its own.
    const script = (handles: boolean): string => `
      const { PerformanceObserver, constants } = require('node:perf_hooks');
      const { Worker } = require('node:worker_threads');
      const { LargeFrames, MAIN_HEAP } = require('./lib/vitals/large-frames.ts');
      const { systemClock } = require('./lib/clock.ts');
      const ballast = Array.from({ length: 200_000 }, (_, index) => ({ index, text: 'text ' + index, list: [index] }));
      const frames = new LargeFrames(systemClock, MAIN_HEAP);
      let majors = 0;
      new PerformanceObserver((list) => {
        for (const { detail } of list.getEntries()) majors += detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR ? 1 : 0;
      }).observe({ entryTypes: ['gc'] });
      const worker = new Worker(\`
        const { parentPort } = require('node:worker_threads');
        let count = 0;
        const timer = setInterval(() => {
          const cloud = new ArrayBuffer(${CLOUD_BYTES});
          parentPort.postMessage(cloud, [cloud]);
          if ((count += 1) === 60) clearInterval(timer);
        }, 40);
      \`, { eval: true, execArgv: [] });
      worker.on('message', ({ byteLength }) => { ${handles ? 'frames.arrived(byteLength);' : ''} });
      worker.on('exit', () => {
        frames.close();
        setTimeout(() => process.stdout.write(String(majors + ballast.length - 200_000)), 50);
      });
    `;
    const majorsOf = (handles: boolean, ...flags: string[]): number =>
      Number(
        execFileSync(process.execPath, [...flags, '--import', 'tsx', '-e', script(handles)], {
          encoding: 'utf8',
          timeout: 15_000,
        }),
      );

    it('spares V8 nearly all major collections', () => {
      const [without, withIt] = [majorsOf(false), majorsOf(true)];
      assert.ok(without >= 10, `${without} major collections without`);
      assert.ok(withIt <= without / 3, `${withIt} major collections with, ${without} without`);
    });
  });
});
