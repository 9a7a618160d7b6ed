/** What is done to the network, for how long, and what must follow from it. */
import type { Network } from './network';
import { TIMES } from './watcher';

export interface Scenario {
  readonly name: string;
  readonly begin: (network: Network) => void;
  readonly lastsMs: number;
  /** Connections must end, and be noticed to have ended; otherwise they must stay. */
  readonly endsConnections: boolean;
  readonly isPossible?: (network: Network) => boolean;
}

/** A ping may just have been answered: then a whole interval passes before the next, and the time for its answer. */
export const NOTICE_LIMIT_MS = TIMES.pingIntervalMs + TIMES.pongTimeoutMs + 1000;
const LONG_MS = NOTICE_LIMIT_MS + 5000;
const SHORT_MS = 1500;
/** A measured link: 40 Mbit/s, on which a frame of points takes three seconds. */
const FIELD_LINK_BYTES_PER_SECOND = 5_000_000;
const SLOW_LINK_BYTES_PER_SECOND = 1_000_000;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'nothing', begin: () => undefined, lastsMs: 10_000, endsConnections: false },
  { name: 'cable out for 1.5 s', begin: ({ cut }) => cut(), lastsMs: SHORT_MS, endsConnections: false },
  { name: 'cable out and back', begin: ({ cut }) => cut(), lastsMs: LONG_MS, endsConnections: true },
  {
    name: 'half open: what the server sends is lost',
    begin: ({ cutFromServer }) => cutFromServer(),
    lastsMs: LONG_MS,
    endsConnections: true,
  },
  {
    name: 'link of 5 MB/s, point frames of 14.7 MB',
    begin: ({ limit }) => limit(FIELD_LINK_BYTES_PER_SECOND),
    lastsMs: 25_000,
    endsConnections: false,
  },
  {
    name: 'link of 1 MB/s: a frame takes 15 s',
    begin: ({ limit }) => limit(SLOW_LINK_BYTES_PER_SECOND),
    lastsMs: 30_000,
    endsConnections: false,
  },
  {
    name: 'delay of 200 ms and up to 100 ms more',
    begin: ({ delay }) => delay?.(200, 100),
    lastsMs: 20_000,
    endsConnections: false,
    isPossible: ({ delay }) => delay !== undefined,
  },
  {
    name: '1 % of packets lost, 5 % overtaken by others',
    begin: ({ disturb }) => disturb?.(1, 5),
    lastsMs: 20_000,
    endsConnections: false,
    isPossible: ({ disturb }) => disturb !== undefined,
  },
];
