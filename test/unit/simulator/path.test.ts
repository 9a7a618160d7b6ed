/** The geometry of ways and zones, against values worked out by hand. */

import assert from 'node:assert/strict';
import { isInside, Path, type Point } from '../../../simulator/path';

describe('simulator geometry', () => {
  // An L: the square (0,0)-(4,4) without its upper right quarter.
  const outline: Point[] = [
    [0, 0],
    [4, 0],
    [4, 2],
    [2, 2],
    [2, 4],
    [0, 4],
  ];

  it('tells inside from outside, also of a shape with a corner cut out', () => {
    for (const [x, y] of [
      [1, 1],
      [3, 1],
      [1, 3],
      [3.9, 1.9],
    ] as const)
      assert.ok(isInside(outline, x, y), `${x}, ${y}`);
    for (const [x, y] of [
      [3, 3],
      [-1, 1],
      [5, 1],
      [1, 5],
      [1, -1],
    ] as const)
      assert.ok(!isInside(outline, x, y), `${x}, ${y}`);
  });

  it('does not need the outline to be closed, nor its direction', () => {
    const closed = [...outline, [0, 0] as const];
    const reversed = [...outline].reverse();
    for (const shape of [closed, reversed]) {
      assert.ok(isInside(shape, 1, 3));
      assert.ok(!isInside(shape, 3, 3));
    }
    assert.ok(!isInside([], 0, 0));
  });

  it('walks along a path, around its corners and straight on past its ends', () => {
    const path = new Path([
      [0, 0],
      [10, 0],
      [10, 5],
    ]);
    assert.equal(path.lengthM, 15);
    const near = (distanceM: number, expected: readonly [number, number, number]): void => {
      const { x, y, yaw } = path.poseAt(distanceM);
      [x, y, yaw].forEach((value, index) => assert.ok(Math.abs(value - (expected[index] ?? NaN)) < 1e-9));
    };
    near(4, [4, 0, 0]);
    near(12, [10, 2, Math.PI / 2]);
    near(18, [10, 8, Math.PI / 2]);
    near(-3, [-3, 0, 0]);
  });
});
