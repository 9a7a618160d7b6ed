/** Decides whether a text looks like cron times: the runtime reads them exactly, here the usual slips are told while typing. */
import type { Problem } from '../../common/editor/check';

/** The smallest and largest number of each part; a sixth one, for seconds, comes first. */
const RANGES = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const NICKNAME = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;
const NAMES = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat';
/** Numbers and names, L and W for the last one and weekdays, and what joins them. */
const PART = new RegExp(`^(?:[\\d*?/,#+LW-]|${NAMES})+$`, 'i');

export function cronProblem(text: string): Problem | undefined {
  if (NICKNAME.test(text)) return undefined;
  const parts = text.split(/\s+/);
  if (parts.length !== RANGES.length && parts.length !== RANGES.length - 1) return { key: 'times' };
  const ranges = RANGES.slice(-parts.length);
  for (const [index, part] of parts.entries()) {
    if (!PART.test(part)) return { key: 'times' };
    const [min, max] = ranges[index] ?? RANGES[0];
    // After a slash comes a step, after # the week of the month.
    const numbers = part.replace(/[/#]\d+/g, '').match(/\d+/g) ?? [];
    if (numbers.some((one) => Number(one) < min || Number(one) > max))
      return { key: 'timesRange', values: { position: index + 1, min, max } };
  }
  return undefined;
}
