import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRecord } from '../../../../lib/health/decide/parse-record';
import {
  continueRecord,
  emptyRecord,
  withBlocked,
  withHealthyHour,
  withHeartbeat,
  withOutcome,
  withPending,
  withReset,
  type HistoryEntry,
  type StateRecord,
} from '../../../../lib/health/decide/record';

const NOW = 1_700_000_000_000;
const MIN = 60_000;

const entry = (more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  at: NOW,
  action: 'process',
  reason: 'rss',
  cause: 'auto',
  rssBefore: 1000,
  rssAfter: null,
  uptimeS: 60,
  ok: null,
  ...more,
});

/** A process that lived for so long, ended like this. */
const lived = (minutes: number, more: Partial<StateRecord> = {}): StateRecord => ({
  ...emptyRecord('boot 1', NOW - minutes * MIN, NOW),
  ...more,
});
const next = (record: StateRecord): StateRecord => continueRecord(record, 'boot 2', NOW + 1000, NOW + 1000);

describe('the record of a new process', () => {
  it('takes an end without a word for a crash, and a crash for an exit', () => {
    const { history, backoffMin, earlyExits, pending, cleanExit, totals } = next(lived(30));
    assert.deepEqual(history, [
      entry({ reason: 'crash', cause: 'crash', rssBefore: null, uptimeS: 1800, ok: false }),
    ]);
    assert.deepEqual([backoffMin, earlyExits, pending, cleanExit], [5, 0, null, false]);
    assert.deepEqual(totals, { 'process crash': 1 });
  });

  it('takes a step that the process did not survive for a crash', () => {
    const record = withPending(lived(30), entry({ action: 'recycle' }));
    assert.deepEqual(
      next(record).history.map(({ action, cause }) => `${cause} ${action}`),
      ['auto recycle', 'crash process'],
    );
  });

  it('knows its own exit again, and counts it once', () => {
    for (const cleanExit of [true, false]) {
      const record = next({ ...withPending(lived(30), entry()), cleanExit });
      assert.deepEqual(record.history, [entry()]);
      assert.equal(record.pending, null);
    }
  });

  it('counts nothing for an end in good order', () => {
    const record = next(lived(1, { cleanExit: true }));
    assert.deepEqual([record.history, record.earlyExits, record.lockedUntil], [[], 0, null]);
  });

  it('locks after three processes in a row that lived less than ten minutes', () => {
    const second = next(lived(9, { earlyExits: 1 }));
    assert.deepEqual([second.earlyExits, second.lockedUntil], [2, null]);
    const third = next(lived(9, { earlyExits: 2 }));
    assert.deepEqual([third.lockedUntil, third.lockedBy], ['reset', 'earlyExits']);
    assert.equal(next(lived(10, { earlyExits: 2 })).lockedUntil, null);
    assert.equal(
      next({ ...withPending(lived(9, { earlyExits: 2 }), entry()), cleanExit: true }).lockedBy,
      'earlyExits',
    );
  });

  it('stays locked over any number of starts', () => {
    const locked = lived(60, { lockedUntil: 'reset', lockedBy: 'exitsPerHour', cleanExit: true });
    assert.deepEqual([next(next(locked)).lockedUntil, next(locked).lockedBy], ['reset', 'exitsPerHour']);
  });

  it('is the same record when the process is the same', () => {
    const record = withPending(lived(30, { cleanExit: true, earlyExits: 2 }), entry({ action: 'flows' }));
    const again = continueRecord({ ...record, cleanExit: true }, 'boot 1', NOW, NOW + 5);
    assert.deepEqual(
      [again.history, again.startedAt, again.earlyExits],
      [record.history, record.startedAt, 2],
    );
    assert.deepEqual([again.pending, again.cleanExit], [null, false]);
  });

  it('moves what lies in the future to its own start', () => {
    const ahead = 1000 * MIN;
    const record = next(
      lived(0, {
        startedAt: NOW + ahead,
        heartbeatAt: NOW + ahead,
        cleanExit: true,
        history: [entry({ at: NOW + ahead })],
        scheduledAt: [NOW + ahead],
        lockedUntil: NOW + ahead,
        countFrom: NOW + ahead,
      }),
    );
    const start = NOW + 1000;
    assert.deepEqual([record.history[0]?.at, record.scheduledAt, record.countFrom], [start, [start], start]);
    assert.equal(record.lockedUntil, start + 10 * MIN);
  });
});

