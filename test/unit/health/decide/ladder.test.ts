import assert from 'node:assert/strict';
import { COMPONENT_NAMES, type Component, type Rung } from '../../../../lib/health/decide/components';
import { Episode } from '../../../../lib/health/decide/episode';
import { hasHelped, hasRisen, nextRung, type Permissions } from '../../../../lib/health/decide/ladder';
import { ALLOWED, type Limit, type LimitKind, type Verdict } from '../../../../lib/health/decide/limits';
import { plan, recommendedRung } from '../../../../lib/health/decide/plan';
import { sample } from './helpers/measures';

const ALL: Permissions = { autoRestart: true, maxAction: 'process', allowProcessExit: true };
const tried = (...rungs: Rung[]) => rungs.map((rung) => ({ rung, helped: false }));

/** Every step in turn, each without success. */
function climb(offender: Component, floors: readonly number[] = []): Rung[] {
  const taken: Rung[] = [];
  for (;;) {
    const { rung } = nextRung(offender, tried(...taken), floors, ALL, new Set());
    if (rung === undefined) return taken;
    taken.push(rung);
  }
}

describe('the ladder', () => {
  it('has its steps in order for each offender', () => {
    const ladders = Object.fromEntries(
      COMPONENT_NAMES.map((name) => [name, climb(name, [50, 60]).join(' ')]),
    );
    assert.deepEqual(ladders, {
      'heap.worker': 'gc recycle process',
      'heap.main': 'gc flows process',
      'gcShare.worker': 'gc recycle process',
      'gcShare.main': 'gc flows process',
      ping: 'recycle process',
      'elu.worker': 'recycle process',
      residual: 'recycle recycle process',
      rss: 'gc recycle recycle flows process',
      loopDelay: '',
      'elu.main': '',
      cpu: '',
      messageAge: '',
      errors: '',
      disk: '',
    });
  });

  it('ends the process for the residual only when two recycles left a higher floor', () => {
    assert.deepEqual(climb('residual', [50, 60]), ['recycle', 'recycle', 'process']);
    assert.deepEqual(climb('residual', [60, 50]), ['recycle', 'recycle']);
    assert.deepEqual(climb('residual', [50, 50.2]), ['recycle', 'recycle']);
    assert.deepEqual(climb('residual', [50]), ['recycle', 'recycle']);
    assert.equal(hasRisen([10, 60, 50]), false);
  });

  it('recommends but does not take what is not allowed', () => {
    const blocked = (offender: Component, attempts: Rung[], permissions: Partial<Permissions>) =>
      nextRung(offender, tried(...attempts), [], { ...ALL, ...permissions }, new Set());
    assert.deepEqual(blocked('heap.worker', [], { autoRestart: false }), { rung: 'gc' });
    assert.deepEqual(blocked('heap.worker', ['gc'], { autoRestart: false }), {
      rung: undefined,
      recommended: 'recycle',
      blockedBy: 'autoRestart',
    });
    assert.deepEqual(blocked('heap.main', ['gc'], { maxAction: 'recycle' }), {
      rung: undefined,
      recommended: 'flows',
      blockedBy: 'maxAction',
    });
    assert.deepEqual(blocked('heap.main', ['gc', 'flows'], { allowProcessExit: false }), {
      rung: undefined,
      recommended: 'process',
      blockedBy: 'allowProcessExit',
    });
    assert.deepEqual(blocked('heap.main', ['gc'], { maxAction: 'flows' }), { rung: 'flows' });
    assert.deepEqual(blocked('ping', ['recycle', 'process'], {}), {
      rung: undefined,
      recommended: 'process',
      blockedBy: 'nothingLeft',
    });
  });
});

describe('a step', () => {
  const effect = { before: 90, baseline: 40, warning: 80 };

  it('has helped when the offender is back under warning', () => {
    assert.equal(hasHelped({ ...effect, after: 79 }), true);
    assert.equal(hasHelped({ ...effect, after: undefined }), true);
  });

  it('has helped when it freed three tenths of what had grown', () => {
    assert.equal(hasHelped({ ...effect, before: 99, baseline: 39, after: 81 }), true);
    assert.equal(hasHelped({ ...effect, before: 99, baseline: 39, after: 81.1 }), false);
  });

  it('has not helped otherwise', () => {
    assert.equal(hasHelped({ ...effect, after: 90 }), false);
    assert.equal(hasHelped({ ...effect, after: 95 }), false);
    assert.equal(hasHelped({ before: 90, after: 90, baseline: 90, warning: 80 }), false);
  });
});

