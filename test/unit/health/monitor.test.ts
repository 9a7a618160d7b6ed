import assert from 'node:assert/strict';
import type { ActionMessage, Alert } from '../../../lib/health/decide/messages';
import { decideOptions } from '../../../lib/health/decide/options';
import { StateFile } from '../../../lib/health/decide/state-file';
import { HealthMonitor } from '../../../lib/health/monitor';
import type { Sample } from '../../../lib/health/sampling/sample';
import type { WorkerReading } from '../../../lib/health/sampling/sampler';
import type { ServerHealth, SocketHealth } from '../../../lib/health/sampling/server-health';
import { measuresOf, trendInputs } from '../../../lib/health/sample-measures';
import { NO_VERDICT } from '../../../lib/health/trend/verdict';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryStorage } from './decide/helpers/memory-storage';

const MB = 2 ** 20;
const SUM = { count: 0, ms: 0, maxMs: 0 };
const NONE = { counts: [0, 0, 0, 0, 0, 0, 0], ms: 0 };
const GC = {
  durations: { minor: NONE, major: NONE, incremental: NONE, other: NONE },
  ...{ minor: SUM, major: SUM, incremental: SUM, other: SUM, forced: SUM },
  ...{ sharePct: 0, perMin: 0, p50Ms: 0, p99Ms: 0, maxMs: 0, sinceMajorMs: null },
  ...{ majors: 0, afterMajorBytes: null },
};

/** A socket thread whose heap is as full as a test says. */
const workerAt = (usedMb: number): WorkerReading => ({
  heap: {
    used: usedMb * MB,
    total: usedMb * MB,
    oldUsed: usedMb * MB,
    limit: 548 * MB,
    external: 0,
    malloced: 0,
    physical: usedMb * MB,
    arrayBuffers: 0,
  },
  gc: GC,
  loop: { elu: 0.1, meanMs: 0, p99Ms: 0, maxMs: 0 },
  atMs: 0,
});

const SOCKET: SocketHealth = {
  ...{ state: 'open', uptime: 60_000, frames: 600, bytes: 1_000_000, rate: 10, silence: 50, pingRtt: 2 },
  ...{ reconnects: { total: 0 }, queued: 0, dropped: 0, oldestAge: null },
};
const SITE: ServerHealth = { output: SOCKET, points: SOCKET, http: null, sensr: null };

async function start(properties: Record<string, unknown>) {
  const clock = new FakeClock();
  const site = { workerMb: 50, recycles: 0, collections: 0, freed: { collect: 0, recycle: 0 } };
  const actions: ActionMessage[] = [];
  const alerts: Alert[] = [];
  const samples: Sample[] = [];
  const file = await StateFile.open(
    { path: '/state.json', bootId: 'boot', uptimeMs: 0 },
    { storage: new MemoryStorage(), clock, onProblem: () => undefined },
  );
  const monitor = new HealthMonitor(
    {
      sampler: {
        sampleIntervalMs: 10_000,
        ceilingBytes: 64 * 2 ** 30,
        youngReserveBytes: 48 * MB,
        workerHeapBytes: 0,
      },
      decide: decideOptions(properties),
      historySize: 100,
    },
    {
      sources: {
        // This process is busy with minutes that pass in milliseconds: it must not be what is judged.
        main: {
          read: () => ({ ...workerAt(100), cpuPct: 5, rss: 300 * MB, handles: 5 }),
          whileForced: (action) => action(),
          close: () => undefined,
        },
        worker: () => Promise.resolve(workerAt(site.workerMb)),
        servers: () => ({ messages: 0, errors: 0, messageAgeMs: null, servers: { site: SITE } }),
        disk: { read: () => ({ usedPct: 10 }), close: () => undefined },
      },
      effects: {
        collectWorker: () => {
          site.collections += 1;
          site.workerMb -= site.freed.collect;
          return Promise.resolve({ pauseMs: 5 });
        },
        recycle: () => {
          site.recycles += 1;
          site.workerMb -= site.freed.recycle;
          return Promise.resolve();
        },
        restartFlows: () => Promise.reject(new Error('must not be asked')),
        exitProcess: () => Promise.reject(new Error('must not be asked')),
      },
      file,
      handlers: {
        onAlert: (alert) => alerts.push(alert),
        onAction: (action) => actions.push(action),
        onRecommendation: () => undefined,
        onMode: () => undefined,
        onProblem: ({ message }) => assert.fail(message),
        onSample: (sample) => samples.push(sample),
      },
      isBusy: () => false,
      clock,
      random: () => 0.5,
    },
  );
  /** @param minutes of samples, each with its promises settled */
  const pass = async (minutes: number): Promise<void> => {
    for (let tick = 0; tick < minutes * 60; tick += 1) {
      clock.advance(1000);
      for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
    }
  };
  return { clock, site, actions, alerts, samples, monitor, pass };
}

