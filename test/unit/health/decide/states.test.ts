import assert from 'node:assert/strict';
import {
  HealthStates,
  HEALTH_STATES,
  HEALTH_TRANSITIONS,
  type Findings,
  type HealthState,
} from '../../../../lib/health/decide/states';

const OPTIONS = { startupGraceMs: 120_000, checkIntervalMs: 60_000, failedChecks: 3 };
const STEP_MS = 10_000;
const GOOD: Findings = { level: 'normal', isCurableCritical: false, isFastPathConfirmed: false };
const WARM: Findings = { ...GOOD, level: 'warning' };
const BAD: Findings = { level: 'critical', isCurableCritical: true, isFastPathConfirmed: false };
/** A full disk: critical, but no restart helps. */
const FULL: Findings = { ...GOOD, level: 'critical' };

class Course {
  nowMs = 1_000_000;
  readonly moves: string[] = [];
  readonly states: HealthStates;

  constructor(options = OPTIONS, uptimeMs = 0) {
    this.states = new HealthStates(options, this.nowMs, uptimeMs, (to, from) => {
      this.moves.push(`${from} ${to}`);
    });
  }

  static settled(options = OPTIONS): Course {
    const course = new Course(options);
    course.run(120_000, GOOD);
    assert.equal(course.state, 'normal');
    return course;
  }

  get state(): HealthState {
    return this.states.state;
  }

  run(ms: number, findings: Findings): this {
    for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
      this.nowMs += STEP_MS;
      this.states.observe(findings, this.nowMs);
    }
    return this;
  }

  /** @returns seconds until that state, or -1 */
  until(state: HealthState, findings: Findings, mostMs = 900_000): number {
    const startMs = this.nowMs;
    while (this.nowMs - startMs < mostMs)
      if (this.run(STEP_MS, findings).state === state) return (this.nowMs - startMs) / 1000;
    return -1;
  }
}

