/** The top view's decisions: what is drawn where, what fits, which names have room. */
import assert from 'node:assert/strict';
import type { LiveObject } from '../../../plugins/sensr-sidebar/protocol';
import { placed } from '../../../plugins/sensr-sidebar/editor/view/labels';
import { boundsOf, shapesOf, type BoxShape } from '../../../plugins/sensr-sidebar/editor/view/live-shapes';
import { Trails } from '../../../plugins/sensr-sidebar/editor/view/trails';
import {
  START,
  fitted,
  gridStepM,
  holds,
  panned,
  toPixel,
  toPlace,
  zoomed,
} from '../../../plugins/sensr-sidebar/editor/view/viewport';

const CAR: LiveObject = {
  ...{ id: 7, label: 'LABEL_CAR', x: 10, y: 5, length: 4, width: 2, yaw: 0, speed: 3 },
  ...{ status: 'TRACKING', isStatic: false },
};
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

describe('sidebar: shapes of the map', () => {
  const boxOf = (object: LiveObject): BoxShape => {
    const shape = shapesOf({ zones: [], objects: [object], trails: new Map() })[0];
    assert.ok(shape?.kind === 'box');
    return shape;
  };

  it('draws a box with its heading, in metres', () => {
    const { centre, corners, arrow } = boxOf(CAR);
    assert.deepEqual(centre, [10, 5]);
    assert.deepEqual(corners, [
      [12, 6],
      [12, 4],
      [8, 4],
      [8, 6],
    ]);
    assert.ok(arrow[1][0] > 12 && near(arrow[1][1], 5), 'points ahead');
  });

  it('turns it by its yaw, against the clock', () => {
    const { corners, arrow } = boxOf({ ...CAR, yaw: Math.PI / 2 });
    assert.ok(near(corners[0]?.[0] ?? 0, 9) && near(corners[0]?.[1] ?? 0, 7), JSON.stringify(corners));
    assert.ok(near(arrow[1][0], 10) && arrow[1][1] > 7);
  });

  it('makes something of an object without a size', () => {
    const { corners } = boxOf({ ...CAR, length: 0, width: 0 });
    assert.ok((corners[0]?.[0] ?? 0) > (corners[2]?.[0] ?? 0));
  });

  it('draws zones below trails below boxes, and calls a zone without a name by its id', () => {
    const shapes = shapesOf({
      zones: [
        {
          id: 1001,
          name: '',
          points: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      ],
      objects: [CAR],
      trails: new Map([
        [
          7,
          [
            [9, 5],
            [10, 5],
          ],
        ],
      ]),
    });
    assert.deepEqual(
      shapes.map(({ kind }) => kind),
      ['zone', 'trail', 'box'],
    );
    assert.ok(shapes[0]?.kind === 'zone' && shapes[0].name === '1001');
  });

  it('knows how far all of it reaches', () => {
    assert.equal(boundsOf([]), undefined);
    const shapes = shapesOf({
      zones: [
        {
          id: 1,
          name: 'a',
          points: [
            [-20, 0],
            [0, 30],
          ],
        },
      ],
      objects: [CAR],
      trails: new Map(),
    });
    assert.deepEqual(boundsOf(shapes), { left: -20, right: 12, bottom: 0, top: 30 });
  });
});

describe('sidebar: viewport', () => {
  it('has y up, and the centre in the middle', () => {
    const view = { ...START, width: 300, height: 200, pixelsPerMetre: 10 };
    assert.deepEqual(toPixel(view, [0, 0]), [150, 100]);
    assert.deepEqual(toPixel(view, [1, 2]), [160, 80]);
    assert.deepEqual(toPlace(view, [160, 80]), [1, 2]);
  });

  it('keeps what is under the pointer when it zooms', () => {
    const before = toPlace(START, [40, 30]);
    const after = toPlace(zoomed(START, 1.7, [40, 30]), [40, 30]);
    assert.ok(near(before[0], after[0]) && near(before[1], after[1]));
  });

  it('does not zoom without end', () => {
    assert.equal(zoomed(START, 1e9).pixelsPerMetre, zoomed(START, 1e6).pixelsPerMetre);
    assert.ok(zoomed(START, 1e-9).pixelsPerMetre > 0);
  });

  it('moves the picture with the hand', () => {
    const [x, y] = toPixel(panned(START, [30, -20]), [0, 0]);
    assert.deepEqual([x, y], [180, 80]);
  });

  it('fits everything in, but does not fill the canvas with one object', () => {
    const bounds = { left: -100, right: 300, bottom: 0, top: 50 };
    const view = fitted(START, bounds);
    assert.ok(holds(view, bounds));
    assert.ok(!holds(zoomed(view, 1.5), bounds));
    const one = fitted(START, { left: 0, right: 1, bottom: 0, top: 1 });
    assert.ok(one.pixelsPerMetre < 20, String(one.pixelsPerMetre));
  });

  it('draws the grid in round steps', () => {
    const step = (pixelsPerMetre: number): number => gridStepM({ ...START, width: 300, pixelsPerMetre });
    assert.deepEqual([0.3, 1, 4, 10, 100].map(step), [200, 100, 20, 10, 1]);
  });
});

describe('sidebar: names on the map', () => {
  const label = (text: string, x: number, y: number, rank: number) => ({ text, x, y, width: 50, rank });

  it('shows none over another, and the more important one', () => {
    const shown = placed([label('tree', 10, 10, 2), label('car', 30, 14, 1), label('far', 200, 10, 2)]);
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['car', 'far'],
    );
  });

  it('shows those that are below or beside each other', () => {
    assert.equal(placed([label('a', 0, 0, 1), label('b', 0, 12, 1), label('c', 50, 0, 1)]).length, 3);
  });
});

describe('sidebar: trails', () => {
  it('keep five seconds of a moving object, and nothing of one that is gone', () => {
    const trails = new Trails();
    for (let second = 0; second <= 10; second += 1) trails.add([{ ...CAR, x: second }], second * 1000);
    assert.deepEqual(
      trails
        .paths()
        .get(7)
        ?.map(([x]) => x),
      [5, 6, 7, 8, 9, 10],
    );
    trails.add([], 11_000);
    assert.equal(trails.paths().size, 0);
  });

  it('have no trembling, and nothing of static objects', () => {
    const trails = new Trails();
    trails.add([CAR, { ...CAR, id: 8, isStatic: true }], 0);
    trails.add([{ ...CAR, x: 10.05 }], 100);
    assert.deepEqual([...trails.paths()], [[7, [[10, 5]]]]);
  });
});
