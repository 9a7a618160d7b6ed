import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Books } from '../../../lib/stream/books';

const THREAD = {
  received: 0,
  filtered: 0,
  dropped: 0,
  lost: 0,
  arrived: 0,
  queued: 0,
  queuedBytes: 0,
  oldestMs: 0,
};

describe('Books', () => {
  it('adds what became of frames on this side to what the thread counts', () => {
    const books = new Books();
    books.emitted();
    books.emitted();
    books.filtered();
    books.undecodable();
    const thread = {
      received: 20,
      filtered: 5,
      dropped: 3,
      lost: 2,
      arrived: 6,
      queued: 4,
      queuedBytes: 99,
      oldestMs: 7,
    };
    assert.deepEqual(books.counts(thread, 2), {
      received: 20,
      emitted: 2,
      filtered: 6,
      dropped: 6,
      queued: 6,
      droppedBy: { queue: 3, thread: 2, undecodable: 1 },
      queuedBytes: 99,
      oldestMs: 7,
    });
  });

  it('balance when every frame that arrived waits or has found its fate', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('emitted', 'filtered', 'undecodable', 'waiting')),
        fc.nat(50),
        (fates, n) => {
          const books = new Books();
          const waiting = fates.filter((fate) => fate === 'waiting').length;
          for (const fate of fates) if (fate !== 'waiting') books[fate]();
          const arrived = fates.length;
          const counts = books.counts({ ...THREAD, received: arrived + n, arrived, queued: n }, waiting);
          const { received, emitted, filtered, dropped, queued } = counts;
          assert.equal(received, emitted + filtered + dropped + queued);
        },
      ),
    );
  });
});
