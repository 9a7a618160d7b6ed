/** Numbers as people read them: short, with the unit, in the browser's language. */

const MS_PER_S = 1000;
const S_PER_MIN = 60;
const S_PER_H = 3600;
const S_PER_DAY = 86_400;
const BYTES_PER_MB = 1_048_576;
const BYTES_PER_KB = 1024;

const fixed = (value: number, digits: number): string =>
  value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** One decimal below ten, where it tells something. */
export const number = (value: number): string => fixed(value, Math.abs(value) < 10 ? 1 : 0);

export const count = (value: number): string => fixed(value, 0);

export const perSecond = (rate: number): string => `${fixed(rate, rate < 100 ? 1 : 0)}/s`;

export const percent = (value: number): string => `${number(value)} %`;

export function bytes(value: number): string {
  if (value >= BYTES_PER_MB) return `${number(value / BYTES_PER_MB)} MB`;
  return value >= BYTES_PER_KB ? `${number(value / BYTES_PER_KB)} kB` : `${count(value)} B`;
}

export function duration(ms: number): string {
  const seconds = ms / MS_PER_S;
  if (seconds < 1) return `${count(ms)} ms`;
  if (seconds < S_PER_MIN) return `${number(seconds)} s`;
  if (seconds < S_PER_H) return `${count(Math.floor(seconds / S_PER_MIN))} min`;
  if (seconds < S_PER_DAY) return `${number(seconds / S_PER_H)} h`;
  return `${number(seconds / S_PER_DAY)} d`;
}

/** Of today only the time. @param at epoch ms */
export function moment(at: number, now: number): string {
  const time = new Date(at);
  const isToday = time.toDateString() === new Date(now).toDateString();
  return isToday
    ? time.toLocaleTimeString()
    : time.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}
