import assert from 'node:assert/strict';
import type { Measures } from '../../../../lib/health/decide/measures';
import { sample } from './helpers/measures';
import { PATH, SAMPLE_MS, settle, Site } from './helpers/site';

const MIN = 60_000;
const ALL = { autoRestart: true, maxAction: 'process', allowProcessExit: true };
const healthy = (): Measures => sample();
/** What the ladder did, without the collections of high-memory mode. */
const LADDER = { adaptiveHighMemory: false };

/** Memory that grows by `perSample` points each sample, until a step that cures brings it back. */
function leak(
  site: Site,
  component: 'heap.main' | 'heap.worker' | 'residual',
  cures: readonly string[],
  perSample = 2,
): () => Measures {
  let value = 30;
  site.onStep = (rung) => {
    if (cures.includes(rung)) value = 30;
  };
  return () => {
    value = Math.min(perSample < 1 ? 150 : 96, value + perSample);
    return sample({ [component]: value, rss: Math.max(40, value - 10) });
  };
}

const rungs = (site: Site): string => site.steps.map(({ rung }) => rung).join(' ');
const phases = (site: Site): string[] => site.actions.map(({ action, phase }) => `${action} ${phase}`);

describe('the healer', () => {
  it('does nothing for a healthy site, and says that it is', async () => {
    const site = await Site.start(ALL);
    await site.run(60 * MIN, healthy);
    assert.deepEqual([site.steps, site.actions, site.recommendations], [[], [], []]);
    assert.deepEqual(site.states, ['normal']);
    assert.equal(site.clock.pending, 0);
    const report = site.healer.report();
    assert.deepEqual([report.status, report.mode, report.reasons], ['normal', 'normal', []]);
    assert.ok(report.nextCheckAt > site.clock.wallMs() && report.nextCheckAt <= site.clock.wallMs() + MIN);
  });

  for (const [component, cure, expected] of [
    ['heap.worker', 'gc', 'gc'],
    ['heap.worker', 'recycle', 'gc recycle'],
    ['heap.main', 'flows', 'gc flows gc'],
    ['heap.main', 'process', 'gc flows gc process'],
  ] as const)
    it(`repairs a leak of ${component} that ${cure} cures with no larger step`, async () => {
      const site = await Site.start({ ...ALL, ...LADDER });
      let isCured = false;
      const measure = leak(site, component, [cure]);
      const cures = site.onStep;
      site.onStep = (rung) => {
        isCured ||= rung === cure;
        return cures(rung);
      };
      await site.run(20 * MIN, () => (isCured ? healthy() : measure()));
      assert.equal(rungs(site), expected);
      assert.equal(site.healer.state, 'normal');
    });

  for (const [what, request] of [
    ['a minor one whenever the budget has room', { kind: 'minor' }],
    ['a deep one of the other thread whenever the budget has room', { thread: 'worker' }],
  ] as const)
    it(`collects before it restarts flows, also where there is ${what}`, async () => {
      const site = await Site.start({ ...ALL, ...LADDER, maxAction: 'flows' });
      await site.run(10 * MIN, healthy);
      await site.run(5 * MIN, () => {
        site.healer.request({ action: 'gc', cause: 'periodic', ...request });
        return sample({ 'heap.main': 94 });
      });
      const cures = site.actions.filter(({ phase, reason }) => phase === 'start' && reason === 'heap.main');
      assert.deepEqual(
        cures.slice(0, 2).map(({ action }) => action),
        ['gc', 'flows'],
      );
    });

  it('tells each step: start, what it freed and whether it helped', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    let isCured = false;
    site.onStep = (rung) => {
      isCured ||= rung === 'recycle';
    };
    await site.run(10 * MIN, () => (isCured ? healthy() : sample({ 'heap.worker': 95 })));
    assert.deepEqual(phases(site), ['gc start', 'gc done', 'recycle start', 'recycle done']);
    const [, gc, , recycle] = site.actions;
    const MB20 = 20 * 1_048_576;
    assert.deepEqual([gc?.freedBytes, gc?.helped, gc?.reason], [0, false, 'heap.worker']);
    assert.deepEqual(
      [recycle?.before, recycle?.after, recycle?.freedBytes, recycle?.helped],
      [95 * MB20, 30 * MB20, 65 * MB20, true],
    );
    assert.deepEqual(site.states, [
      'critical',
      'unhealthy',
      'recovering',
      'unhealthy',
      'recovering',
      'starting',
      'normal',
    ]);
    assert.equal(site.alerts.filter(({ recovered }) => recovered === true).length, 1);
  });

  it('judges no step before fifteen seconds', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    const bad = () => sample({ 'heap.worker': 95 });
    while (site.count('gc') === 0) await site.run(SAMPLE_MS, bad);
    await site.run(14_000, bad, 2000);
    assert.equal(site.healer.state, 'recovering');
    await site.run(2000, bad, 2000);
    assert.equal(site.count('recycle'), 1);
  });

  it('only recommends by default, once and each half hour, and says what stands against it', async () => {
    const site = await Site.start(LADDER);
    await site.run(70 * MIN, () => sample({ 'heap.worker': 95 }));
    assert.equal(rungs(site), 'gc');
    assert.deepEqual(phases(site), ['gc start', 'gc done', 'recycle blocked']);
    assert.deepEqual(
      site.recommendations.map(({ action, reason, blockedBy, unhealthySinceS }) => [
        action,
        reason,
        blockedBy,
        unhealthySinceS,
      ]),
      [
        ['gc', 'heap.worker', null, 0],
        ['recycle', 'heap.worker', 'autoRestart', 1800],
        ['recycle', 'heap.worker', 'autoRestart', 3600],
      ],
    );
    assert.equal(site.healer.report().actions.blocked['autoRestart'], 1);
  });

  it('honors the maxAction and allowProcessExit options', async () => {
    const recycle = await Site.start({ autoRestart: true, ...LADDER });
    await recycle.run(30 * MIN, () => sample({ 'heap.main': 95 }));
    assert.equal(rungs(recycle), 'gc');
    assert.equal(recycle.actions.at(-1)?.blockedBy, 'maxAction');
    const noExit = await Site.start({ ...ALL, allowProcessExit: false, ...LADDER });
    await noExit.run(30 * MIN, () => sample({ 'heap.main': 95 }));
    assert.equal(rungs(noExit), 'gc flows gc');
    assert.equal(noExit.actions.at(-1)?.blockedBy, 'allowProcessExit');
  });

  it('ends the process for native growth only after two recycles with a higher floor', async () => {
    const growing = await Site.start({ ...ALL, ...LADDER });
    await growing.run(60 * MIN, leak(growing, 'residual', ['process'], 0.3));
    assert.match(rungs(growing), /^recycle recycle process/);
    const level = await Site.start({ ...ALL, ...LADDER });
    await level.run(60 * MIN, () => sample({ residual: 92 }));
    assert.equal(rungs(level), 'recycle recycle');
    assert.equal(level.healer.state, 'unhealthy');
  });

  it('gives up on a leak that no step helps: a few restarts, then locked, and says why', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    await site.run(24 * 60 * MIN, () => sample({ 'heap.main': 95 }));
    assert.ok(site.count('process') >= 1 && site.count('process') <= 3, rungs(site));
    assert.ok(site.count('flows') <= 4, rungs(site));
    assert.equal(site.healer.state, 'locked');
    const { lockedBy } = site.healer.report();
    assert.ok(lockedBy);
    const last = site.recommendations.at(-1);
    assert.deepEqual([last?.blockedBy, last?.reason], [lockedBy, 'heap.main']);
    assert.ok(site.recommendations.length >= 40);
  });

  it('stays locked over restarts, until somebody resets it', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    const bad = () => sample({ 'heap.main': 95 });
    await site.run(6 * 60 * MIN, bad);
    assert.equal(site.healer.state, 'locked');
    const before = site.steps.length;
    await site.healer.close();
    await site.boot();
    await site.run(60 * MIN, bad);
    assert.equal(site.healer.state, 'locked');
    assert.equal(site.steps.length, before);
    site.healer.reset();
    await site.run(60 * MIN, bad);
    assert.ok(site.steps.length > before);
  });

  it('is unlocked by the removal of its file', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    await site.run(6 * 60 * MIN, () => sample({ 'heap.main': 95 }));
    assert.equal(site.healer.state, 'locked');
    site.storage.files.delete(PATH);
    await site.run(2 * MIN, healthy);
    assert.equal(site.healer.state, 'normal');
    assert.equal(site.healer.report().lockedBy, null);
  });

  it('is unlocked by time after a damaged file', async () => {
    const site = new Site(ALL);
    site.storage.files.set(PATH, 'nonsense');
    await site.boot();
    await site.run(9 * MIN, healthy);
    assert.equal(site.healer.state, 'locked');
    await site.run(2 * MIN, healthy);
    assert.equal(site.healer.state, 'normal');
  });

  it('takes a step on request as soon as the time of a lock is over, before any sample', async () => {
    const site = new Site(ALL);
    site.storage.files.set(PATH, 'nonsense');
    await site.boot();
    await site.run(10 * MIN - SAMPLE_MS, healthy);
    const request = { action: 'recycle', cause: 'manual', force: true } as const;
    assert.equal(site.healer.request(request).blockedBy, 'locked');
    site.clock.advance(SAMPLE_MS);
    assert.equal(site.healer.request(request).phase, 'start');
    await site.run(MIN, healthy);
    assert.deepEqual(phases(site), ['recycle blocked', 'recycle start', 'recycle done']);
    assert.equal(site.healer.report().lockedBy, null);
  });

  it('takes crashes for exits: three young ones lock', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    for (let crashes = 0; crashes < 3; crashes += 1) {
      await site.run(4 * MIN, healthy);
      await site.crash();
    }
    await site.run(MIN, healthy);
    assert.equal(site.healer.state, 'locked');
    assert.equal(site.healer.report().lockedBy, 'earlyExits');
  });

  it('writes down a step before it takes it', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    const pending: unknown[] = [];
    site.onStep = (rung) => {
      if (rung !== 'gc') pending.push(JSON.parse(site.storage.files.get(PATH) ?? '').pending?.action);
    };
    await site.run(12 * MIN, () => sample({ 'heap.main': 95 }));
    assert.deepEqual(pending.slice(0, 2), ['flows', 'process']);
    assert.equal(
      site.storage.writes.some(({ text, isDurable }) => isDurable && text.includes('"pending":{')),
      true,
    );
  });

  it('does not end a process that could not remember it', async () => {
    const site = new Site({ ...ALL, ...LADDER });
    site.storage.failure = new Error('EROFS');
    await site.boot();
    await site.run(60 * MIN, () => sample({ 'heap.main': 95 }));
    assert.equal(rungs(site), 'gc flows gc');
    assert.equal(site.actions.at(-1)?.blockedBy, 'stateFile');
    assert.equal(site.problems.length, 1);
  });

  it('replaces a worker that bursts even in the first minutes, but takes no other step', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    await site.run(30_000, () => sample({ 'heap.worker': 98, 'heap.main': 98 }));
    assert.equal(rungs(site), 'recycle');
    const other = await Site.start({ ...ALL, ...LADDER });
    await other.run(MIN, () => sample({ 'heap.main': 98 }));
    assert.equal(rungs(other), '');
  });

  it('takes the fast path for a steep leak that a collection does not stop', async () => {
    const trend = {
      series: 'heap.main',
      component: 'heap.main',
      window: 'short',
      slopeMBmin: 286,
      ttlMin: 1,
    } as const;
    const site = await Site.start({ ...ALL, ...LADDER });
    await site.run(5 * MIN, healthy);
    const bad = () => sample({ 'heap.main': 92 }, { trend });
    await site.run(40_000, bad);
    assert.match(rungs(site), /^gc/);
    await site.run(MIN, bad);
    assert.ok(site.count('flows') === 1, rungs(site));
    assert.ok(site.alerts.some(({ event }) => event === 'LEAK_SUSPECTED'));
  });

  it('leaves it when the collection did', async () => {
    const trend = {
      series: 'heap.main',
      component: 'heap.main',
      window: 'short',
      slopeMBmin: 286,
      ttlMin: 1,
    } as const;
    const site = await Site.start({ ...ALL, ...LADDER });
    await site.run(5 * MIN, healthy);
    let heap = 92;
    site.onStep = () => {
      heap = 40;
    };
    await site.run(20 * MIN, () => sample({ 'heap.main': heap }, { trend }));
    assert.equal(rungs(site), 'gc');
    assert.equal(site.healer.state, 'normal');
  });

  it('goes on when a step fails, or never answers', async () => {
    for (const failure of [
      () => Promise.reject(new Error('refused')),
      () => new Promise<void>(() => undefined),
    ]) {
      const site = await Site.start({ ...ALL, ...LADDER });
      site.onStep = (rung) => (rung === 'recycle' ? failure() : undefined);
      await site.run(20 * MIN, () => sample({ 'heap.worker': 95 }));
      assert.match(rungs(site), /^gc recycle process/);
      const failed = site.actions.find(({ phase }) => phase === 'failed');
      assert.match(failed?.error ?? '', /refused|within 120 s/);
    }
  });

  it('begins with the smallest step again when the trouble comes back', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    let isBad = true;
    site.onStep = () => {
      isBad = false;
    };
    const measure = () => (isBad ? sample({ 'heap.worker': 95 }) : healthy());
    await site.run(10 * MIN, measure);
    isBad = true;
    await site.run(10 * MIN, measure);
    assert.equal(rungs(site), 'gc gc');
    assert.equal(site.recommendations.length, 2);
  });

  it('forgets the growing pauses after an hour of health', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    let isCured = false;
    site.onStep = (rung) => {
      isCured ||= rung === 'process';
    };
    const backoff = (): unknown => JSON.parse(site.storage.files.get(PATH) ?? '').backoffMin;
    const measure = () => (isCured ? healthy() : sample({ 'heap.main': 95 }));
    await site.run(60 * MIN, measure);
    assert.deepEqual([site.count('process'), backoff()], [1, 5]);
    await site.run(20 * MIN, measure);
    assert.equal(backoff(), 0);
  });

  it('repairs nothing during a deploy', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    await site.run(20 * MIN, () => sample({ 'heap.worker': 95 }, { isBusy: true }));
    assert.equal(rungs(site), '');
    await site.run(MIN, () => sample({ 'heap.worker': 95 }));
    assert.match(rungs(site), /^gc/);
  });

  it('judges an exit in the process that follows', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    let isCured = false;
    site.onStep = (rung) => {
      isCured ||= rung === 'process';
    };
    await site.run(20 * MIN, () => (isCured ? healthy() : sample({ 'heap.main': 95, rss: 85 })));
    const done = site.actions.filter(({ action, phase }) => action === 'process' && phase === 'done');
    assert.deepEqual(
      done.map(({ helped, freedBytes, reason }) => [helped, (freedBytes ?? 0) > 0, reason]),
      [[true, true, 'heap.main']],
    );
    const saved = JSON.parse(site.storage.files.get(PATH) ?? '');
    assert.equal(saved.history.at(-1).ok, true);
  });
});