describe('states of health', () => {
  it('know every state in the table, and nothing leaves stopping', () => {
    assert.deepEqual(Object.keys(HEALTH_TRANSITIONS), [...HEALTH_STATES]);
    assert.deepEqual(HEALTH_TRANSITIONS.stopping, []);
  });

  it('stay in starting for the grace, whatever is found, and then say what is', () => {
    const course = new Course();
    assert.equal(course.run(110_000, BAD).state, 'starting');
    assert.equal(course.run(10_000, BAD).state, 'critical');
  });

  it('honor the startupGrace option, of the process and not of the node', () => {
    assert.equal(new Course({ ...OPTIONS, startupGraceMs: 20_000 }).until('normal', GOOD), 20);
    assert.equal(new Course(OPTIONS, 100_000).until('normal', GOOD), 20);
    assert.equal(new Course(OPTIONS, 500_000).until('normal', GOOD), 10);
  });

  it('follow the level up and down', () => {
    const course = Course.settled();
    for (const [findings, state] of [
      [WARM, 'warning'],
      [FULL, 'critical'],
      [WARM, 'warning'],
      [GOOD, 'normal'],
      [FULL, 'critical'],
      [GOOD, 'normal'],
    ] as const)
      assert.equal(course.run(STEP_MS, findings).state, state);
  });

  it('are unhealthy after three failed checks', () => {
    const seconds = Course.settled().until('unhealthy', BAD);
    assert.ok(seconds >= 120 && seconds <= 180, `${seconds} s`);
  });

  it('honor the failedChecks option', () => {
    const seconds = Course.settled({ ...OPTIONS, failedChecks: 1 }).until('unhealthy', BAD);
    assert.ok(seconds <= 60, `${seconds} s`);
  });

  it('are unhealthy after five minutes, when checks are rare', () => {
    const course = Course.settled({ ...OPTIONS, checkIntervalMs: 3_600_000 });
    assert.equal(course.until('unhealthy', BAD), 310);
  });

  it('count every check and its result, in whatever state', () => {
    const course = new Course().run(120_000, GOOD).run(180_000, BAD).run(60_000, FULL);
    assert.deepEqual(course.states.checks, { ok: 3, failed: 3 });
  });

  it('count the checks anew after one that was passed', () => {
    const course = Course.settled();
    course.run(110_000, BAD).run(10_000, WARM);
    const seconds = course.until('unhealthy', BAD);
    assert.ok(seconds > 120, `${seconds} s`);
  });

  it('never are for what no restart cures', () => {
    assert.equal(Course.settled().until('unhealthy', FULL, 3_600_000), -1);
  });

  it('are at once when the fast path is confirmed', () => {
    const course = Course.settled().run(STEP_MS, { ...BAD, isFastPathConfirmed: true });
    assert.equal(course.state, 'unhealthy');
    assert.deepEqual(course.moves.slice(-2), ['normal critical', 'critical unhealthy']);
  });

  it('recover by themselves when the trouble passes', () => {
    const course = Course.settled();
    course.until('unhealthy', BAD);
    assert.equal(course.run(STEP_MS, WARM).state, 'warning');
    assert.equal(course.states.isUnhealthy, false);
  });

  it('wait for the judgement of a step', () => {
    const course = Course.settled();
    course.until('unhealthy', BAD);
    course.states.stepStarted(course.nowMs);
    assert.equal(course.run(60_000, GOOD).state, 'recovering');
  });

  it('start over for a minute after a step that helped', () => {
    const course = Course.settled();
    course.until('unhealthy', BAD);
    course.states.stepStarted(course.nowMs);
    course.states.stepJudged('helped', course.nowMs);
    assert.equal(course.state, 'starting');
    assert.equal(course.run(50_000, BAD).state, 'starting');
    assert.equal(course.run(10_000, BAD).state, 'critical');
    assert.ok(course.until('unhealthy', BAD) >= 100);
  });

  it('are unhealthy again after one that did not', () => {
    const course = Course.settled();
    course.until('unhealthy', BAD);
    course.states.stepStarted(course.nowMs);
    course.states.stepJudged('failed', course.nowMs);
    assert.equal(course.run(STEP_MS, BAD).state, 'unhealthy');
  });

  it('go on with the grace of the start after a step in it that did not help', () => {
    const course = new Course().run(20_000, BAD);
    course.states.stepStarted(course.nowMs);
    course.states.stepJudged('failed', course.nowMs);
    assert.equal(course.run(90_000, BAD).state, 'starting');
    assert.equal(course.run(10_000, BAD).state, 'critical');
  });

  it('stay locked in good days and bad ones, and know which these are', () => {
    const course = Course.settled();
    course.states.lock(course.nowMs);
    assert.equal(course.run(600_000, BAD).state, 'locked');
    assert.equal(course.states.isUnhealthy, true);
    assert.equal(course.run(600_000, GOOD).state, 'locked');
    assert.equal(course.states.isUnhealthy, false);
    course.states.unlock(course.nowMs);
    assert.equal(course.state, 'normal');
  });

  it('count anew after a lock', () => {
    const course = Course.settled();
    course.states.lock(course.nowMs);
    course.run(600_000, BAD).states.unlock(course.nowMs);
    assert.equal(course.state, 'critical');
    assert.equal(course.run(STEP_MS, BAD).state, 'critical');
  });

  it('take a sleep of the machine for one check, not for many', () => {
    const course = Course.settled().run(60_000, BAD);
    course.nowMs += 250_000;
    assert.equal(course.run(STEP_MS, BAD).state, 'unhealthy', 'critical for five minutes');
    const rare = Course.settled({ ...OPTIONS, failedChecks: 4 }).run(60_000, BAD);
    rare.nowMs += 200_000;
    assert.equal(rare.run(STEP_MS, BAD).state, 'critical');
  });

  it('allow nothing after stopping', () => {
    const course = Course.settled();
    course.states.stop(course.nowMs);
    assert.equal(course.run(60_000, BAD).state, 'stopping');
    assert.throws(() => {
      course.states.lock(course.nowMs);
    }, /Illegal move from stopping/);
  });
});
