import assert from 'node:assert/strict';
import { systemClock } from '../../../lib/clock';

/** Settles when `action` has been called. */
const called = (arrange: (action: () => void) => void): Promise<void> => new Promise(arrange);

describe('systemClock', () => {
  it('tells wall time with fractions, close to that of the host', () => {
    const wallMs = systemClock.wallMs();
    assert.ok(Math.abs(wallMs - Date.now()) < 25, `${wallMs}`);
    const fractions = Array.from({ length: 20 }, () => systemClock.wallMs() % 1);
    assert.ok(fractions.some((fraction) => fraction !== 0));
  });

  it('follows when the wall clock of the host is set', () => {
    const original = Date.now;
    try {
      Date.now = () => original() + 3_600_000;
      assert.ok(Math.abs(systemClock.wallMs() - Date.now()) < 25);
      const fractions = Array.from({ length: 20 }, () => systemClock.wallMs() % 1);
      assert.ok(fractions.some((fraction) => fraction !== 0));
    } finally {
      Date.now = original;
    }
    assert.ok(Math.abs(systemClock.wallMs() - Date.now()) < 25);
  });

  it('never goes backwards, however the wall clock is set', () => {
    const original = Date.now;
    try {
      let lastMs = systemClock.monotonicMs();
      for (let n = 0; n < 1000; n += 1) {
        Date.now = () => original() - n * 1000;
        const nowMs = systemClock.monotonicMs();
        assert.ok(nowMs >= lastMs);
        lastMs = nowMs;
      }
    } finally {
      Date.now = original;
    }
  });

  it('runs an action once after its delay', async () => {
    const startMs = systemClock.monotonicMs();
    let calls = 0;
    await called((done) => {
      // Its timers do not keep the process up; the test's own does.
      const keepUp = setTimeout(done, 5000);
      systemClock.after(20, () => {
        calls += 1;
        clearTimeout(keepUp);
        done();
      });
    });
    assert.equal(calls, 1);
    assert.ok(systemClock.monotonicMs() - startMs >= 19);
  });

  it('runs an action each period until it is stopped', async () => {
    let calls = 0;
    await called((done) => {
      const keepUp = setTimeout(done, 5000);
      const stop = systemClock.every(2, () => {
        calls += 1;
        if (calls < 3) return;
        stop();
        clearTimeout(keepUp);
        setTimeout(done, 10);
      });
    });
    assert.equal(calls, 3);
  });

  it('runs what waits for arrived data after the timers that are due', async () => {
    const order: string[] = [];
    await called((done) => {
      setTimeout(() => {
        systemClock.afterPoll(() => {
          order.push('after poll');
          done();
        });
        setImmediate(() => order.push('immediate'));
        order.push('timer');
      }, 1);
    });
    assert.equal(order[0], 'timer');
    assert.ok(order.includes('after poll'));
  });

  it('cancels each kind, before and after it ran', async () => {
    const stops = [
      systemClock.after(1, () => assert.fail('after')),
      systemClock.every(1, () => assert.fail('every')),
      systemClock.afterPoll(() => assert.fail('afterPoll')),
    ];
    for (const stop of stops) stop();
    for (const stop of stops) stop();
    await called((done) => setTimeout(done, 10));
  });
});
