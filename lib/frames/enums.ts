/** Turns the names a user may choose into the protocol's numbers, so that filters compare before anything is decoded. */

/**
 * @param names what a generated `…_NAMES` table holds: a name at each number, or the number where it has none
 * @returns undefined when nothing is chosen, which means that all is kept
 */
export function chosenNumbers(
  names: readonly (string | number)[],
  chosen: readonly string[],
): ReadonlySet<number> | undefined {
  if (chosen.length === 0) return undefined;
  return new Set(chosen.map((name) => names.indexOf(name)).filter((number) => number >= 0));
}
