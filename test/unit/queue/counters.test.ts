import assert from 'node:assert/strict';
import { Counters } from '../../../lib/queue/counters';
import { LISTENER_COUNTER, SOCKET_COUNTER, createCounters } from '../../../lib/thread/protocol';

describe('Counters', () => {
  it('start at zero and are seen by whoever shares the memory', () => {
    const memory = createCounters();
    const [here, there] = [new Counters(memory), new Counters(memory)];
    assert.equal(there.get('received'), 0);
    here.add('received');
    here.add('received', 4);
    here.set('queuedBytes', 12);
    assert.deepEqual([there.get('received'), there.get('queuedBytes'), there.get('dropped')], [5, 12, 0]);
  });

  it('count beyond 32 bits', () => {
    const counters = new Counters(createCounters());
    counters.set('received', 2 ** 40);
    counters.add('received');
    assert.equal(counters.get('received'), 2 ** 40 + 1);
  });

  it('have a place of their own each', () => {
    for (const table of [LISTENER_COUNTER, SOCKET_COUNTER]) {
      const places: number[] = Object.values(table);
      assert.equal(new Set(places).size, places.length);
      assert.ok(Math.max(...places) < createCounters().byteLength / 8);
    }
  });
});