const done = (actions: readonly ActionMessage[]): string[] =>
  actions.filter(({ phase }) => phase === 'done').map(({ action }) => action);

describe('HealthMonitor', () => {
  it('is normal while nothing is wrong, and keeps what it saw', async () => {
    const { monitor, pass, samples, alerts } = await start({});
    await pass(20);
    assert.equal(monitor.report().status, 'normal');
    assert.equal(samples.length, 120);
    assert.equal(monitor.history().fine.length, 100);
    assert.deepEqual(monitor.last?.servers, { site: SITE });
    assert.deepEqual(
      alerts.filter(({ event }) => event !== 'STATE_CHANGE' && event !== 'GC_ALERT'),
      [],
    );
    await monitor.close();
  });

  it('only recommends as long as nobody has allowed more', async () => {
    const { monitor, pass, site, actions } = await start({});
    await pass(5);
    site.workerMb = 490;
    await pass(15);
    assert.equal(monitor.report().status, 'unhealthy');
    assert.deepEqual([site.recycles, done(actions).filter((action) => action !== 'gc')], [0, []]);
    await monitor.close();
  });

  it('repairs a full thread by the smallest step that helps: a collection', async () => {
    const { monitor, pass, site, actions } = await start({ autoRestart: true });
    await pass(5);
    site.freed.collect = 400;
    site.workerMb = 490;
    await pass(20);
    assert.ok(site.collections >= 1);
    assert.equal(site.recycles, 0);
    assert.equal(monitor.report().status, 'normal', JSON.stringify(actions));
    await monitor.close();
  });

  it('recycles the thread where a collection does not help', async () => {
    const { monitor, pass, site, actions } = await start({ autoRestart: true });
    await pass(5);
    site.freed.recycle = 440;
    site.workerMb = 490;
    await pass(25);
    assert.equal(site.recycles, 1);
    assert.ok(done(actions).includes('recycle'));
    assert.equal(monitor.report().status, 'normal');
    await monitor.close();
  });

  it('gives up in time where nothing helps', async () => {
    const { monitor, pass, site } = await start({ autoRestart: true });
    await pass(5);
    site.workerMb = 490;
    await pass(180);
    assert.ok(site.recycles >= 1 && site.recycles <= 6, `${site.recycles} recycles`);
    const { status, actions: seen } = monitor.report();
    assert.ok(['unhealthy', 'locked'].includes(status), status);
    assert.notDeepEqual(seen.blocked, {}, 'what stands against more is said');
    await monitor.close();
  });

  it('leaves no timer behind', async () => {
    const { monitor, pass, clock } = await start({});
    await pass(1);
    await monitor.close();
    await monitor.close();
    assert.equal(clock.pending, 0);
  });
});

describe('measuresOf', () => {
  const sample = async (): Promise<Sample> => {
    const { monitor } = await start({});
    const seen = await monitor.sampleNow();
    await monitor.close();
    return seen;
  };

  it('leaves out what could not be measured', async () => {
    const { values } = measuresOf(
      { ...(await sample()), pingMs: null, errorPct: null, disk: { usedPct: null } },
      { lateMs: 0, isBusy: false, gc: {} },
    );
    assert.equal(values.ping, undefined);
    assert.equal(values.errors, undefined);
    assert.equal(values.disk, undefined);
    assert.ok((values['heap.worker'] ?? 0) > 0);
  });

  it('names the alarm that leaves the least time', async () => {
    const alarm = { ...NO_VERDICT, alarm: true, slopeMBmin: 1, ttlMin: 50, series: 'rss' as const };
    const trend = {
      short: NO_VERDICT,
      mid: alarm,
      long: { ...alarm, ttlMin: 20, series: 'external.worker' as const },
    };
    const { trend: found } = measuresOf({ ...(await sample()), trend }, { lateMs: 0, isBusy: false, gc: {} });
    assert.deepEqual([found?.component, found?.window, found?.ttlMin], ['heap.worker', 'long', 20]);
  });

  it('hands each thread to the trend, with its collections', async () => {
    const names = trendInputs(await sample()).map(({ series }) => series);
    assert.deepEqual(names, [
      'heap.main',
      'external.main',
      'heap.worker',
      'external.worker',
      'residual',
      'rss',
    ]);
  });
});
