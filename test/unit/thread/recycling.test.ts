import assert from 'node:assert/strict';
import { Recycling } from '../../../lib/thread/recycling';
import { FakeClock } from '../../helpers/fake-clock';
import { socketOptions } from '../../helpers/fake-link';
import { FakeThread } from './helpers/fake-thread';

const STATUS_OPEN = { op: 'status', socket: 1, status: { state: 'open', attempt: 0 } } as const;

function setup() {
  const clock = new FakeClock();
  const [old, next] = [new FakeThread(), new FakeThread()];
  const counts = { frames: 0, bytes: 0, refused: 0 };
  const recycling: Recycling = new Recycling(
    {
      old,
      next,
      sockets: [{ id: 1, isOpen: () => true, counts: () => ({ ...counts }), options: socketOptions() }],
      onHandedOver: () => recycling.release(),
    },
    clock,
  );
  for (const thread of [old, next])
    thread.on('exit', () => {
      recycling.onExit(thread, new Error('out of memory'));
    });
  const startMs = clock.monotonicMs();
  let ended: { reason: string | undefined; afterMs: number } | undefined;
  const run = recycling.run().then((reason) => {
    ended = { reason, afterMs: clock.monotonicMs() - startMs };
    return reason;
  });
  const match = (): void => {
    recycling.receive(next, STATUS_OPEN);
    recycling.receive(next, { op: 'seen', socket: 1, print: 'a' });
    recycling.receive(old, { op: 'found', socket: 1 });
  };
  /** Seconds in which a frame of a megabyte comes each `frameMs`, until the recycling ends. */
  const carry = async (seconds: number, frameMs: number): Promise<void> => {
    for (let ms = 250; ms <= seconds * 1000 && !ended; ms += 250) {
      counts.bytes += (1_000_000 * 250) / frameMs;
      counts.frames = Math.floor(ms / frameMs);
      clock.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, old, next, recycling, run, match, carry, ended: () => ended };
}

describe('Recycling', () => {
  it('is abandoned after 15 s when frames come often, and none on both', async () => {
    const { recycling, next, carry, ended, clock } = setup();
    recycling.receive(next, STATUS_OPEN);
    await carry(100, 500);
    assert.equal(ended()?.afterMs, 15_000);
    assert.match(ended()?.reason ?? '', /within 15 s/);
    assert.deepEqual([next.terminations, clock.pending], [1, 0]);
  });

  it('is abandoned after 15 s when the new connection does not open', async () => {
    const { carry, ended } = setup();
    await carry(100, 5000);
    assert.equal(ended()?.afterMs, 15_000);
  });

  it('waits for a slow link, a minute at most', async () => {
    const { recycling, old, next, carry, ended, clock } = setup();
    recycling.receive(next, STATUS_OPEN);
    await carry(100, 5000);
    assert.equal(ended()?.afterMs, 60_000);
    assert.match(ended()?.reason ?? '', /within 60 s/);
    assert.deepEqual([old.terminations, next.terminations, clock.pending], [0, 1, 0]);
  });

  it('goes on with a frame that a slow link brings after 40 s, and has time to hand over then', async () => {
    const { recycling, old, next, match, carry, run, clock } = setup();
    recycling.receive(next, STATUS_OPEN);
    await carry(40, 5000);
    match();
    assert.equal(old.of('handOver').length, 1);
    clock.advance(14_999);
    assert.equal(old.terminations, 0);
    recycling.receive(old, { op: 'handedOver', sockets: [] });
    recycling.receive(old, { op: 'retired' });
    assert.equal(await run, undefined);
    assert.deepEqual([old.terminations, next.terminations, clock.pending], [1, 0, 0]);
  });

  it('ends an old thread that hangs while it hands over', async () => {
    const { match, old, run, clock } = setup();
    match();
    clock.advance(15_000);
    assert.equal(old.terminations, 1);
    assert.match((await run) ?? '', /ended while it handed over/);
  });

  it('is abandoned when the new thread ends before the old one hands over', async () => {
    const { next, old, run, recycling } = setup();
    next.emit('exit', 1);
    assert.match((await run) ?? '', /the new thread failed: out of memory/);
    assert.deepEqual(
      old.posted.map(({ op }) => op),
      ['watch', 'unwatch'],
    );
    assert.equal(recycling.nextFailure, undefined);
  });

  it('remembers that the new thread ended while the old one handed over', () => {
    const { match, next, recycling } = setup();
    match();
    next.emit('exit', 1);
    assert.match(String(recycling.nextFailure), /out of memory/);
    assert.equal(recycling.isHandingOver, true);
  });
});
