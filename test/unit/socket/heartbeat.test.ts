import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Heartbeat } from '../../../lib/socket/heartbeat';
import { FakeClock } from '../../helpers/fake-clock';

function setup(timing = { pingIntervalMs: 15_000, pongTimeoutMs: 8000 }) {
  const clock = new FakeClock();
  const startMs = clock.monotonicMs();
  const seen = { bytes: 0, pings: [] as number[], silentMs: [] as number[] };
  const sinceStartMs = (): number => clock.monotonicMs() - startMs;
  const heartbeat = new Heartbeat(
    {
      ping: () => seen.pings.push(sinceStartMs()),
      bytesRead: () => seen.bytes,
      onSilent: () => seen.silentMs.push(sinceStartMs()),
    },
    timing,
    clock,
  );
  return { clock, seen, heartbeat };
}

describe('Heartbeat', () => {
  it('pings each pingInterval', () => {
    const { clock, seen, heartbeat } = setup();
    clock.onPoll = () => (seen.bytes += 1);
    heartbeat.start();
    clock.advance(60_000);
    assert.deepEqual(seen.pings, [15_000, 30_000, 45_000, 60_000]);
  });

  it('calls a connection silent exactly pongTimeout after the ping that nothing followed, and once', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(22_999);
    assert.deepEqual(seen.silentMs, []);
    clock.advance(1);
    assert.deepEqual(seen.silentMs, [23_000]);
    clock.advance(600_000);
    assert.deepEqual(seen.silentMs, [23_000]);
    assert.equal(clock.pending, 0);
  });

  it('takes a single byte after a ping for life, also one of a frame still under way', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(15_000);
    for (let ping = 0; ping < 20; ping += 1) {
      clock.advance(7999);
      seen.bytes += 1;
      clock.advance(7001);
    }
    assert.equal(seen.pings.length, 21);
    assert.deepEqual(seen.silentMs, []);
  });

  it('does not count bytes that came before the ping', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(14_999);
    seen.bytes += 1_000_000;
    clock.advance(8001);
    assert.deepEqual(seen.silentMs, [23_000]);
  });

  it('lets bytes that arrived while the machine slept count, although timers run before they are read', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(15_000);
    clock.onPoll = () => {
      seen.bytes += 100;
      clock.onPoll = () => undefined;
    };
    clock.suspend(3_600_000);
    assert.deepEqual(seen.silentMs, []);
    clock.advance(15_000 + 8000);
    assert.equal(seen.silentMs.length, 1, 'a peer that died meanwhile is still noticed');
  });

  it('still notices silence when the machine slept and nothing had arrived', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(15_000);
    clock.suspend(3_600_000);
    assert.equal(seen.silentMs.length, 1);
  });

  it('leaves no timer after stop, whenever that is', () => {
    for (const ms of [0, 14_999, 15_000, 20_000, 22_999]) {
      const { clock, seen, heartbeat } = setup();
      heartbeat.start();
      clock.advance(ms);
      heartbeat.stop();
      heartbeat.stop();
      assert.equal(clock.pending, 0, `after ${ms} ms`);
      clock.advance(100_000);
      assert.deepEqual(seen.silentMs, []);
    }
  });

  it('can be stopped between the check and its last look', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(15_000);
    clock.onPoll = () => {
      if (clock.pending > 1 && clock.monotonicMs() % 1_000_000 >= 23_000) heartbeat.stop();
    };
    clock.advance(8000);
    assert.deepEqual(seen.silentMs, []);
    assert.equal(clock.pending, 0);
  });

  it('starts over when started again', () => {
    const { clock, seen, heartbeat } = setup();
    heartbeat.start();
    clock.advance(20_000);
    heartbeat.start();
    assert.equal(clock.pending, 1);
    clock.advance(22_999);
    assert.deepEqual(seen.silentMs, []);
    clock.advance(1);
    assert.deepEqual(seen.silentMs, [43_000]);
  });

  it('waits the whole pongTimeout when that is longer than pingInterval', () => {
    const { clock, seen, heartbeat } = setup({ pingIntervalMs: 5000, pongTimeoutMs: 12_000 });
    heartbeat.start();
    clock.advance(16_999);
    assert.deepEqual(seen.silentMs, []);
    clock.advance(1);
    assert.deepEqual(seen.silentMs, [17_000]);
    assert.deepEqual(seen.pings, [5000, 10_000, 15_000]);
    assert.equal(clock.pending, 0);
  });

  /** The last byte comes at any moment, and is noticed to have been the last one in time. */
  const noticesSilence = (longestPongTimeout: (pingIntervalMs: number) => number): void => {
    const times = fc.integer({ min: 1, max: 100 }).chain((n) =>
      fc.record({
        pingIntervalMs: fc.constant(n * 100),
        pongTimeoutMs: fc.integer({ min: 1, max: longestPongTimeout(n * 100) }),
        lastByteMs: fc.integer({ min: 0, max: 60_000 }),
      }),
    );
    fc.assert(
      fc.property(times, ({ pingIntervalMs, pongTimeoutMs, lastByteMs }) => {
        const { clock, seen, heartbeat } = setup({ pingIntervalMs, pongTimeoutMs });
        heartbeat.start();
        clock.onPoll = () => (seen.bytes += 1);
        clock.advance(lastByteMs);
        clock.onPoll = () => undefined;
        // Bytes came in every turn, so whoever was found silent was so wrongly.
        assert.deepEqual(seen.silentMs, []);
        clock.advance(pingIntervalMs + pongTimeoutMs);
        assert.equal(seen.silentMs.length, 1, 'not noticed in time');
        assert.equal(clock.pending, 0);
      }),
      { numRuns: 300 },
    );
  };

  it('notices silence within pingInterval + pongTimeout of the last byte', () => {
    noticesSilence((pingIntervalMs) => pingIntervalMs - 1);
  });

  it('notices silence within pingInterval + pongTimeout also when pongTimeout is the longer one', () => {
    noticesSilence((pingIntervalMs) => pingIntervalMs * 4);
  });
});
