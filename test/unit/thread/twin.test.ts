import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PART } from '../../../lib/peek/frame-kind';
import type { ListenerOptions, SocketStatus } from '../../../lib/thread/protocol';
import { FakeClock } from '../../helpers/fake-clock';
import { socketOptions } from '../../helpers/fake-link';
import { eventFrame, objectsFrame } from './helpers/frames';
import { ThreadHost } from './helpers/host';
import { Twin } from './helpers/twin';

function setup(options: Partial<ListenerOptions> = {}) {
  const clock = new FakeClock();
  const twins: Twin[] = [];
  const host = new ThreadHost(() => {
    const twin = new Twin();
    twins.push(twin);
    return twin;
  }, clock);
  const statuses: SocketStatus[] = [];
  const socket = host.openSocket(socketOptions(), {
    onStatus: (status) => statuses.push(status),
    onProblem: () => undefined,
    onOverflow: () => undefined,
  });
  const sequences: number[] = [];
  const listener = socket.listen(
    { parts: 0, queueFrames: 4, queueBytes: 1_000_000, protectEvents: true, keepEvents: true, ...options },
    { onFrames: (frames) => sequences.push(...frames.map(({ sequence }) => sequence)) },
  );
  const twin = (): Twin => {
    const last = twins.at(-1);
    assert.ok(last);
    return last;
  };
  const assertBalanced = (): void => {
    const { received, filtered, dropped, lost, arrived, queued } = listener.counts;
    assert.equal(received, filtered + dropped + lost + arrived + queued);
    assert.equal(arrived, sequences.length);
    assert.ok(queued >= 0, `${queued} queued`);
  };
  return { clock, twins, twin, host, socket, statuses, listener, sequences, assertBalanced };
}

describe('ThreadHost and runThread together', () => {
  it('carry frames from a socket to its listener, as many as it asked for', async () => {
    const { twin, listener, sequences, statuses, assertBalanced } = setup();
    await twin().settle();
    twin().links.last.events.onOpen();
    for (let n = 0; n < 6; n += 1) twin().links.last.events.onMessage(objectsFrame(), true);
    listener.grant(2, 0);
    await twin().settle();
    assert.deepEqual(
      statuses.map(({ state }) => state),
      ['connecting', 'open'],
    );
    assert.deepEqual(sequences, [3, 4]);
    assert.equal(listener.counts.dropped, 2);
    assert.equal(listener.counts.queued, 2);
    assertBalanced();
  });

  it('lose exactly what a thread held that died, and go on with the next', async () => {
    const { clock, twin, twins, listener, sequences, assertBalanced } = setup({ queueFrames: 10 });
    await twin().settle();
    twin().links.last.events.onOpen();
    listener.grant(3, 0);
    await twin().settle();
    for (let n = 0; n < 5; n += 1) twin().links.last.events.onMessage(objectsFrame(), true);
    twin().die(new Error('out of memory'));
    assert.deepEqual(sequences, [1, 2, 3], 'what it had posted still arrives');
    assert.equal(listener.counts.lost, 2);
    assertBalanced();
    listener.grant(1, 0);
    clock.advance(1000);
    assert.equal(twins.length, 2);
    await twin().settle();
    twin().links.last.events.onOpen();
    twin().links.last.events.onMessage(objectsFrame(), true);
    await twin().settle();
    assert.deepEqual(sequences, [1, 2, 3, 6], 'sequence goes on');
    assertBalanced();
  });

  it('close everything, with nothing left on either side', async () => {
    const { clock, twin, host, socket } = setup();
    await twin().settle();
    twin().links.last.events.onOpen();
    await twin().settle();
    const closed = socket.close();
    await twin().settle();
    twin().clock.advance(500);
    await twin().settle();
    await closed;
    assert.equal(clock.pending, 0);
    assert.equal(twin().links.alive, 0);
    assert.equal(host.running, false);
  });

  it('keep exact books whatever happens, in whatever order', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('objects', 'event', 'text', 'empty') },
      { weight: 3, arbitrary: fc.constantFrom('grant 1', 'grant 3') },
      { weight: 3, arbitrary: fc.constantFrom('to thread', 'from thread') },
      { weight: 1, arbitrary: fc.constant('die') },
    );
    const options = fc.record({
      parts: fc.constantFrom(0, PART.objects, PART.event),
      queueFrames: fc.integer({ min: 1, max: 5 }),
      protectEvents: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { maxLength: 60 }), async (wanted, steps) => {
        const { clock, twin, listener, sequences, assertBalanced } = setup(wanted);
        await twin().settle();
        let offered = 0;
        const receive = (data: Buffer, isBinary = true): void => {
          const { links } = twin();
          if (links.all.length === 0) return;
          links.last.events.onOpen();
          links.last.events.onMessage(data, isBinary);
          offered += 1;
        };
        for (const one of steps) {
          if (one === 'objects') receive(objectsFrame());
          if (one === 'event') receive(eventFrame());
          if (one === 'text') receive(Buffer.from('x'), false);
          if (one === 'empty') receive(Buffer.alloc(0));
          if (one.startsWith('grant')) listener.grant(Number(one.slice(6)), 0);
          if (one === 'to thread') twin().toThread();
          if (one === 'from thread') twin().fromThread();
          if (one === 'die') {
            twin().die();
            assertBalanced();
            clock.advance(60_000);
            await twin().settle();
          }
          assertBalanced();
          assert.equal(listener.counts.received, offered);
        }
        await twin().settle();
        assertBalanced();
        assert.deepEqual(
          sequences,
          [...sequences].sort((a, b) => a - b),
        );
      }),
      { numRuns: 200 },
    );
  });
});
