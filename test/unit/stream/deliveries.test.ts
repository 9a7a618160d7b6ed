import assert from 'node:assert/strict';
import type { SensrError } from '../../../lib/errors';
import { Deliveries } from '../../../lib/stream/deliveries';
import { FakeClock } from '../../helpers/fake-clock';

function setup(stallTimeoutMs = 30_000) {
  const clock = new FakeClock();
  const seen = { free: 0, stalls: [] as SensrError[], abandoned: 0 };
  const deliveries = new Deliveries(
    stallTimeoutMs,
    clock,
    () => (seen.free += 1),
    (error) => seen.stalls.push(error),
  );
  const send = (...holders: string[]): (() => void) => {
    let done = (): void => assert.fail('not sent');
    deliveries.send({}, (_, onDone) => {
      done = onDone;
      return { holders: () => holders, abandon: () => (seen.abandoned += 1) };
    });
    return done;
  };
  return { clock, seen, deliveries, send };
}

describe('Deliveries', () => {
  it('counts the messages that the flow is not done with', () => {
    const { clock, seen, deliveries, send } = setup();
    const [first, second] = [send(), send()];
    assert.equal(deliveries.count, 2);
    first();
    assert.deepEqual([deliveries.count, seen.free], [1, 1]);
    second();
    assert.deepEqual([deliveries.count, seen.free, clock.pending], [0, 2, 0]);
  });

  it('counts an end once', () => {
    const { seen, deliveries, send } = setup();
    send();
    const done = send();
    done();
    done();
    assert.deepEqual([deliveries.count, seen.free], [1, 1]);
  });

  it('gives a message up after stallTimeout, names all who hold it, and goes on', () => {
    const { clock, seen, deliveries, send } = setup(1500);
    const done = send("delay 'wait'", "http request 'post'");
    clock.advance(1499);
    assert.equal(seen.stalls.length, 0);
    clock.advance(1);
    assert.equal(seen.stalls[0]?.code, 'SENSR_STALLED');
    assert.match(seen.stalls[0]?.message ?? '', /within 1\.5 s: .*delay 'wait', http request 'post'\./);
    assert.deepEqual([deliveries.count, seen.free, seen.abandoned], [0, 1, 1]);
    done();
    assert.deepEqual([seen.free, seen.stalls.length, clock.pending], [1, 1, 0]);
  });

  it('says so when nobody can be named', () => {
    const { clock, seen, send } = setup();
    send();
    clock.advance(30_000);
    assert.match(seen.stalls[0]?.message ?? '', /cannot be named/);
  });

  it('gives each message its own time', () => {
    const { clock, seen, deliveries, send } = setup(1000);
    send();
    clock.advance(600);
    send();
    clock.advance(400);
    assert.deepEqual([seen.stalls.length, deliveries.count], [1, 1]);
    clock.advance(600);
    assert.equal(seen.stalls.length, 2);
  });

  it('abandons everything when closed, without a word, and leaves no timer', () => {
    const { clock, seen, deliveries, send } = setup();
    const done = send();
    send();
    deliveries.close();
    deliveries.close();
    done();
    clock.advance(60_000);
    assert.deepEqual([deliveries.count, seen.abandoned, seen.free, seen.stalls.length], [0, 2, 0, 0]);
    assert.equal(clock.pending, 0);
  });
});