describe('high-memory mode of the healer', () => {
  const high = (predictedPauseMs?: { main: number }) => () =>
    sample({ 'heap.main': 82 }, { gc: { predictedPauseMs } });

  it('is told, and collects once a minute as long as the pause is short', async () => {
    const site = await Site.start({});
    await site.run(10 * MIN, high({ main: 50 }));
    assert.deepEqual(site.modes, [true]);
    assert.ok(site.count('gc') >= 8 && site.count('gc') <= 10, rungs(site));
    await site.run(3 * MIN, healthy);
    assert.deepEqual(site.modes, [true, false]);
    assert.deepEqual(
      site.alerts.filter(({ event }) => event === 'HIGH_MEMORY_MODE').map(({ level }) => level),
      ['warning', 'normal'],
    );
  });

  it('does not collect when the pause is long or unknown', async () => {
    for (const pauses of [{ main: 101 }, undefined]) {
      const site = await Site.start({});
      await site.run(10 * MIN, high(pauses));
      assert.equal(rungs(site), '');
    }
  });

  it('honors the adaptiveHighMemory option', async () => {
    const site = await Site.start(LADDER);
    await site.run(10 * MIN, high({ main: 50 }));
    assert.deepEqual([site.modes, rungs(site)], [[], '']);
  });
});

