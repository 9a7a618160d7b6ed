/** Row: the decoder alone, beside pbf and protobufjs. */
import { measureDecoding } from '../../decode';
import type { Plan, RowResult } from '../result';

const NS_PER_US = 1000;

export async function decode(plan: Plan): Promise<RowResult> {
  const decodings = await measureDecoding(({ title }) => {
    plan.say(title);
  });
  return {
    title: 'Decoding alone',
    about: 'One frame after the other in one thread, from bytes to payload; 31 rounds of 25 ms each.',
    lines: decodings.flatMap(({ title, results }) =>
      results.map(({ name, medianNs, leastNs, mostNs }) => ({
        contender: name,
        what: title,
        unit: 'µs',
        figure: {
          median: medianNs / NS_PER_US,
          min: leastNs / NS_PER_US,
          max: mostNs / NS_PER_US,
          rounds: 31,
        },
      })),
    ),
    targets: [],
  };
}