describe('the plan', () => {
  const no = (limit: Limit, kind: LimitKind): Verdict => ({
    isAllowed: false,
    limit,
    kind,
    untilMs: kind === 'wait' ? 5 : undefined,
  });
  const make = (
    offenders: readonly Component[],
    verdicts: Partial<Record<Rung, Verdict>> = {},
    permissions: Partial<Permissions> = {},
    episode = new Episode(),
  ) =>
    plan({
      offenders,
      episode,
      permissions: { ...ALL, ...permissions },
      mayTake: (rung) => verdicts[rung] ?? ALLOWED,
    });

  it('takes the first offender’s next step', () => {
    assert.deepEqual(make(['heap.worker', 'rss']), { what: 'take', rung: 'gc', offender: 'heap.worker' });
  });

  it('goes on to the next offender when nothing can be done for the first', () => {
    const found = make(['loopDelay', 'heap.main']);
    assert.deepEqual(found, { what: 'take', rung: 'gc', offender: 'heap.main' });
  });

  it('does not wait for a collection when one was just made', () => {
    const found = make(['heap.worker'], { gc: no('gcBudget', 'wait') });
    assert.deepEqual(found, { what: 'take', rung: 'recycle', offender: 'heap.worker' });
  });

  it('waits for what time lifts', () => {
    assert.deepEqual(make(['ping'], { recycle: no('recycleInterval', 'wait') }), {
      what: 'wait',
      rung: 'recycle',
      offender: 'ping',
      limit: 'recycleInterval',
      untilMs: 5,
    });
  });

  it('takes the next step when one is used up, and locks when none is left', () => {
    const usedUp = { recycle: no('recyclesPerHour', 'exhausted') };
    assert.deepEqual(make(['ping'], usedUp), { what: 'take', rung: 'process', offender: 'ping' });
    const lock = { what: 'lock', rung: 'recycle', offender: 'ping', limit: 'recyclesPerHour' };
    assert.deepEqual(make(['ping'], usedUp, { maxAction: 'recycle' }), lock);
    assert.equal(make(['ping'], { ...usedUp, process: no('exitsPerHour', 'exhausted') }).what, 'lock');
    assert.equal(make(['loopDelay', 'ping'], usedUp, { maxAction: 'recycle' }).what, 'lock');
  });

  it('only recommends, and does not lock, when the process cannot be ended safely', () => {
    const episode = new Episode();
    episode.tried('ping', { rung: 'recycle', helped: false });
    assert.deepEqual(make(['ping'], { process: no('stateFile', 'never') }, {}, episode), {
      what: 'none',
      rung: 'process',
      offender: 'ping',
      blockedBy: 'stateFile',
    });
  });

  it('recommends the next restart, whatever is allowed', () => {
    const episode = new Episode();
    assert.equal(recommendedRung('heap.main', episode), 'flows');
    episode.tried('heap.main', { rung: 'flows', helped: false });
    assert.equal(recommendedRung('heap.main', episode), 'process');
    episode.tried('heap.main', { rung: 'process', helped: false });
    assert.equal(recommendedRung('heap.main', episode), 'process');
    assert.equal(recommendedRung('loopDelay', episode), undefined);
  });
});

describe('an episode', () => {
  it('keeps the lowest level, the attempts until its end, and two floors beyond it', () => {
    const episode = new Episode();
    for (const rss of [50, 45, 60]) episode.observe(sample({ rss }));
    assert.equal(episode.baseline('rss'), 45);
    assert.equal(episode.baseline('disk'), 50);
    episode.tried('rss', { rung: 'gc', helped: true });
    for (const residual of [20, 30, 40]) episode.recycled(sample({ residual }));
    episode.end();
    assert.deepEqual(episode.attempts('rss'), []);
    assert.deepEqual(episode.floors('residual'), [30, 40]);
    episode.forgetFloors();
    assert.deepEqual(episode.floors('residual'), []);
  });
});