describe('what is asked of the healer', () => {
  const manual = { cause: 'manual' } as const;

  it('is done when something is wrong, or when it is forced', async () => {
    const site = await Site.start({});
    await site.run(5 * MIN, healthy);
    assert.equal(site.healer.request({ ...manual, action: 'recycle' }).blockedBy, 'healthy');
    assert.equal(site.healer.request({ ...manual, action: 'recycle', force: true }).phase, 'start');
    await site.run(5 * MIN, () => sample({ cpu: 90 }));
    assert.equal(site.healer.request({ ...manual, action: 'flows' }).phase, 'start');
    await site.run(MIN, healthy);
    assert.equal(rungs(site), 'recycle flows gc');
  });

  it('passes the same limits, forced or not', async () => {
    const site = await Site.start({});
    await site.run(MIN, healthy);
    const force = { ...manual, action: 'recycle', force: true } as const;
    assert.equal(site.healer.request(force).blockedBy, 'startupGrace');
    await site.run(2 * MIN, healthy);
    for (let asked = 0; asked < 20; asked += 1) {
      site.healer.request(force);
      await site.run(MIN, healthy);
    }
    assert.equal(site.count('recycle'), 6);
    assert.equal(site.actions.at(-1)?.blockedBy, 'recyclesPerHour');
    assert.notEqual(site.healer.state, 'locked');
    assert.equal(site.healer.request({ ...force, action: 'process' }).blockedBy, 'allowProcessExit');
  });

  it('is one thing at a time', async () => {
    const site = await Site.start({});
    await site.run(5 * MIN, healthy);
    site.healer.request({ ...manual, action: 'gc', kind: 'major' });
    assert.equal(site.healer.request({ ...manual, action: 'recycle', force: true }).blockedBy, 'busy');
    await site.run(SAMPLE_MS, healthy);
    assert.deepEqual(phases(site), ['gc start', 'recycle blocked', 'gc done']);
    assert.equal(site.healer.state, 'normal');
    assert.equal(site.healer.request({ ...manual, action: 'gc' }).blockedBy, 'gcBudget');
  });

  it('is refused after the end, which stops everything', async () => {
    const site = await Site.start({ ...ALL, ...LADDER });
    site.onStep = () => new Promise(() => undefined);
    await site.run(20 * MIN, () => sample({ 'heap.worker': 95 }));
    const closed = site.healer.close();
    assert.equal(site.healer.close(), closed);
    await closed;
    assert.equal(site.clock.pending, 0);
    assert.equal(site.healer.state, 'stopping');
    assert.equal(site.healer.request({ ...manual, action: 'gc' }).blockedBy, 'stopping');
    const told = site.actions.length;
    site.clock.advance(60 * MIN);
    await settle();
    assert.equal(site.actions.length, told);
  });
});

