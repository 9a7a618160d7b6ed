/** The flow that is soaked: for each server every kind of stream, and requests to its REST API. */
import type { FlowNode } from '../../test/helpers/embedded-node-red';
import { TAB } from '../../test/helpers/flows';

export interface Ports {
  readonly outputPort: number;
  readonly pointsPort: number;
  readonly restPort: number;
}

const PLACE = { z: TAB, x: 0, y: 0 };
const STREAMS: readonly (readonly [stream: string, more: Readonly<Record<string, unknown>>])[] = [
  ['objects', { include: ['points', 'history', 'prediction'], pointFormat: 'array', statuses: [] }],
  // No event may be lost while the main loop is blocked.
  ['events', { queueSize: 1000 }],
  ['zones', {}],
  ['health', { interval: 1 }],
  ['custom', { pacing: 'rate', rate: 5, queueSize: 5 }],
  ['output', { pacing: 'complete', inFlight: 4 }],
  ['points', { pacing: 'complete', stallTimeout: 2, queueSize: 3, pointFormat: 'typed' }],
  ['raw-output', { queueSize: 1 }],
  ['raw-points', { queueSize: 2, queueMB: 1 }],
];

/** Short times, so that a minute sees many outages. The longest block of the main loop is longer than them. */
const TIMES = { pingInterval: 1, pongTimeout: 3, connectTimeout: 2, backoffInitial: 0.2, backoffMax: 1 };

export const configId = (server: number): string => `config-${server}`;
export const apiId = (server: number): string => `api-${server}`;
export const streamIds = (server: number): readonly string[] =>
  STREAMS.map(([stream]) => `${stream}-${server}`);

/** While the test stalls them, points are not finished: the Function node keeps them. */
const sink = (name: string): FlowNode => ({
  id: `sink-${name}`,
  type: 'function',
  ...PLACE,
  name,
  func: "const soak = global.get('sink'); if (soak(node.name, msg) !== 'hold') node.done(); return null;",
  outputs: 1,
  libs: [],
  wires: [[]],
});

/** @param generation is in the flow, so that a deploy of changed nodes finds some that changed */
export function soakFlows(servers: readonly Ports[], generation: number): FlowNode[] {
  const perServer = servers.flatMap((ports, server): FlowNode[] => [
    {
      id: configId(server),
      type: 'sensr-config',
      version: 1,
      name: `site ${server}`,
      host: '127.0.0.1',
      ...ports,
      ...TIMES,
    },
    ...STREAMS.flatMap(([stream, more]): FlowNode[] => [
      {
        ...{
          id: `${stream}-${server}`,
          type: 'sensr-stream',
          ...PLACE,
          version: 1,
          server: configId(server),
          stream,
        },
        ...more,
        name: stream === 'zones' ? `zones ${generation}` : stream,
        wires: [[`sink-${stream}-${server}`]],
      },
      sink(`${stream}-${server}`),
    ]),
    {
      ...{ id: apiId(server), type: 'sensr-api', ...PLACE, version: 1, server: configId(server) },
      ...{ operation: 'health.get', wires: [[`sink-api-${server}`]] },
    },
    sink(`api-${server}`),
  ]);
  return [
    { id: TAB, type: 'tab', label: 'soak' },
    ...perServer,
    { id: 'catch', type: 'catch', ...PLACE, scope: null, uncaught: false, wires: [['sink-errors']] },
    sink('errors'),
  ];
}
