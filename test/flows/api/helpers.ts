/** A flow with one sensr-api node that a test asks things: each message is matched with its answer or its error. */
import type { Simulator } from '../../../simulator/server';
import type { EmbeddedNodeRed, FlowNode, DeployType } from '../../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, tab, TAB } from '../../helpers/flows';

export interface Caught {
  readonly code: string;
  readonly message: string;
  readonly outcome: string | undefined;
  readonly msg: Record<string, unknown>;
}

export type Ending =
  | { readonly ok: true; readonly msg: Record<string, unknown> & { payload: unknown } }
  | { readonly ok: false; readonly error: Caught };

export const API = 'api0000000000001';

export const apiNode = (id: string, to: string, more: Record<string, unknown> = {}): FlowNode => ({
  id,
  type: 'sensr-api',
  z: TAB,
  x: 0,
  y: 0,
  version: 1,
  server: 'config0000000001',
  operation: 'health.get',
  params: {},
  wires: [[to]],
  ...more,
});

export const flowFor = (
  simulator: Pick<Simulator, 'outputPort' | 'pointsPort' | 'restPort'>,
  {
    config: configMore = {},
    api = {},
  }: { config?: Record<string, unknown>; api?: Record<string, unknown> } = {},
): FlowNode[] => [
  tab(),
  config(simulator, { restPort: simulator.restPort, retryDelay: 0.01, ...configMore }),
  apiNode(API, 'answers00000001', api),
  sinkNode('answers00000001', 'answers'),
  ...catchNodes(),
];

export class Asker {
  readonly #nodeRed: EmbeddedNodeRed;
  readonly #waiting = new Map<unknown, (ending: Ending) => void>();
  #next = 1;

  constructor(nodeRed: EmbeddedNodeRed) {
    this.#nodeRed = nodeRed;
    nodeRed.sink.on('message', ({ sink, msg }) => {
      this.#waiting.get(msg['ticket'])?.(endingOf(sink, msg));
      this.#waiting.delete(msg['ticket']);
    });
  }

  deploy(flows: readonly FlowNode[], type: DeployType = 'full'): Promise<void> {
    return this.#nodeRed.deploy(flows, type);
  }

  /** Sends a message to the node. @returns how it ended */
  ask(message: Record<string, unknown>, id = API): Promise<Ending> {
    const ticket = this.#next++;
    const ended = new Promise<Ending>((resolve) => this.#waiting.set(ticket, resolve));
    this.#nodeRed.node(id).receive({ ...message, ticket });
    return ended;
  }

  async answer(message: Record<string, unknown>): Promise<Record<string, unknown> & { payload: unknown }> {
    const ending = await this.ask(message);
    if (ending.ok) return ending.msg;
    throw new Error(`${ending.error.code}: ${ending.error.message}`);
  }

  async error(message: Record<string, unknown>): Promise<Caught> {
    const ending = await this.ask(message);
    if (!ending.ok) return ending.error;
    throw new Error(`Expected an error, got ${JSON.stringify(ending.msg['payload'])}`);
  }
}

function endingOf(sink: string, msg: Record<string, unknown>): Ending {
  if (sink !== 'errors') return { ok: true, msg: msg as Record<string, unknown> & { payload: unknown } };
  const { code = '', message } = msg['error'] as { code?: string; message: string };
  const { outcome } = (msg['sensr'] ?? {}) as { outcome?: string };
  return { ok: false, error: { code, message, outcome, msg } };
}
