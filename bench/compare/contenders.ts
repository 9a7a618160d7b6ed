/** Who is compared: this package, a bare loop, and what people build from Node-RED's own nodes. */
import type { FlowNode } from '../../test/helpers/embedded-node-red';
import { tab, TAB } from '../../test/helpers/flows';
import type { Deployment } from './protocol';

export interface Site {
  /** One server each. */
  readonly outputPorts: readonly number[];
  readonly pointsPort?: number;
  readonly blockMs?: number;
  /** Of the queue of results; the others have none. */
  readonly queue?: { readonly queueSize: number; readonly queueMB: number };
}

export interface Contender {
  readonly name: string;
  readonly about: string;
  readonly host: 'node-red-host' | 'bare-host';
  readonly deployment: (site: Site) => Deployment;
}

const at = (node: FlowNode): FlowNode => ({ z: TAB, x: 0, y: 0, ...node });
const sink = (id: string, kind: 'result' | 'cloud', blockMs = 0): FlowNode =>
  at({ id, type: 'bench-sink', kind, blockMs, wires: [] });
const decode = (id: string, type: string, to: string): FlowNode =>
  at({
    id,
    type: 'function',
    func: `msg.payload = global.get('${type}').decode(msg.payload);\nreturn msg;`,
    outputs: 1,
    libs: [],
    wires: [[to]],
  });
const webSocketIn = (id: string, port: number, to: string): FlowNode[] => [
  {
    id: `${id}-client`,
    type: 'websocket-client',
    path: `ws://127.0.0.1:${port}`,
    wholemsg: 'false',
    hb: '15',
  },
  at({ id, type: 'websocket in', client: `${id}-client`, wires: [[to]] }),
];

function oursFlows({ outputPorts, pointsPort, blockMs, queue }: Site): FlowNode[] {
  const server = (index: number, outputPort: number): FlowNode => ({
    id: `config${index}`,
    type: 'sensr-config',
    version: 1,
    name: `site ${index}`,
    host: '127.0.0.1',
    outputPort,
    pointsPort: pointsPort ?? 1,
  });
  const stream = (id: string, server: string, more: object, to: string): FlowNode =>
    at({ id, type: 'sensr-stream', version: 1, server, statuses: [], ...more, wires: [[to]] });
  return [
    tab(),
    sink('results', 'result', blockMs),
    sink('clouds', 'cloud'),
    ...outputPorts.flatMap((port, index) => [
      server(index, port),
      stream(`stream${index}`, `config${index}`, { stream: 'objects', ...queue }, 'results'),
    ]),
    ...(pointsPort === undefined ? [] : [stream('points', 'config0', { stream: 'points' }, 'clouds')]),
  ];
}

const coreFlows =
  (decodes: boolean) =>
  ({ outputPorts, pointsPort, blockMs }: Site): FlowNode[] => [
    tab(),
    sink('results', 'result', blockMs),
    sink('clouds', 'cloud'),
    ...outputPorts.flatMap((port, index) => webSocketIn(`in${index}`, port, decodes ? 'decode' : 'results')),
    ...(pointsPort === undefined
      ? []
      : webSocketIn('inpoints', pointsPort, decodes ? 'decodepoints' : 'clouds')),
    ...(decodes
      ? [decode('decode', 'OutputMessage', 'results'), decode('decodepoints', 'PointResult', 'clouds')]
      : []),
  ];

const withFlows =
  (flowsOf: (site: Site) => FlowNode[]) =>
  (site: Site): Deployment => ({
    flows: flowsOf(site),
    outputPorts: site.outputPorts,
    pointsPort: site.pointsPort,
  });

export const OURS: Contender = {
  name: 'sensr-stream',
  about: 'this package in Node-RED: `sensr-stream` to a sink node',
  host: 'node-red-host',
  deployment: withFlows(oursFlows),
};
export const BARE: Contender = {
  name: 'bare loop',
  about: '`ws` and the decoder of this package in one thread, without Node-RED',
  host: 'bare-host',
  deployment: withFlows(() => []),
};
export const FUNCTION: Contender = {
  name: 'websocket in + protobufjs',
  about: 'core `websocket in`, a Function node that decodes with protobufjs, the same sink node',
  host: 'node-red-host',
  deployment: withFlows(coreFlows(true)),
};
/** No competitor: what it costs Node-RED to pass a message from one node to the next. */
export const DELIVERY: Contender = {
  name: 'Node-RED alone',
  about: 'a node that sends ready-made messages to the same sink node',
  host: 'node-red-host',
  deployment: withFlows(() => [
    tab(),
    sink('results', 'result'),
    at({ id: 'source', type: 'bench-source', wires: [['results']] }),
  ]),
};
export const WEBSOCKET: Contender = {
  name: 'websocket in',
  about: 'core `websocket in` and the same sink node: the bytes, not decoded',
  host: 'node-red-host',
  deployment: withFlows(coreFlows(false)),
};
