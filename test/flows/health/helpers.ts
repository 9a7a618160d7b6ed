/** Flows for a supervised Node-RED: a health node that tells all it says, a stream, and a node that passes commands on. */
import type { Simulator } from '../../../simulator/server';
import type { FlowNode } from '../../helpers/embedded-node-red';
import { config, stream, tab, TAB } from '../../helpers/flows';

export const HEALTH = 'health0000000001';

export const functionNode = (id: string, func: string, more: Record<string, unknown> = {}): FlowNode => ({
  id,
  type: 'function',
  z: TAB,
  x: 0,
  y: 0,
  func,
  outputs: 1,
  libs: [],
  wires: [[]],
  ...more,
});

export const healthNode = (more: Record<string, unknown> = {}): FlowNode => ({
  id: HEALTH,
  type: 'sensr-health',
  z: TAB,
  x: 0,
  y: 0,
  version: 1,
  wires: [['tellhealth000001'], ['tellalerts000001']],
  ...more,
});

/** Tells of each message of a stream. */
export const streamFlow = (): FlowNode[] => [
  stream('stream0000000001', 'objects', 'tellobjects00001'),
  functionNode(
    'tellobjects00001',
    "global.get('tell')({ kind: 'object', sequence: msg.sensr.sequence, timestamp: msg.sensr.timestamp });",
  ),
];

export const supervisedFlows = (
  simulator: Pick<Simulator, 'outputPort' | 'pointsPort' | 'restPort'>,
  health: Record<string, unknown>,
  extra: readonly FlowNode[] = [],
): FlowNode[] => [
  tab(),
  config(simulator, { restPort: simulator.restPort, backoffInitial: 0.5 }),
  healthNode(health),
  functionNode('tellhealth000001', "global.get('tell')({ kind: 'health', payload: msg.payload });"),
  functionNode('tellalerts000001', "global.get('tell')({ kind: 'alert', payload: msg.payload });"),
  functionNode('commands00000001', '', {
    initialize:
      "const handle = (message) => node.send(message);\ncontext.set('handle', handle);\nglobal.get('commands').on('command', handle);\nglobal.get('tell')({ kind: 'ready' });",
    finalize: "global.get('commands').off('command', context.get('handle'));",
    wires: [[HEALTH]],
  }),
  {
    id: 'catch00000000001',
    type: 'catch',
    z: TAB,
    x: 0,
    y: 0,
    scope: null,
    uncaught: false,
    wires: [['tellerrors000001']],
  },
  functionNode(
    'tellerrors000001',
    "global.get('tell')({ kind: 'error', code: msg.error.code, message: msg.error.message });",
  ),
  ...extra,
];
