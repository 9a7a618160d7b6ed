/** Owns what can be done to a running simulator over HTTP: faults, rates, statistics, the log of requests. */

import { type Fault, type FaultPort, isFaultPort, parseFault } from './faults';
import type { Route } from './http-routes';
import { checkNumber, OptionError } from './options';
import type { PublishedEvent } from './statistics';

export interface Rates {
  readonly outputHz?: number;
  readonly pointsHz?: number;
}

/** What the admin port needs of the simulator. */
export interface Administered {
  readonly stats: () => object;
  readonly publishedEvents: () => readonly PublishedEvent[];
  readonly requests: (after: number) => readonly object[];
  readonly site: () => object;
  readonly faults: () => object;
  readonly setFault: (fault: Fault) => Promise<void>;
  readonly clearFaults: (port?: FaultPort) => Promise<void>;
  readonly setRates: (rates: Rates) => void;
}

export function parseRates(given: unknown): Rates {
  if (typeof given !== 'object' || given === null) throw new OptionError('rates are an object');
  const rates: { outputHz?: number; pointsHz?: number } = {};
  for (const [name, value] of Object.entries(given)) {
    if (name !== 'outputHz' && name !== 'pointsHz') throw new OptionError(`there is no rate '${name}'`);
    rates[name] = checkNumber(name, value);
  }
  return rates;
}

export const adminRoutes = (simulator: Administered): readonly Route[] => [
  { method: 'GET', path: '/stats', handle: () => ({ json: simulator.stats() }) },
  {
    method: 'GET',
    path: '/events',
    handle: ({ query }) => {
      const after = Number(query.get('after') ?? 0);
      return { json: simulator.publishedEvents().filter(({ sequence }) => sequence > after) };
    },
  },
  {
    method: 'GET',
    path: '/requests',
    handle: ({ query }) => ({ json: simulator.requests(Number(query.get('after') ?? 0)) }),
  },
  { method: 'GET', path: '/site', handle: () => ({ json: simulator.site() }) },
  { method: 'GET', path: '/faults', handle: () => ({ json: simulator.faults() }) },
  {
    method: 'POST',
    path: '/faults',
    handle: async ({ body }) => {
      const given: unknown = JSON.parse(body);
      // All are checked before the first is set.
      const faults = (Array.isArray(given) ? given : [given]).map(parseFault);
      for (const fault of faults) await simulator.setFault(fault);
      return { json: simulator.faults() };
    },
  },
  {
    method: 'DELETE',
    path: '/faults',
    handle: async ({ query }) => {
      const port = query.get('port') ?? 'all';
      if (!isFaultPort(port)) throw new OptionError(`there is no port '${port}'`);
      await simulator.clearFaults(port);
      return { json: simulator.faults() };
    },
  },
  {
    method: 'POST',
    path: '/rates',
    handle: ({ body }) => {
      const rates = parseRates(JSON.parse(body));
      simulator.setRates(rates);
      return { json: rates };
    },
  },
];
