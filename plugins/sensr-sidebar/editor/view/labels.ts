/** Decides which names can be shown: none over another, moving objects before standing ones. Pure. */

export interface Label {
  readonly text: string;
  readonly x: number;
  /** Of the text's base line. */
  readonly y: number;
  readonly width: number;
  /** Lower comes first. */
  readonly rank: number;
}

const LINE_HEIGHT_PX = 12;

/** @returns those for which there is room, in the order of their rank */
export function placed(labels: readonly Label[]): Label[] {
  const shown: Label[] = [];
  for (const label of [...labels].sort((a, b) => a.rank - b.rank))
    if (!shown.some((other) => overlaps(label, other))) shown.push(label);
  return shown;
}

const overlaps = (a: Label, b: Label): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < LINE_HEIGHT_PX;
