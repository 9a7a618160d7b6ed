/** Samples as the decisions get them, healthy unless said otherwise. */
import type { Component } from '../../../../../lib/health/decide/components';
import type { Measures } from '../../../../../lib/health/decide/measures';

const MB = 1_048_576;
/** One percent of any memory component. */
export const BYTES_PER_PERCENT = 20 * MB;

const HEALTHY: Readonly<Partial<Record<Component, number>>> = {
  'heap.main': 30,
  'heap.worker': 30,
  residual: 10,
  rss: 40,
  cpu: 10,
  ping: 2,
  disk: 50,
};

export function sample(
  values: Readonly<Partial<Record<Component, number | undefined>>> = {},
  more: Omit<Partial<Measures>, 'values' | 'bytes'> = {},
): Measures {
  const all = { ...HEALTHY, ...values };
  const bytes = (component: 'heap.main' | 'heap.worker' | 'residual' | 'rss'): number =>
    (all[component] ?? 0) * BYTES_PER_PERCENT;
  return {
    values: all,
    bytes: {
      'heap.main': bytes('heap.main'),
      'heap.worker': bytes('heap.worker'),
      residual: bytes('residual'),
      rss: bytes('rss'),
    },
    isQuiet: true,
    ...more,
  };
}
