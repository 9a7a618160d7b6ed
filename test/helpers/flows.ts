/** Flows for tests: a tab, a server node for a simulator, streams, and sinks that hand messages to the test. */
import type { FlowNode } from './embedded-node-red';

export const TAB = 'tab0000000000001';
/** Without a place on the canvas Node-RED takes a node for a config node of the tab. */
const PLACE = { x: 0, y: 0 };
export const CONFIG = 'config0000000001';

export const tab = (): FlowNode => ({ id: TAB, type: 'tab', label: 'test' });

export const config = (
  ports: { outputPort: number; pointsPort: number },
  more: Record<string, unknown> = {},
): FlowNode => ({
  id: CONFIG,
  type: 'sensr-config',
  version: 1,
  name: 'site',
  host: '127.0.0.1',
  outputPort: ports.outputPort,
  pointsPort: ports.pointsPort,
  ...more,
});

export const stream = (
  id: string,
  name: string,
  to: string,
  more: Record<string, unknown> = {},
): FlowNode => ({
  id,
  type: 'sensr-stream',
  z: TAB,
  ...PLACE,
  version: 1,
  server: CONFIG,
  stream: name,
  wires: [[to]],
  ...more,
});

/** @param before runs first, in the Function node: `msg`, `node`, `global` are there */
export const sinkNode = (id: string, name: string, before = ''): FlowNode => ({
  id,
  type: 'function',
  z: TAB,
  ...PLACE,
  name,
  func: `${before}\nglobal.get('sink')('${name}', msg);\nreturn msg;`,
  outputs: 1,
  libs: [],
  wires: [[]],
});

/** Catches all errors of the tab into the sink `errors`. */
export const catchNodes = (): FlowNode[] => [
  {
    id: 'catch00000000001',
    type: 'catch',
    z: TAB,
    ...PLACE,
    scope: null,
    uncaught: false,
    wires: [['catchsink0000001']],
  },
  sinkNode('catchsink0000001', 'errors'),
];
