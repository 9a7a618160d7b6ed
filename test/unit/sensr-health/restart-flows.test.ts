import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { restartFlows } from '../../../nodes/health/restart-flows';
import { FakeClock } from '../../helpers/fake-clock';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a restart of flows', () => {
  const start = (reload: (events: EventEmitter) => void | Promise<void>) => {
    const [events, clock] = [new EventEmitter(), new FakeClock()];
    const api = { preflight: () => Promise.resolve(), reloadFlows: async () => reload(events) };
    let outcome: unknown;
    const done = restartFlows(api, events, clock).then(
      () => (outcome = 'done'),
      (error: unknown) => (outcome = error),
    );
    const left = (): unknown[] => [events.eventNames(), clock.pending];
    return { events, clock, done, left, outcome: () => outcome };
  };

  it('is over when the flows run again, not when Node-RED answers', async () => {
    const { events, done, left, outcome } = start((all) => void all.emit('flows:stopping'));
    await settle();
    assert.equal(outcome(), undefined);
    events.emit('flows:started');
    assert.equal(await done, 'done');
    assert.deepEqual(left(), [[], 0]);
  });

  it('is over at the answer when they ran before it', async () => {
    const { done, left } = start((all) => {
      all.emit('flows:stopping');
      all.emit('flows:started');
    });
    assert.equal(await done, 'done');
    assert.deepEqual(left(), [[], 0]);
  });

  it("does not take the end of somebody's deploy for its own", async () => {
    const { events, done, left, outcome } = start(async (all) => {
      // Under way before: Node-RED lets one wait for the other.
      all.emit('flows:started');
      await settle();
      all.emit('flows:stopping');
    });
    await settle();
    await settle();
    await settle();
    assert.equal(outcome(), undefined);
    events.emit('flows:started');
    assert.equal(await done, 'done');
    assert.deepEqual(left(), [[], 0]);
  });

  it('says so when the flows do not come back', async () => {
    const { clock, done, left } = start((all) => void all.emit('flows:stopping'));
    await settle();
    clock.advance(30_000);
    assert.equal(((await done) as { code: string }).code, 'SENSR_TIMEOUT');
    assert.deepEqual(left(), [[], 0]);
  });

  it('leaves nothing when the request fails', async () => {
    const { done, left } = start(() => Promise.reject(new Error('refused')));
    assert.match(String(await done), /refused/);
    assert.deepEqual(left(), [[], 0]);
  });
});
