/** Makes rates of totals: what came since the last look, a second. */

interface Counted {
  readonly total: number;
  readonly atMs: number;
}

const MS_PER_S = 1000;
/** Long enough that 10 Hz reads as 10.0. */
const WINDOW_MS = 5000;

export class Rates {
  readonly #counted = new Map<string, Counted[]>();

  /** @returns undefined before there are two looks at it */
  read(key: string, total: number, atMs: number): number | undefined {
    const before = this.#counted.get(key) ?? [];
    const last = before.at(-1);
    // A socket that was closed in between counts from the start; an answer may be shared with an earlier look.
    const kept = last && last.total > total ? [] : before.filter((one) => atMs - one.atMs <= WINDOW_MS);
    if (last?.atMs !== atMs) kept.push({ total, atMs });
    this.#counted.set(key, kept);
    const [first, newest] = [kept[0], kept.at(-1)];
    if (!first || !newest || newest.atMs <= first.atMs) return undefined;
    return (MS_PER_S * (newest.total - first.total)) / (newest.atMs - first.atMs);
  }
}
