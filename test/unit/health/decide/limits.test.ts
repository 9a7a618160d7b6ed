import assert from 'node:assert/strict';
import {
  mayCollect,
  mayRun,
  type Limit,
  type Question,
  type Verdict,
} from '../../../../lib/health/decide/limits';
import {
  emptyRecord,
  withPending,
  withReset,
  type Cause,
  type RestartRung,
  type StateRecord,
} from '../../../../lib/health/decide/record';

const NOW = 1_700_000_000_000;
const MIN = 60_000;
const HOUR = 60 * MIN;
const OPTIONS = { startupGraceMs: 120_000, minIntervalMs: 300_000 };

/** @param agesMin how long ago each step was */
const after = (
  agesMin: readonly number[],
  action: RestartRung = 'recycle',
  cause: Cause = 'auto',
  record: StateRecord = emptyRecord('boot', NOW - 24 * HOUR, NOW),
): StateRecord =>
  agesMin.reduce(
    (so, ageMin) =>
      withPending(so, {
        at: NOW - ageMin * MIN,
        action,
        reason: 'rss',
        cause,
        rssBefore: null,
        rssAfter: null,
        uptimeS: 1,
        ok: true,
      }),
    record,
  );

const ask = (record: StateRecord, question: Partial<Question> = {}, options = OPTIONS): Verdict =>
  mayRun(
    {
      rung: 'recycle',
      cause: 'auto',
      nowMs: NOW,
      uptimeMs: 24 * HOUR,
      isUrgent: false,
      canPersist: true,
      ...question,
    },
    record,
    options,
  );

const blocks = (
  verdict: Verdict,
  limit: Limit,
  untilMinutes: number | undefined,
  kind = 'exhausted',
): void => {
  const untilMs = untilMinutes === undefined ? undefined : NOW + untilMinutes * MIN;
  assert.deepEqual(verdict, { isAllowed: false, limit, kind, untilMs });
};
const allows = (verdict: Verdict): void => {
  assert.deepEqual(verdict, { isAllowed: true });
};
const range = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, index) => from + (count - 1 - index) * step);

