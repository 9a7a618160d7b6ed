/** Reads the times of results: RFC 3339 as epoch milliseconds; what is none stays as it came. */

/** Up to nine digits of a second; Date reads three of them. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
const MS_PER_S = 1000;

export function readTime(value: unknown): unknown {
  const match = typeof value === 'string' ? RFC_3339.exec(value.trim()) : null;
  if (!match) return value;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const wholeMs = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(wholeMs) ? value : wholeMs + Number(`0${fraction}`) * MS_PER_S;
}
