/** Brings a saved node to the present version: numbered pure steps, applied in order. */

export type Saved = Readonly<Record<string, unknown>>;
/** `steps[0]` leads from version 1 to 2, and so on. */
export type Migrations = readonly ((saved: Saved) => Saved)[];

/** A node without a version was saved by hand or before versions: the first one. A newer one is left as it is. */
export function migrate(saved: Saved, steps: Migrations): Saved {
  const version = Number(saved['version'] ?? 1) || 1;
  return steps.slice(version - 1).reduce((present, step) => step(present), saved);
}
