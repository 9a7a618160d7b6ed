import assert from 'node:assert/strict';
import {
  MAX_JITTER_MS,
  nextTimeMs,
  RestartSchedule,
  type Schedule,
  type ScheduleMoment,
  type ScheduleVerdict,
} from '../../../../lib/health/decide/schedule';

const NOW = 1_700_000_000_000;
const MIN = 60_000;
const EVERY: Schedule = { when: 'every', everyMs: 30 * MIN, target: 'recycle' };
const RSS: Schedule = { when: 'rss', rssPct: 70, everyMs: 30 * MIN, target: 'recycle' };

const start = (schedule: Schedule, random = 0): RestartSchedule =>
  new RestartSchedule(schedule, NOW, () => random);
const moment = (minutes: number, more: Partial<ScheduleMoment> = {}): ScheduleMoment => ({
  nowMs: NOW + minutes * MIN,
  rssPct: 60,
  isQuiet: true,
  isFree: true,
  ...more,
});
const observe = (
  schedule: RestartSchedule,
  minutes: number,
  more: Partial<ScheduleMoment> = {},
): ScheduleVerdict => schedule.observe(moment(minutes, more));

describe('the next time', () => {
  it('is the interval and the jitter after the last', () => {
    assert.equal(nextTimeMs(EVERY, NOW, 7000), NOW + 30 * MIN + 7000);
    assert.equal(nextTimeMs({ when: 'never' }, NOW, 0), undefined);
    assert.equal(nextTimeMs(RSS, NOW, 0), undefined);
  });

  it('is the next of the given times of day', () => {
    const schedule: Schedule = { when: 'times', cron: '0 3 * * *', target: 'recycle' };
    const evening = new Date(2026, 0, 15, 22, 0).getTime();
    const night = new Date(2026, 0, 16, 3, 0).getTime();
    assert.equal(nextTimeMs(schedule, evening, 0), night);
    assert.equal(nextTimeMs(schedule, night, 5000), new Date(2026, 0, 17, 3, 0).getTime() + 5000);
  });
});

describe('a scheduled restart', () => {
  it('never comes when it is off', () => {
    assert.equal(observe(start({ when: 'never' }), 1e6), 'notDue');
  });

  it('comes after each interval', () => {
    const schedule = start(EVERY);
    assert.equal(observe(schedule, 29), 'notDue');
    assert.equal(observe(schedule, 30), 'run');
    assert.equal(observe(schedule, 31), 'notDue');
    assert.equal(observe(schedule, 60), 'run');
  });

  it('comes up to half a minute later by chance', () => {
    const schedule = start(EVERY, 1);
    assert.equal(schedule.nextMs, NOW + 30 * MIN + MAX_JITTER_MS);
    assert.equal(observe(schedule, 30.4), 'notDue');
    assert.equal(observe(schedule, 30.5), 'run');
  });

  it('waits a minute at the most for a quiet moment', () => {
    const busy = { isQuiet: false };
    const patient = start(EVERY);
    assert.equal(observe(patient, 30, busy), 'waiting');
    assert.equal(observe(patient, 30.9, busy), 'waiting');
    assert.equal(observe(patient, 31, busy), 'run');
    const lucky = start(EVERY);
    assert.equal(observe(lucky, 30, busy), 'waiting');
    assert.equal(observe(lucky, 30.5), 'run');
  });

  it('waits as long as anything else is under way', () => {
    const schedule = start(EVERY);
    assert.equal(observe(schedule, 30, { isFree: false }), 'waiting');
    assert.equal(observe(schedule, 40, { isFree: false }), 'waiting');
    assert.equal(observe(schedule, 41), 'run');
  });

  it('is skipped when RSS is below half of the ceiling', () => {
    const schedule = start(EVERY);
    assert.equal(observe(schedule, 30, { rssPct: 49.9 }), 'skipped');
    assert.equal(observe(schedule, 31, { rssPct: 60 }), 'notDue');
    assert.equal(observe(schedule, 60, { rssPct: 50 }), 'run');
    assert.equal(observe(schedule, 90, { rssPct: undefined }), 'run');
  });

  it('comes once, late, after the machine slept through several', () => {
    const schedule = start(EVERY);
    assert.equal(observe(schedule, 500), 'run');
    assert.equal(observe(schedule, 501), 'notDue');
  });
});

describe('a restart by RSS', () => {
  it('comes when RSS reaches its part, and again when it had fallen', () => {
    const schedule = start(RSS);
    const found = [60, 69.9, 70, 75, 66, 71, 64.9, 70].map((rssPct, minute) =>
      observe(schedule, minute, { rssPct }),
    );
    assert.deepEqual(found, ['notDue', 'notDue', 'run', 'notDue', 'notDue', 'notDue', 'notDue', 'run']);
  });

  it('does not come again and again where it does not help, only each interval', () => {
    const schedule = start(RSS);
    const ran = Array.from({ length: 61 }, (_, minute) =>
      observe(schedule, minute, { rssPct: minute ? 90 : 10 }),
    );
    assert.deepEqual(
      ran.flatMap((verdict, minute) => (verdict === 'run' ? [minute] : [])),
      [1, 31],
    );
  });

  it('waits an interval in a process that starts above it', () => {
    const schedule = start(RSS);
    assert.equal(observe(schedule, 1, { rssPct: 80 }), 'notDue');
    assert.equal(observe(schedule, 30, { rssPct: 80 }), 'run');
  });

  it('needs a measure', () => {
    assert.equal(observe(start(RSS), 100, { rssPct: undefined }), 'notDue');
  });
});
