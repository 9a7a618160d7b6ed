/** Decides which properties of a sensr-stream node mean something, given the choices made. */
import { PROPERTIES, PROPERTIES_OF, STREAMS, type StreamProperty } from '../properties';

export interface Choices {
  readonly stream: string;
  readonly pacing: string;
  readonly include: readonly string[];
}

const FILTERS: ReadonlySet<StreamProperty> = new Set(Object.values(PROPERTIES_OF).flat());
const PACING_OF: Readonly<Partial<Record<StreamProperty, string>>> = {
  inFlight: 'complete',
  stallTimeout: 'complete',
  rate: 'rate',
};

/** @returns the properties to show; for a stream given by a variable, all that any stream has. */
export function shownProperties({ stream, pacing, include }: Choices): Set<string> {
  const known = STREAMS.find((one) => one === stream);
  const filters = known ? new Set(PROPERTIES_OF[known]) : FILTERS;
  const all = Object.keys(PROPERTIES) as StreamProperty[];
  return new Set(
    all.filter((property) => {
      // Objects carry point bytes only where asked for.
      if (known === 'objects' && (property === 'pointFormat' || property === 'maxPoints'))
        return include.includes('points');
      // Events are never thinned out.
      if (property === 'interval') return known !== 'events';
      if (FILTERS.has(property)) return filters.has(property);
      return (PACING_OF[property] ?? pacing) === pacing;
    }),
  );
}
