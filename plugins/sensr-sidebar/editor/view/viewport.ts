/** Which part of the ground the canvas shows: metres to pixels and back, zoom, pan, fit. Pure. */
import type { Bounds, Place } from './live-shapes';

export interface Viewport {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** What is in the middle, in metres. */
  readonly centre: Place;
  readonly pixelsPerMetre: number;
}

export type Pixel = readonly [x: number, y: number];

const LEAST_PIXELS_PER_METRE = 0.2;
const MOST_PIXELS_PER_METRE = 400;
/** Room for names at the border. */
const MARGIN_PX = 16;
/** A single object must not fill the canvas. */
const LEAST_FIT_M = 20;

export const START: Viewport = { width: 300, height: 200, centre: [0, 0], pixelsPerMetre: 4 };

export const toPixel = ({ width, height, centre, pixelsPerMetre }: Viewport, [x, y]: Place): Pixel => [
  width / 2 + (x - centre[0]) * pixelsPerMetre,
  height / 2 - (y - centre[1]) * pixelsPerMetre,
];

export const toPlace = ({ width, height, centre, pixelsPerMetre }: Viewport, [x, y]: Pixel): Place => [
  centre[0] + (x - width / 2) / pixelsPerMetre,
  centre[1] - (y - height / 2) / pixelsPerMetre,
];

export const resized = (view: Viewport, width: number, height: number): Viewport => ({
  ...view,
  width,
  height,
});

/** Moves the picture by so many pixels. */
export const panned = (view: Viewport, [dx, dy]: Pixel): Viewport => ({
  ...view,
  centre: [view.centre[0] - dx / view.pixelsPerMetre, view.centre[1] + dy / view.pixelsPerMetre],
});

/** What is under `at` stays there. */
export function zoomed(
  view: Viewport,
  factor: number,
  at: Pixel = [view.width / 2, view.height / 2],
): Viewport {
  const pixelsPerMetre = within(LEAST_PIXELS_PER_METRE, view.pixelsPerMetre * factor, MOST_PIXELS_PER_METRE);
  const held = toPlace(view, at);
  const moved = toPixel({ ...view, pixelsPerMetre }, held);
  return panned({ ...view, pixelsPerMetre }, [at[0] - moved[0], at[1] - moved[1]]);
}

export function fitted(view: Viewport, { left, right, bottom, top }: Bounds): Viewport {
  const [across, up] = [Math.max(LEAST_FIT_M, right - left), Math.max(LEAST_FIT_M, top - bottom)];
  const room = (size: number): number => Math.max(1, size - 2 * MARGIN_PX);
  const pixelsPerMetre = Math.min(room(view.width) / across, room(view.height) / up);
  return {
    ...view,
    centre: [(left + right) / 2, (bottom + top) / 2],
    pixelsPerMetre: within(LEAST_PIXELS_PER_METRE, pixelsPerMetre, MOST_PIXELS_PER_METRE),
  };
}

export function holds(view: Viewport, { left, right, bottom, top }: Bounds): boolean {
  const [x0, y0] = toPixel(view, [left, top]);
  const [x1, y1] = toPixel(view, [right, bottom]);
  return x0 >= 0 && y0 >= 0 && x1 <= view.width && y1 <= view.height;
}

/** The round length, in metres, of which about five fit side by side: 1, 2 or 5 times a power of ten. */
export function gridStepM({ width, pixelsPerMetre }: Viewport): number {
  const wanted = width / pixelsPerMetre / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5].find((one) => one * power >= wanted) ?? 10) * power;
}

const within = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));