describe('what is remembered of steps', () => {
  it('is written down before, and completed after', () => {
    const before = withPending(lived(30), entry({ action: 'recycle' }));
    assert.deepEqual(before.pending, { action: 'recycle', reason: 'rss', at: NOW });
    const after = withOutcome(before, NOW, { rssAfter: 600, ok: true });
    assert.deepEqual(after.history, [entry({ action: 'recycle', rssAfter: 600, ok: true })]);
    assert.equal(after.pending, null);
  });

  it('doubles the pause for the same reason, and for what did not help', () => {
    const pauses = (...entries: Partial<HistoryEntry>[]): number =>
      entries.reduce((record, one) => withPending(record, entry(one)), lived(30)).backoffMin;
    assert.equal(pauses({}), 5);
    assert.equal(pauses({ ok: true }, {}), 10);
    assert.equal(pauses({ ok: true }, { reason: 'heap.main' }), 5);
    assert.equal(pauses({ ok: false }, { reason: 'heap.main' }), 10);
    assert.equal(pauses({ ok: true }, { reason: 'crash', cause: 'crash', ok: false }), 10);
    assert.equal(pauses(...Array<object>(9).fill({})), 60);
    assert.equal(pauses({ cause: 'scheduled' }, { cause: 'manual' }, { action: 'recycle' }), 0);
  });

  it('is at most 50, and of each kind all that limits count', () => {
    const kinds: readonly Partial<HistoryEntry>[] = [
      { action: 'process' },
      { action: 'recycle' },
      { action: 'flows' },
      { cause: 'scheduled' },
    ];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 300 }), (picks) => {
        const record = picks.reduce(
          (so, pick, index) => withPending(so, entry({ ...kinds[pick], at: NOW + index })),
          lived(30),
        );
        assert.ok(record.history.length <= 50);
        assert.ok(record.scheduledAt.length <= 48);
        for (const [pick, most] of [12, 6, 3].entries()) {
          const kept = record.history.filter(
            ({ action, cause }) => action === kinds[pick]?.action && cause !== 'scheduled',
          );
          assert.ok(kept.length >= Math.min(most, picks.filter((one) => one === pick).length));
        }
        const times = record.history.map(({ at }) => at);
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('forgives after an hour of health, ten minutes of life, and a reset', () => {
    const bad = lived(9, { backoffMin: 40, earlyExits: 2, lockedUntil: 'reset', lockedBy: 'exitsPerHour' });
    const healthy = withHealthyHour(bad);
    assert.deepEqual([healthy.backoffMin, healthy.earlyExits, healthy.lockedUntil], [0, 0, 'reset']);
    assert.equal(withHeartbeat(bad, NOW).earlyExits, 2);
    assert.equal(withHeartbeat(bad, NOW + MIN).earlyExits, 0);
    const { backoffMin, earlyExits, lockedUntil, lockedBy, countFrom } = withReset(bad, NOW);
    assert.deepEqual([backoffMin, earlyExits, lockedUntil, lockedBy, countFrom], [0, 0, null, null, NOW]);
  });

  it('counts what was blocked', () => {
    const record = withBlocked(withBlocked(withBlocked(lived(1), 'backoff'), 'locked'), 'backoff');
    assert.deepEqual(record.blocked, { backoff: 2, locked: 1 });
  });
});

describe('reading a record', () => {
  it('gives back what was written', () => {
    const record = withPending(lived(5, { lockedUntil: 'reset' }), entry());
    assert.deepEqual(parseRecord(JSON.stringify(record)), { kind: 'ok', record });
  });

  it('refuses what is damaged, and says where', () => {
    const text = JSON.stringify(lived(5));
    for (const bad of ['', '{', 'null', '[]', '1', text.slice(0, -1)])
      assert.equal(parseRecord(bad).kind, 'corrupt', bad);
    for (const key of Object.keys(lived(5))) {
      const { [key]: _gone, ...rest } = lived(5) as unknown as Record<string, unknown>;
      const parsed = parseRecord(JSON.stringify(rest));
      assert.ok(parsed.kind === 'corrupt' && parsed.why.includes(key), key);
    }
    for (const bad of [{ at: -1 }, { at: 'now' }, { action: 'reboot' }, { ok: 1 }]) {
      const history = [{ ...entry(), ...bad }];
      assert.equal(
        parseRecord(JSON.stringify({ ...lived(5), history })).kind,
        'corrupt',
        JSON.stringify(bad),
      );
    }
  });

  it('tells a later version from damage', () => {
    assert.equal(parseRecord(JSON.stringify({ v: 2, anything: true })).kind, 'newer');
    assert.equal(parseRecord(JSON.stringify({ ...lived(5), v: 0 })).kind, 'corrupt');
  });
});