describe('limits', () => {
  it('allow the first step of each kind', () => {
    for (const rung of ['recycle', 'flows', 'process'] as const) allows(ask(after([]), { rung }));
  });

  it('leave a minute between recycles', () => {
    blocks(ask(after([0.5])), 'recycleInterval', 0.5, 'wait');
    allows(ask(after([1])));
    allows(ask(after([0.5], 'process')));
  });

  it('leave five minutes between restarts of flows and of the process', () => {
    for (const [last, next] of [
      ['flows', 'process'],
      ['process', 'flows'],
      ['flows', 'flows'],
    ] as const) {
      blocks(ask(after([4], last, 'manual'), { rung: next }), 'minInterval', 1, 'wait');
      allows(ask(after([5], last, 'manual'), { rung: next }));
    }
    allows(ask(after([0.1], 'recycle'), { rung: 'flows' }));
  });

  it('honor the minInterval option', () => {
    const options = { ...OPTIONS, minIntervalMs: 60 * MIN };
    blocks(ask(after([4], 'flows'), { rung: 'flows' }, options), 'minInterval', 56, 'wait');
  });

  it('allow six recycles, three restarts of flows and three exits an hour', () => {
    allows(ask(after(range(5, 2, 5))));
    blocks(ask(after(range(6, 2, 5))), 'recyclesPerHour', 60 - 27);
    allows(ask(after(range(6, 35, 5))));
    blocks(ask(after(range(3, 6, 10), 'flows'), { rung: 'flows' }), 'flowsPerHour', 60 - 26);
    const exits = after(range(3, 6, 10), 'process', 'manual');
    blocks(ask(exits, { rung: 'process' }), 'exitsPerHour', 60 - 26);
    allows(ask(exits, { rung: 'flows' }));
  });

  it('allow twelve exits a day', () => {
    const exits = after(range(12, 90, 100), 'process', 'manual');
    blocks(ask(exits, { rung: 'process' }), 'exitsPerDay', 24 * 60 - (90 + 1100));
    allows(ask(after(range(11, 90, 100), 'process', 'manual'), { rung: 'process' }));
  });

  it('count crashes as exits', () => {
    const crashes = after(range(3, 6, 10), 'process', 'crash');
    assert.equal((ask(crashes, { rung: 'process' }) as { limit?: string }).limit, 'exitsPerHour');
  });

  it('count scheduled restarts apart: 48 a day, and none against the others', () => {
    const scheduled = after(range(48, 6, 29), 'process', 'scheduled');
    const question = { rung: 'process', cause: 'scheduled' } as const;
    blocks(ask(scheduled, question), 'scheduledPerDay', 24 * 60 - (6 + 47 * 29), 'wait');
    allows(ask(after(range(47, 6, 29), 'process', 'scheduled'), question));
    allows(ask(scheduled, { rung: 'process' }));
    allows(ask(after(range(12, 6, 10), 'process', 'manual'), question));
    blocks(ask(after([2], 'process'), question), 'minInterval', 3, 'wait');
  });

  it('grow the pauses between exits', () => {
    const waits: number[] = [];
    let record = after([], 'process');
    for (let exits = 0; exits < 6; exits += 1) {
      record = after([0], 'process', 'auto', { ...record, history: record.history.slice(-1) });
      waits.push(record.backoffMin);
      blocks(
        ask(record, { rung: 'process' }),
        exits === 0 ? 'minInterval' : 'backoff',
        record.backoffMin,
        'wait',
      );
    }
    assert.deepEqual(waits, [5, 10, 20, 40, 60, 60]);
  });

  it('allow nothing in the first minutes, except to replace a worker that bursts', () => {
    const young = { uptimeMs: 30_000 };
    blocks(ask(after([]), young), 'startupGrace', 1.5, 'wait');
    blocks(ask(after([]), { ...young, rung: 'process', isUrgent: true }), 'startupGrace', 1.5, 'wait');
    allows(ask(after([]), { ...young, isUrgent: true }));
    allows(ask(after([]), young, { ...OPTIONS, startupGraceMs: 0 }));
  });

  it('allow nothing while locked, scheduled or not', () => {
    const locked = { ...after([]), lockedUntil: 'reset' } as const;
    for (const cause of ['auto', 'manual', 'scheduled'] as const)
      blocks(ask(locked, { cause, isUrgent: true }), 'locked', undefined);
    blocks(ask({ ...after([]), lockedUntil: NOW + 10 * MIN }), 'locked', 10);
    allows(ask({ ...after([]), lockedUntil: NOW }));
  });

  it('never end a process that would not remember it', () => {
    blocks(ask(after([]), { rung: 'process', canPersist: false }), 'stateFile', undefined, 'never');
    allows(ask(after([]), { rung: 'flows', canPersist: false }));
  });

  it('take steps that lie in the future for steps of just now', () => {
    blocks(ask(after([-600])), 'recycleInterval', 1, 'wait');
    blocks(ask(after(range(6, -9000, 5))), 'recyclesPerHour', 60);
  });

  it('count anew after a reset, but keep the distances', () => {
    const record = withReset(after(range(6, 0.5, 5)), NOW);
    blocks(ask(record), 'recycleInterval', 0.5, 'wait');
    allows(ask(record, { nowMs: NOW + MIN }));
  });
});

describe('the budget of forced collections', () => {
  it('is one in 30 seconds, and a hundredth of the time', () => {
    allows(mayCollect(NOW, undefined, 0));
    blocks(mayCollect(NOW, NOW - 29_000, 10), 'gcBudget', 1 / 60, 'wait');
    allows(mayCollect(NOW, NOW - 30_000, 300));
    blocks(mayCollect(NOW, NOW - 30_000, 1200), 'gcBudget', 1.5, 'wait');
    blocks(mayCollect(NOW, NOW - 30_000, 0, MIN), 'gcBudget', 0.5, 'wait');
  });
});
