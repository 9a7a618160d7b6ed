/** Contender inside Node-RED: runs the flows it is given, with a sink node that costs next to nothing. */
import RED from 'node-red';
import protobuf from 'protobufjs';
import { startEmbeddedNodeRed, type FlowNode } from '../../test/helpers/embedded-node-red';
import type { ServerReport } from '../../lib/server/server';
import { Meter } from './meter';
import { answerParent, machineMs } from './protocol';

interface SinkNode {
  on(event: 'input', handler: (msg: SinkMessage, send: unknown, done: () => void) => void): void;
}
interface SinkMessage {
  readonly sensr?: { readonly sequence: number };
}
interface SinkProperties {
  readonly kind: 'result' | 'cloud';
  /** Keeps the main thread from everything else for so long, each message. */
  readonly blockMs: number;
}
interface Nodes {
  createNode(node: object, properties: object): void;
  registerType(
    set: string,
    type: string,
    constructor: (this: SinkNode, properties: SinkProperties) => void,
  ): void;
  getNode(id: string): { server?: { report(): ServerReport }; send?(message: object): void } | null;
}

const READY_MADE = { objects: [] };

const meter = new Meter();

function registerSink(nodes: Nodes): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  nodes.registerType('bench', 'bench-sink', function (properties) {
    nodes.createNode(this, properties);
    const { kind, blockMs } = properties;
    this.on('input', ({ sensr }, _send, done) => {
      if (kind === 'cloud') meter.cloud();
      else meter.result(sensr && sensr.sequence - 1);
      // Asleep, so that several contenders can be held up at the same time.
      if (blockMs > 0) Atomics.wait(never, 0, 0, blockMs);
      done();
    });
  });
}

function registerSource(nodes: Nodes): void {
  nodes.registerType('bench', 'bench-source', function (properties) {
    nodes.createNode(this, properties);
  });
}

/** One message a turn, as sensr-stream does it. */
function deliver(nodes: Nodes, count: number): void {
  const source = nodes.getNode('source');
  let sent = 0;
  const next = (): void => {
    source?.send?.({ topic: 'bench', payload: READY_MADE, sensr: { sequence: (sent += 1) } });
    if (sent < count) setImmediate(next);
  };
  next();
}

async function main(): Promise<void> {
  const root = protobuf.loadSync('test/unit/frames/helpers/protocol.proto');
  root.resolveAll();
  const nodeRed = await startEmbeddedNodeRed({
    functionGlobalContext: {
      OutputMessage: root.lookupType('OutputMessage'),
      PointResult: root.lookupType('PointResult'),
    },
  });
  const { nodes } = RED as unknown as { nodes: Nodes };
  registerSink(nodes);
  registerSource(nodes);
  let configs: string[] = [];
  const dropped = (): number =>
    configs
      .flatMap((id) => Object.values(nodes.getNode(id)?.server?.report().streams ?? {}))
      .reduce((sum, one) => sum + one.dropped, 0);
  answerParent(
    {
      deploy: async ({ flows }) => {
        configs = flows.filter(({ type }) => type === 'sensr-config').map(({ id }) => id);
        await nodeRed.deploy(flows as FlowNode[]);
        return true;
      },
      reset: () => {
        meter.reset();
        return Promise.resolve(true);
      },
      deliver: ({ count }) => {
        const startedMs = machineMs();
        deliver(nodes, count);
        return Promise.resolve({ startedMs });
      },
      reached: ({ count }) => meter.reached(count),
      report: () => Promise.resolve(meter.usage(dropped())),
    },
    nodeRed.stop,
  );
}

void main();
