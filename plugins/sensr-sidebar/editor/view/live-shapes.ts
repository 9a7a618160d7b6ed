/** Decides what the top view draws for a frame: zones, trails, boxes with heading and name, all in metres. */
import type { LiveObject, LiveZone } from '../../protocol';

/** Metres: x to the right, y up. */
export type Place = readonly [x: number, y: number];

export interface ZoneShape {
  readonly kind: 'zone';
  readonly id: number;
  readonly name: string;
  readonly outline: readonly Place[];
}

export interface TrailShape {
  readonly kind: 'trail';
  readonly id: number;
  /** Oldest first. */
  readonly path: readonly Place[];
}

export interface BoxShape {
  readonly kind: 'box';
  readonly id: number;
  readonly label: string;
  readonly isStatic: boolean;
  readonly centre: Place;
  readonly corners: readonly Place[];
  /** From the middle of the box to beyond its front. */
  readonly arrow: readonly [from: Place, tip: Place];
}

export type Shape = ZoneShape | TrailShape | BoxShape;

/** What is smaller would not be seen as a box. */
const LEAST_SIDE_M = 0.4;
/** How far the arrow is seen beyond the box. */
const ARROW_BEYOND_M = 0.8;

export interface Scene {
  readonly zones: readonly LiveZone[];
  readonly objects: readonly LiveObject[];
  /** By object id. */
  readonly trails: ReadonlyMap<number, readonly Place[]>;
}

/** In the order of drawing: what comes later lies above. */
export function shapesOf({ zones, objects, trails }: Scene): Shape[] {
  return [
    ...zones.map(({ id, name, points }): ZoneShape => ({
      kind: 'zone',
      id,
      name: name || String(id),
      outline: points,
    })),
    ...objects.flatMap(({ id }): TrailShape[] => {
      const path = trails.get(id) ?? [];
      return path.length > 1 ? [{ kind: 'trail', id, path }] : [];
    }),
    ...objects.map(boxOf),
  ];
}

function boxOf({ id, label, x, y, length, width, yaw, isStatic }: LiveObject): BoxShape {
  const [ahead, aside] = [Math.max(LEAST_SIDE_M, length) / 2, Math.max(LEAST_SIDE_M, width) / 2];
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const at = (forward: number, left: number): Place => [
    x + forward * cos - left * sin,
    y + forward * sin + left * cos,
  ];
  return {
    kind: 'box',
    id,
    label,
    isStatic,
    centre: [x, y],
    corners: [at(ahead, aside), at(ahead, -aside), at(-ahead, -aside), at(-ahead, aside)],
    arrow: [[x, y], at(ahead + ARROW_BEYOND_M, 0)],
  };
}

/** What a view that shows everything must hold; undefined where there is nothing. */
export function boundsOf(shapes: readonly Shape[]): Bounds | undefined {
  const places = shapes.flatMap((shape) =>
    shape.kind === 'zone' ? shape.outline : shape.kind === 'box' ? shape.corners : [],
  );
  if (places.length === 0) return undefined;
  const xs = places.map(([x]) => x);
  const ys = places.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}
