import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RequestQueue, type QueueOptions } from '../../../lib/api/request-queue';
import { codeOf } from '../../../lib/errors';
import { deferred, settled, type Deferred } from './helpers/fake-session';

function setup(options: Partial<QueueOptions> = {}) {
  const queue = new RequestQueue<string>({ queueSize: 3, concurrency: 1, ...options });
  const started: string[] = [];
  const ended: string[] = [];
  const running = new Map<string, Deferred<string>>();
  const signals: AbortSignal[] = [];
  const add = (name: string, { bytes = 10, key }: { bytes?: number; key?: string } = {}): void => {
    queue
      .add({
        bytes,
        ...(key === undefined ? {} : { key }),
        run: (signal) => {
          started.push(name);
          signals.push(signal);
          const work = deferred<string>();
          running.set(name, work);
          return work.promise;
        },
      })
      .then(
        (result) => ended.push(result),
        (error: unknown) => ended.push(`${name}: ${codeOf(error)} ${(error as Error).message}`),
      );
  };
  const finish = async (name: string): Promise<void> => {
    running.get(name)!.resolve(name);
    await settled();
  };
  return { queue, started, ended, running, signals, add, finish };
}

describe('RequestQueue', () => {
  it('honors concurrency, and goes on in the order of coming', async () => {
    const { queue, started, ended, add, finish } = setup({ concurrency: 2 });
    ['a', 'b', 'c', 'd'].forEach((name) => {
      add(name);
    });
    assert.deepEqual(started, ['a', 'b']);
    assert.deepEqual(queue.counts, { waiting: 2, running: 2, dropped: 0, done: 0 });
    await finish('b');
    assert.deepEqual(started, ['a', 'b', 'c']);
    await finish('a');
    await finish('c');
    await finish('d');
    assert.deepEqual(ended, ['b', 'a', 'c', 'd']);
    assert.deepEqual(queue.counts, { waiting: 0, running: 0, dropped: 0, done: 4 });
  });

  it('honors queueSize: the oldest that waits makes room, and is told why', async () => {
    const { queue, started, ended, add, finish } = setup({ queueSize: 2 });
    ['a', 'b', 'c', 'd', 'e'].forEach((name) => {
      add(name);
    });
    await settled();
    const why = 'SENSR_DROPPED dropped: 2 requests wait already (queueSize), and a newer one came';
    assert.deepEqual(ended, [`b: ${why}`, `c: ${why}`]);
    assert.equal(queue.counts.dropped, 2);
    await finish('a');
    await finish('d');
    assert.deepEqual(started, ['a', 'd', 'e']);
  });

  it('keeps the newest with a queueSize of 1', async () => {
    const { started, add, finish } = setup({ queueSize: 1 });
    ['a', 'b', 'c', 'd'].forEach((name) => {
      add(name);
    });
    await finish('a');
    assert.deepEqual(started, ['a', 'd']);
  });

  it('honors maxWaitingBytes for what waits, not for what runs', async () => {
    const { queue, ended, add } = setup({ queueSize: 10, maxWaitingBytes: 100 });
    add('a', { bytes: 100 });
    add('b', { bytes: 60 });
    add('c', { bytes: 40 });
    await settled();
    assert.equal(ended.length, 0, 'exactly full');
    add('d', { bytes: 50 });
    await settled();
    assert.deepEqual(
      ended.map((text) => text.slice(0, 17)),
      ['b: SENSR_DROPPED '],
    );
    assert.equal(queue.counts.waiting, 2);
  });

  it('refuses a request that could never wait', async () => {
    const { queue, ended, add } = setup({ maxWaitingBytes: 100 });
    add('a', { bytes: 101 });
    await settled();
    assert.deepEqual(ended, [
      'a: SENSR_BAD_REQUEST payload: expected a request of at most 100 bytes, got 101',
    ]);
    assert.deepEqual(queue.counts, { waiting: 0, running: 0, dropped: 0, done: 0 });
  });

  it('puts a newer request of a key in the place of the one that waits', async () => {
    const { queue, started, ended, add, finish } = setup();
    add('a', { key: 'x' });
    add('b', { key: 'x' });
    add('c');
    add('d', { key: 'x' });
    await settled();
    assert.deepEqual(ended, ["b: SENSR_DROPPED replaced by a newer request with the key 'x'"]);
    assert.deepEqual(queue.counts, { waiting: 2, running: 1, dropped: 1, done: 0 });
    await finish('a');
    add('e', { key: 'x' });
    await finish('d');
    await finish('c');
    assert.deepEqual(started, ['a', 'd', 'c', 'e'], 'what runs is not replaced');
  });

  it('counts the bytes of a replaced request no longer, and never drops the newest for room', async () => {
    const { ended, started, add, finish } = setup({ queueSize: 10, maxWaitingBytes: 100 });
    add('a');
    add('b', { key: 'x', bytes: 90 });
    add('c', { key: 'x', bytes: 60 });
    add('d', { bytes: 40 });
    await settled();
    assert.equal(ended.length, 1, 'b alone');
    add('e', { key: 'x', bytes: 90 });
    await settled();
    assert.deepEqual(
      ended.map((text) => text[0]),
      ['b', 'c', 'd'],
    );
    await finish('a');
    assert.deepEqual(started, ['a', 'e']);
  });

  it('goes on after a failure, also one that is thrown at once', async () => {
    const { queue, ended, add, running } = setup();
    add('a');
    const thrown = queue.add({
      bytes: 1,
      run: () => {
        throw new Error('at once');
      },
    });
    add('c');
    running.get('a')!.reject(new Error('later'));
    await assert.rejects(thrown, /at once/);
    await settled();
    assert.deepEqual([ended, [...running.keys()]], [['a: undefined later'], ['a', 'c']]);
  });

  it('close() rejects all that waits and runs once, and aborts their signals', async () => {
    const { queue, ended, started, signals, add, finish, running } = setup({ concurrency: 2 });
    ['a', 'b', 'c'].forEach((name) => {
      add(name);
    });
    assert.notEqual(signals[0], signals[1], 'dozens of listeners on one would count as a leak');
    queue.close();
    queue.close();
    await settled();
    assert.deepEqual(
      ended.map((text) => text.split(' ', 2).join(' ')),
      ['a: SENSR_CLOSED', 'b: SENSR_CLOSED', 'c: SENSR_CLOSED'],
    );
    assert.ok(signals.every(({ aborted, reason }) => aborted && codeOf(reason) === 'SENSR_CLOSED'));
    await finish('a');
    running.get('b')!.reject(new Error('late'));
    add('d');
    await settled();
    assert.deepEqual([started, ended.length, ended.at(-1)?.slice(0, 15)], [['a', 'b'], 4, 'd: SENSR_CLOSED']);
    assert.deepEqual(queue.counts, { waiting: 0, running: 0, dropped: 0, done: 0 });
  });

  it('settles each request exactly once and stays within its limits, whatever happens', async () => {
    const action = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          bytes: fc.nat(60),
          key: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
        }),
      },
      { weight: 2, arbitrary: fc.constant('finish' as const) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        async (actions, queueSize) => {
          const { queue, add, ended, running, started } = setup({
            queueSize,
            concurrency: 2,
            maxWaitingBytes: 100,
          });
          let added = 0;
          for (const one of actions) {
            if (one === 'finish') {
              const [name] = running.keys();
              if (name === undefined) continue;
              running.get(name)!.resolve(name);
              running.delete(name);
              await settled();
            } else {
              added += 1;
              add(String(added), { bytes: one.bytes, ...(one.key === undefined ? {} : { key: one.key }) });
            }
            const { waiting, running: now } = queue.counts;
            assert.ok(waiting <= queueSize && now <= 2);
            assert.ok(waiting === 0 || now === 2, 'nothing waits while there is room');
          }
          const { waiting, running: now, dropped, done } = queue.counts;
          assert.equal(added, waiting + now + dropped + done);
          queue.close();
          await settled();
          assert.equal(ended.length, added);
          assert.deepEqual([...started].sort((a, b) => Number(a) - Number(b)).length, new Set(started).size);
        },
      ),
      { numRuns: 200 },
    );
  });
});