describe('a healer that is closed in the middle of a step', () => {
  const flows = { cause: 'manual', action: 'flows', force: true } as const;

  it('leaves no timer', async () => {
    const site = await Site.start({});
    await site.run(5 * MIN, healthy);
    site.onStep = () => new Promise(() => undefined);
    site.healer.request(flows);
    await settle();
    assert.equal(site.clock.pending, 1);
    await site.healer.close();
    assert.equal(site.clock.pending, 0);
  });

  it('leaves no timer while it waits to collect', async () => {
    const site = await Site.start({});
    await site.run(5 * MIN, healthy);
    site.healer.request(flows);
    await settle();
    assert.equal(site.clock.pending, 2);
    await site.healer.close();
    assert.equal(site.clock.pending, 0);
  });

  it('does nothing more when the answer comes', async () => {
    const site = await Site.start({});
    await site.run(5 * MIN, healthy);
    let answer = (): void => undefined;
    site.onStep = () => new Promise((resolve) => (answer = resolve));
    site.healer.request(flows);
    await settle();
    await site.healer.close();
    answer();
    await settle();
    assert.equal(site.clock.pending, 0);
    assert.equal(rungs(site), 'flows');
  });
});

describe('scheduled restarts of the healer', () => {
  const every = { scheduledRestart: true, scheduledRestartEvery: 1800 };

  it('come by themselves, without leave to repair', async () => {
    const site = await Site.start(every);
    await site.run(125 * MIN, () => sample({ rss: 60 }));
    assert.equal(rungs(site), 'recycle recycle recycle recycle');
    assert.equal(site.actions[0]?.reason, 'scheduled');
    assert.equal(site.healer.state, 'normal');
  });

  it('keep their time when the last health node goes and another comes', async () => {
    const site = await Site.start(every);
    const measure = () => sample({ rss: 60 });
    await site.run(40 * MIN, measure);
    await site.reopen();
    await site.run(22 * MIN, measure);
    assert.equal(rungs(site), 'recycle recycle');
  });

  it('do not come to a site with little memory in use', async () => {
    const site = await Site.start(every);
    await site.run(125 * MIN, () => sample({ rss: 40 }));
    assert.equal(rungs(site), '');
  });

  it('end the process where that is the target', async () => {
    const site = await Site.start({ ...every, allowProcessExit: true, scheduledRestartTarget: 'process' });
    await site.run(65 * MIN, () => sample({ rss: 60 }));
    assert.equal(rungs(site), 'process process');
    assert.equal(site.healer.report().lockedBy, null);
  });
});
