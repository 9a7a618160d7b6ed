import assert from 'node:assert/strict';
import { COMPONENTS, COMPONENT_NAMES } from '../../../../lib/health/decide/components';
import { decideOptions } from '../../../../lib/health/decide/options';
import { thresholdsFrom } from '../../../../lib/health/decide/thresholds';
import { SensrError } from '../../../../lib/errors';

const refuses = (properties: Record<string, unknown>, ...texts: string[]): void => {
  assert.throws(
    () => decideOptions(properties),
    (error) => {
      assert.ok(error instanceof SensrError);
      assert.equal(error.code, 'SENSR_BAD_CONFIG');
      for (const text of texts) assert.ok(error.message.includes(text), error.message);
      return true;
    },
  );
};

describe('thresholds', () => {
  it('have the documented defaults', () => {
    const all = thresholdsFrom({});
    const pairs = Object.fromEntries(
      COMPONENT_NAMES.map((name) => [name, [all[name].warning, all[name].critical]]),
    );
    assert.deepEqual(pairs, {
      'heap.worker': [80, 90],
      'heap.main': [80, 90],
      'gcShare.worker': [5, 15],
      'gcShare.main': [5, 15],
      ping: [2000, 5000],
      'elu.worker': [85, 95],
      residual: [80, 90],
      rss: [80, 90],
      loopDelay: [2000, 5000],
      'elu.main': [85, 95],
      cpu: [85, 95],
      messageAge: [2000, 5000],
      errors: [5, 10],
      disk: [90, 95],
    });
  });

  it('are left five points below, or a fifth where five points would be all of it', () => {
    const { rss, errors, ping } = thresholdsFrom({});
    assert.deepEqual([rss.leaveWarning, rss.leaveCritical], [75, 85]);
    assert.deepEqual([errors.leaveWarning, errors.leaveCritical], [4, 8]);
    assert.deepEqual([ping.leaveWarning, ping.leaveCritical], [1900, 4750]);
    for (const threshold of Object.values(thresholdsFrom({ hysteresis: 20 })))
      assert.ok(threshold.leaveWarning > 0);
  });

  it('honor every property', () => {
    const all = thresholdsFrom({
      memoryWarn: 60,
      memoryCritical: '70',
      hysteresis: 2,
      cpuWarn: 50,
      cpuCritical: 55,
      responseWarn: 1,
      responseCritical: 3,
      errorWarn: 20,
      errorCritical: 40,
      diskWarn: 70,
      diskCritical: 80,
      gcShareWarn: 8,
      gcShareCritical: 9,
    });
    assert.deepEqual(all.rss, {
      warning: 60,
      critical: 70,
      leaveWarning: 58,
      leaveCritical: 68,
      immediate: 97,
    });
    assert.deepEqual([all['elu.main'].warning, all.cpu.critical], [50, 55]);
    assert.deepEqual([all.ping.warning, all.messageAge.critical], [1000, 3000]);
    assert.deepEqual([all.errors.warning, all.errors.critical], [20, 40]);
    assert.deepEqual([all.disk.warning, all.disk.critical], [70, 80]);
    assert.deepEqual([all['gcShare.main'].warning, all['gcShare.worker'].critical], [8, 9]);
  });

  it('never call for haste below what is critical', () => {
    assert.equal(thresholdsFrom({ memoryCritical: 99 }).rss.immediate, 99);
    assert.equal(thresholdsFrom({}).cpu.immediate, Infinity);
  });

  it('name both properties when a warning lies above its critical', () => {
    refuses({ memoryWarn: 95 }, 'memoryWarn', 'memoryCritical', '95', '90');
    refuses({ responseCritical: 1 }, 'responseWarn', 'responseCritical');
    assert.equal(thresholdsFrom({ memoryWarn: 90 }).rss.warning, 90);
  });
});

describe('options of the decisions', () => {
  it('have the documented defaults', () => {
    const { thresholds: _thresholds, ...rest } = decideOptions({});
    assert.deepEqual(rest, {
      sampleIntervalMs: 10_000,
      checkIntervalMs: 60_000,
      failedChecks: 3,
      startupGraceMs: 120_000,
      adaptiveHighMemory: true,
      gcPauseAlertMs: 10,
      gcPerMin: 60,
      gcMemoryBytes: 1_073_741_824,
      maxPauseMs: 100,
      autoRestart: false,
      maxAction: 'recycle',
      allowProcessExit: false,
      exitCode: 75,
      minIntervalMs: 300_000,
      schedule: { when: 'never' },
    });
  });

  it('read each kind of schedule', () => {
    const on = { scheduledRestart: true };
    assert.deepEqual(decideOptions(on).schedule, { when: 'every', everyMs: 1_800_000, target: 'recycle' });
    assert.deepEqual(decideOptions({ ...on, scheduledRestartTimes: '0 3 * * *' }).schedule, {
      when: 'times',
      cron: '0 3 * * *',
      target: 'recycle',
    });
    assert.deepEqual(
      decideOptions({ ...on, scheduledRestartRssPct: 70, scheduledRestartTarget: 'flows' }).schedule,
      { when: 'rss', rssPct: 70, everyMs: 1_800_000, target: 'flows' },
    );
  });

  it('refuse what cannot work', () => {
    refuses(
      { scheduledRestart: true, scheduledRestartTarget: 'process' },
      'scheduledRestartTarget',
      'allowProcessExit',
    );
    refuses({ scheduledRestartTimes: 'at noon' }, 'scheduledRestartTimes', 'at noon');
    refuses({ exitCode: 0 }, 'exitCode');
    refuses({ maxAction: 'reboot' }, 'maxAction', 'reboot');
    refuses({ scheduledRestartEvery: 60 }, 'scheduledRestartEvery', '600');
  });
});

describe('components', () => {
  it('count as failed only where a restart can help', () => {
    const harmless = COMPONENT_NAMES.filter((name) => !COMPONENTS[name].isRestartCurable);
    assert.deepEqual(harmless, ['cpu', 'messageAge', 'errors', 'disk']);
  });
});
