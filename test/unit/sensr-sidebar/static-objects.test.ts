import assert from 'node:assert/strict';
import { STAY_MS, createStaticKeeper } from '../../../plugins/sensr-sidebar/live/static-objects';
import type { LiveObject } from '../../../plugins/sensr-sidebar/protocol';

const object = (id: number, isStatic: boolean, x = 0): LiveObject => ({
  ...{ id, isStatic, x, y: 0, length: 4, width: 2, yaw: 0, speed: 0 },
  ...{ label: 'LABEL_CAR', status: 'TRACKING' },
});
const moving = (id: number): LiveObject => object(id, false);
const parked = (id: number, x?: number): LiveObject => object(id, true, x);

describe('static objects in the live view', () => {
  const ids = (list: readonly LiveObject[]): number[] => list.map(({ id }) => id);

  it('stay over a frame that leaves them out, and are as they were', () => {
    const keep = createStaticKeeper();
    assert.deepEqual(keep([moving(1), parked(2), parked(3, 5)], 0), [moving(1), parked(2), parked(3, 5)]);
    assert.deepEqual(keep([moving(1)], 100), [moving(1), parked(2), parked(3, 5)]);
    assert.deepEqual(keep([], 200), [parked(2), parked(3, 5)]);
  });

  it('are taken from the frame where it has them', () => {
    const keep = createStaticKeeper();
    keep([parked(2, 5)], 0);
    assert.deepEqual(keep([parked(2, 6)], 100), [parked(2, 6)]);
  });

  it('stay each for itself, where a frame has others', () => {
    const keep = createStaticKeeper();
    keep([parked(2), parked(3)], 0);
    assert.deepEqual(ids(keep([parked(4)], 100)), [4, 2, 3]);
  });

  it('go two seconds after they were last there', () => {
    const keep = createStaticKeeper();
    keep([parked(2)], 0);
    keep([parked(3)], 1000);
    assert.deepEqual(ids(keep([], STAY_MS - 1)), [2, 3]);
    assert.deepEqual(ids(keep([], STAY_MS)), [3]);
    assert.deepEqual(ids(keep([], STAY_MS + 1000)), []);
  });

  it('are not kept once they move, and moving ones never', () => {
    const keep = createStaticKeeper();
    keep([moving(1), parked(2)], 0);
    assert.deepEqual(keep([moving(2)], 100), [moving(2)]);
    assert.deepEqual(keep([], 200), []);
  });
});
