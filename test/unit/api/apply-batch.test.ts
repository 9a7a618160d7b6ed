import assert from 'node:assert/strict';
import { ApplyBatch } from '../../../lib/api/apply-batch';
import { SensrError } from '../../../lib/errors';
import { FakeClock } from '../../helpers/fake-clock';
import { deferred, settled, type Deferred } from './helpers/fake-session';

function setup() {
  const clock = new FakeClock();
  const runs: Deferred<unknown>[] = [];
  const told: string[] = [];
  const batch = new ApplyBatch(() => {
    const run = deferred<unknown>();
    runs.push(run);
    return run.promise;
  }, clock);
  const note = (name: string): void => {
    batch.note((error, writes) => told.push(`${name}: ${error?.code ?? 'applied'} ${writes}`));
  };
  return { clock, runs, told, batch, note };
}

describe('ApplyBatch', () => {
  it('applies once, 0.3 s after the last write, and tells each of them', async () => {
    const { clock, runs, told, note } = setup();
    note('a');
    clock.advance(200);
    note('b');
    clock.advance(299);
    assert.equal(runs.length, 0);
    clock.advance(1);
    assert.equal(runs.length, 1);
    runs[0]!.resolve(true);
    await settled();
    assert.deepEqual(told, ['a: applied 2', 'b: applied 2']);
    clock.advance(10_000);
    assert.deepEqual([runs.length, clock.pending], [1, 0]);
  });

  it('applies 5 s after the first write where writes never pause, and begins anew then', async () => {
    const { clock, runs, told, note } = setup();
    const noteFor = (durationMs: number): void => {
      for (let passedMs = 0; passedMs < durationMs; passedMs += 100) {
        note('w');
        clock.advance(100);
      }
    };
    noteFor(4900);
    assert.equal(runs.length, 0);
    noteFor(100);
    assert.equal(runs.length, 1);
    runs[0]!.resolve(true);
    await settled();
    assert.deepEqual([told.length, told[0]], [50, 'w: applied 50']);
    noteFor(4900);
    assert.equal(runs.length, 1);
    noteFor(100);
    assert.equal(runs.length, 2);
  });

  it('counts the 5 s from the first write, also where that came while it applied', async () => {
    const { clock, runs, note } = setup();
    note('a');
    clock.advance(300);
    note('b');
    clock.advance(6000);
    runs[0]!.resolve(true);
    await settled();
    clock.advance(0);
    assert.equal(runs.length, 2);
  });

  it('does not apply while it applies: what comes meanwhile is for the next one', async () => {
    const { clock, runs, told, note } = setup();
    note('a');
    clock.advance(300);
    note('b');
    note('c');
    clock.advance(5000);
    assert.equal(runs.length, 1);
    runs[0]!.resolve(true);
    await settled();
    assert.deepEqual(told, ['a: applied 1']);
    clock.advance(300);
    assert.equal(runs.length, 2);
    runs[1]!.resolve(true);
    await settled();
    assert.deepEqual(told.slice(1), ['b: applied 2', 'c: applied 2']);
  });

  it('tells of a failure for how many writes it was, and applies the next ones all the same', async () => {
    const { clock, runs, told, note } = setup();
    note('a');
    note('b');
    clock.advance(300);
    runs[0]!.reject(new SensrError('SENSR_TIMEOUT', 'no answer'));
    await settled();
    assert.deepEqual(told, ['a: SENSR_TIMEOUT 2', 'b: SENSR_TIMEOUT 2']);
    note('c');
    clock.advance(300);
    assert.equal(runs.length, 2);
  });

  it('lets nobody who throws keep it from the others', async () => {
    const { clock, runs, told, batch, note } = setup();
    batch.note(() => {
      throw new Error('cannot listen');
    });
    note('b');
    clock.advance(300);
    runs[0]!.resolve(true);
    await settled();
    assert.deepEqual(told, ['b: applied 2']);
  });

  it('close() applies at once what waits, and tells nobody', async () => {
    const { clock, runs, told, batch, note } = setup();
    note('a');
    note('b');
    const closed = batch.close();
    assert.equal(batch.close(), closed);
    note('c');
    await settled();
    assert.equal(runs.length, 1);
    runs[0]!.resolve(true);
    assert.equal(await closed, 0);
    await settled();
    clock.advance(10_000);
    assert.deepEqual([told, runs.length, clock.pending], [[], 1, 0]);
  });

  it('close() lets an attempt that is under way end, and applies then what came meanwhile', async () => {
    const { clock, runs, told, batch, note } = setup();
    note('a');
    clock.advance(300);
    note('b');
    const closed = batch.close();
    await settled();
    assert.equal(runs.length, 1);
    runs[0]!.resolve(true);
    await settled();
    assert.equal(runs.length, 2);
    runs[1]!.resolve(true);
    assert.equal(await closed, 0);
    assert.deepEqual([told, clock.pending], [[], 0]);
  });

  it('close() says how many writes are not known to be applied: failed, or too late', async () => {
    const { clock, runs, batch, note } = setup();
    note('a');
    clock.advance(300);
    note('b');
    note('c');
    const closed = batch.close();
    runs[0]!.reject(new SensrError('SENSR_TIMEOUT', 'no answer'));
    await settled();
    clock.advance(1000);
    assert.equal(await closed, 3);
    runs[1]!.reject(new Error('closed'));
    await settled();
    clock.advance(10_000);
    assert.deepEqual([runs.length, clock.pending], [2, 0]);
  });

  it('close() with nothing to apply leaves nothing, at once', async () => {
    const { clock, runs, told, batch, note } = setup();
    note('a');
    clock.advance(300);
    runs[0]!.resolve(true);
    await settled();
    assert.equal(await batch.close(), 0);
    assert.deepEqual([told, runs.length, clock.pending], [['a: applied 1'], 1, 0]);
  });
});
