/** Draws shapes on a canvas, in the colours of Node-RED's theme. */
import { placed, type Label } from './labels';
import type { BoxShape, Place, Shape, TrailShape, ZoneShape } from './live-shapes';
import { gridStepM, toPixel, toPlace, type Viewport } from './viewport';

export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly background: string;
  readonly font: string;
}

export interface Picture {
  readonly shapes: readonly Shape[];
  /** x and y by turns, in metres. */
  readonly points: Float32Array | undefined;
  readonly labelOf: (label: string) => string;
}

/** Seen on light and on dark; which is which, the name beside it says. */
const COLOURS: Readonly<Record<string, string>> = {
  LABEL_CAR: '#2f86d6',
  LABEL_PEDESTRIAN: '#d9822b',
  LABEL_CYCLIST: '#3d9a50',
};
const OTHER_COLOUR = '#8a78c9';
const ZONE_COLOUR = '#c2569b';
/** Zones are few and say where one is; what stands says the least. */
const RANK = { zone: 0, moving: 1, standing: 2 } as const;
const SCALE_MARGIN_PX = 8;
const MOST_GRID_LINES = 100;

export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--red-ui-${name}`).trim();
  return {
    text: of('primary-text-color') || '#333',
    faint: of('tertiary-text-color') || '#888',
    grid: of('secondary-border-color') || '#ddd',
    background: of('view-background') || of('primary-background') || '#fff',
    font: `11px ${style.fontFamily}`,
  };
}

export function draw(
  context: CanvasRenderingContext2D,
  view: Viewport,
  { shapes, points, labelOf }: Picture,
  theme: Theme,
): void {
  context.fillStyle = theme.background;
  context.fillRect(0, 0, view.width, view.height);
  context.font = theme.font;
  context.lineJoin = 'round';
  drawGrid(context, view, theme);
  if (points) drawPoints(context, view, points, theme);
  for (const shape of shapes) {
    if (shape.kind === 'zone') drawZone(context, view, shape);
    else if (shape.kind === 'trail') drawTrail(context, view, shape, theme);
    else drawBox(context, view, shape);
  }
  const names = shapes.flatMap((shape) => labelsOf(context, view, shape, labelOf));
  for (const { text, x, y } of placed(names)) label(context, text, x, y, theme);
  drawScale(context, view, theme);
}

function drawGrid(context: CanvasRenderingContext2D, view: Viewport, theme: Theme): void {
  const step = gridStepM(view);
  const [left, top] = toPlace(view, [0, 0]);
  const [right, bottom] = toPlace(view, [view.width, view.height]);
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  const line = (from: Place, to: Place): void => {
    context.moveTo(...toPixel(view, from));
    context.lineTo(...toPixel(view, to));
  };
  const first = (edge: number): number => Math.ceil(edge / step) * step;
  for (let x = first(left), lines = 0; x <= right && lines < MOST_GRID_LINES; x += step, lines += 1)
    line([x, top], [x, bottom]);
  for (let y = first(bottom), lines = 0; y <= top && lines < MOST_GRID_LINES; y += step, lines += 1)
    line([left, y], [right, y]);
  context.stroke();
}

function drawPoints(
  context: CanvasRenderingContext2D,
  view: Viewport,
  points: Float32Array,
  theme: Theme,
): void {
  context.fillStyle = theme.faint;
  for (let at = 0; at + 1 < points.length; at += 2) {
    const [x, y] = toPixel(view, [points[at] ?? 0, points[at + 1] ?? 0]);
    context.fillRect(x, y, 1, 1);
  }
}

function outline(context: CanvasRenderingContext2D, view: Viewport, places: readonly Place[]): void {
  context.beginPath();
  for (const place of places) context.lineTo(...toPixel(view, place));
}

function drawZone(context: CanvasRenderingContext2D, view: Viewport, { outline: places }: ZoneShape): void {
  const [first] = places;
  if (!first) return;
  outline(context, view, places);
  context.closePath();
  context.strokeStyle = ZONE_COLOUR;
  context.fillStyle = `${ZONE_COLOUR}1a`;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}

function drawTrail(
  context: CanvasRenderingContext2D,
  view: Viewport,
  { path }: TrailShape,
  theme: Theme,
): void {
  outline(context, view, path);
  context.strokeStyle = theme.faint;
  context.lineWidth = 1.5;
  context.stroke();
}

function drawBox(context: CanvasRenderingContext2D, view: Viewport, box: BoxShape): void {
  const colour = COLOURS[box.label] ?? OTHER_COLOUR;
  outline(context, view, box.corners);
  context.closePath();
  context.fillStyle = `${colour}55`;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  if (!box.isStatic) {
    context.beginPath();
    context.moveTo(...toPixel(view, box.arrow[0]));
    context.lineTo(...toPixel(view, box.arrow[1]));
    context.lineWidth = 2;
    context.stroke();
  }
}

function labelsOf(
  context: CanvasRenderingContext2D,
  view: Viewport,
  shape: Shape,
  nameOf: (label: string) => string,
): Label[] {
  if (shape.kind === 'trail') return [];
  const isZone = shape.kind === 'zone';
  const corners = (isZone ? shape.outline : shape.corners).map((corner) => toPixel(view, corner));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const text = isZone ? shape.name : `${nameOf(shape.label)} ${shape.id}`;
  const { width } = context.measureText(text);
  // A zone's in its upper left corner, where the fewest objects are.
  return isZone
    ? [{ text, width, x: Math.min(...xs) + 4, y: Math.min(...ys) + 13, rank: RANK.zone }]
    : [
        {
          ...{ text, width, y: Math.min(...ys) },
          // Beside the box, but not beyond the border.
          x: Math.min(Math.max(...xs) + 2, view.width - width - 2),
          rank: shape.isStatic ? RANK.standing : RANK.moving,
        },
      ];
}

/** With a rim in the background's colour, so that it can be read on everything. */
function label(context: CanvasRenderingContext2D, text: string, x: number, y: number, theme: Theme): void {
  context.lineWidth = 3;
  context.strokeStyle = theme.background;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

function drawScale(context: CanvasRenderingContext2D, view: Viewport, theme: Theme): void {
  const step = gridStepM(view);
  const y = view.height - SCALE_MARGIN_PX;
  const right = SCALE_MARGIN_PX + step * view.pixelsPerMetre;
  context.beginPath();
  context.moveTo(SCALE_MARGIN_PX, y);
  context.lineTo(right, y);
  context.strokeStyle = theme.text;
  context.lineWidth = 2;
  context.stroke();
  label(context, `${step} m`, SCALE_MARGIN_PX, y - 4, theme);
}
