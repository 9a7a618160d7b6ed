/** Owns the geometry of a way through the site: where one is, and which way one looks, after so many metres. */

export type Point = readonly [x: number, y: number];

export interface Pose {
  readonly x: number;
  readonly y: number;
  /** Radians, 0 along X, counter-clockwise. */
  readonly yaw: number;
}

export class Path {
  readonly lengthM: number;
  readonly #points: readonly Point[];
  /** Metres from the start to each point. */
  readonly #startsM: readonly number[];

  constructor(points: readonly Point[]) {
    const startsM: number[] = [];
    let lengthM = 0;
    let previous = points[0];
    for (const point of points) {
      if (previous) lengthM += Math.hypot(point[0] - previous[0], point[1] - previous[1]);
      startsM.push(lengthM);
      previous = point;
    }
    this.#points = points;
    this.#startsM = startsM;
    this.lengthM = lengthM;
  }

  /** Before the start and past the end the way goes straight on, as a prediction would. */
  poseAt(distanceM: number): Pose {
    let index = 1;
    while (index < this.#points.length - 1 && (this.#startsM[index] ?? 0) < distanceM) index += 1;
    const from = this.#points[index - 1];
    const to = this.#points[index];
    if (!from || !to) throw new RangeError('a path needs two points');
    const yaw = Math.atan2(to[1] - from[1], to[0] - from[0]);
    const alongM = distanceM - (this.#startsM[index - 1] ?? 0);
    return { x: from[0] + Math.cos(yaw) * alongM, y: from[1] + Math.sin(yaw) * alongM, yaw };
  }
}

/** A quarter turn or any other arc as a chain of short pieces. */
export const arc = (centre: Point, radiusM: number, fromRad: number, toRad: number, pieces = 12): Point[] =>
  Array.from({ length: pieces + 1 }, (_, index) => {
    const angle = fromRad + ((toRad - fromRad) * index) / pieces;
    return [centre[0] + radiusM * Math.cos(angle), centre[1] + radiusM * Math.sin(angle)] as const;
  });

/** Even-odd rule; the outline need not be closed. */
export const isInside = (outline: readonly Point[], x: number, y: number): boolean => {
  let inside = false;
  let previous = outline.at(-1);
  for (const point of outline) {
    if (previous && point[1] > y !== previous[1] > y) {
      const crossingX = ((previous[0] - point[0]) * (y - point[1])) / (previous[1] - point[1]) + point[0];
      if (x < crossingX) inside = !inside;
    }
    previous = point;
  }
  return inside;
};
