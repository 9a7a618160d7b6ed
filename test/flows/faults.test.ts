import assert from 'node:assert/strict';
import { startSimulator, type Fault, type Simulator } from '../../simulator/server';
import type { ServerReport } from '../../lib/server/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../helpers/embedded-node-red';
import { CONFIG, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';

/** Without a place, Node-RED takes a node for a config node. */
const placed = (nodes: readonly FlowNode[]): FlowNode[] =>
  nodes.map((node) => ('wires' in node ? { x: 0, y: 0, ...node } : node));

/** What ends or prevents a connection, with the code that tells of it, and what does not. */
const FAULTS: readonly (readonly [Fault, string | undefined])[] = [
  [{ name: 'link', bytesPerSecond: 300_000 }, undefined],
  [{ name: 'freeze' }, 'SENSR_SILENT'],
  [{ name: 'reset' }, 'SENSR_UNREACHABLE'],
  [{ name: 'refuse' }, 'SENSR_UNREACHABLE'],
  [{ name: 'flap', afterMs: 50 }, 'SENSR_UNREACHABLE'],
  [{ name: 'silentAccept' }, 'SENSR_TIMEOUT'],
  [{ name: 'upgradeStatus', status: 503 }, 'SENSR_HTTP_503'],
  [{ name: 'notWebSocket' }, 'SENSR_NOT_WEBSOCKET'],
  [{ name: 'close', code: 1011, reason: 'Writing buffer is full' }, 'SENSR_TOO_SLOW'],
  [{ name: 'close', code: 1000 }, 'SENSR_CLOSED_BY_SERVER'],
  [{ name: 'noPong' }, undefined],
  [{ name: 'garbage', every: 3 }, 'SENSR_BAD_FRAME'],
  [{ name: 'truncate', every: 3 }, 'SENSR_BAD_FRAME'],
  [{ name: 'text', every: 3 }, 'SENSR_TEXT_FRAME'],
  [{ name: 'empty', every: 3 }, 'SENSR_EMPTY_FRAME'],
  [{ name: 'oversize', bytes: 3_000_000, every: 3 }, 'SENSR_FRAME_TOO_LARGE'],
  [{ name: 'generation', generation: 'pre' }, undefined],
];

/** Codes after which the connection is gone. */
const ENDS: ReadonlySet<string | undefined> = new Set([
  ...[
    'SENSR_SILENT',
    'SENSR_UNREACHABLE',
    'SENSR_TOO_SLOW',
    'SENSR_CLOSED_BY_SERVER',
    'SENSR_FRAME_TOO_LARGE',
  ],
]);

describe('faults of the server under traffic', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  const uncaught: unknown[] = [];
  const keep = (error: unknown): void => {
    uncaught.push(error);
  };

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    process.on('unhandledRejection', keep);
    process.on('uncaughtExceptionMonitor', keep);
    simulator = await startSimulator({
      ...{ outputHz: 100, pointsHz: 50, details: false, busy: true },
      ...{ groundPoints: 300, backgroundPoints: 500 },
    });
    await nodeRed.deploy(
      placed([
        tab(),
        config(simulator, {
          ...{ pingInterval: 0.2, pongTimeout: 0.3, connectTimeout: 0.3, maxFrameMB: 2 },
          ...{ backoffInitial: 0.1, backoffMax: 0.1 },
        }),
        ...[
          stream('s1', 'objects', 'k1'),
          stream('s2', 'points', 'k2', { pacing: 'complete', queueSize: 2 }),
        ],
        ...[stream('s3', 'raw-output', 'k3', { interval: 0.05 }), sinkNode('k1', 'objects')],
        ...[sinkNode('k2', 'points'), sinkNode('k3', 'raw'), ...catchNodes()],
      ]),
    );
  });
  after(async () => {
    await nodeRed.stop();
    await simulator.close();
    process.off('unhandledRejection', keep);
    process.off('uncaughtExceptionMonitor', keep);
  });

  const report = (): ServerReport =>
    (nodeRed.node(CONFIG) as unknown as { server: { report(): ServerReport } }).server.report();
  const attempts = (): number => report().output.statistics?.attempts ?? 0;
  const isOpen = (kind: 'output' | 'points'): boolean => report()[kind].status.state === 'open';
  /** For numbers that come without an event. */
  const until = async (isReached: () => boolean): Promise<void> => {
    while (!isReached()) await new Promise((done) => setTimeout(done, 5));
  };
  const told = new Set<string>();
  const emitted = new Map<string, number>();
  /** Messages at a sink since the deploy; `sink.clear()` forgets them. */
  const clear = (): void => {
    for (const { sink, msg } of nodeRed.sink.all) {
      emitted.set(sink, (emitted.get(sink) ?? 0) + 1);
      if (sink === 'errors') told.add((msg['error'] as { code: string }).code);
    }
    nodeRed.sink.clear();
  };
  const flows = async (): Promise<void> => {
    clear();
    for (const sink of ['objects', 'points', 'raw']) await nodeRed.sink.wait(sink, 5);
  };
  const balance = (): void => {
    for (const [id, counts] of Object.entries(report().streams)) {
      const { received, filtered, dropped, queued, emitted: sent } = counts;
      assert.equal(received, sent + filtered + dropped + queued, id);
    }
  };

  for (const [fault, code] of FAULTS)
    it(`recovers from ${JSON.stringify(fault)}`, async () => {
      await flows();
      const before = attempts();
      await simulator.setFault(fault);
      // These meet new connections only.
      const isForNew = ['refuse', 'silentAccept', 'upgradeStatus', 'notWebSocket'].includes(fault.name);
      if (isForNew) await simulator.setFault({ name: 'reset' });
      if (isForNew || ENDS.has(code)) await until(() => attempts() >= before + (isForNew ? 2 : 1));
      else await flows();
      balance();
      await simulator.clearFaults();
      // What was under way when the fault ended may still end.
      await until(() => isOpen('output') && isOpen('points'));
      await flows();
      const { output, points } = simulator.stats().ports;
      assert.deepEqual([output.connectionsNow, points.connectionsNow], [1, 1]);
      balance();
      assert.deepEqual(uncaught, []);
    });

  it('told of each kind of fault, and its books agree with what arrived', async () => {
    simulator.setRates({ outputHz: 0, pointsHz: 0 });
    await until(() => Object.values(report().streams).every(({ queued }) => queued === 0));
    balance();
    clear();
    const { streams } = report();
    assert.equal(streams['s1']!.emitted, emitted.get('objects'));
    assert.equal(streams['s2']!.emitted, emitted.get('points'));
    assert.equal(streams['s3']!.emitted, emitted.get('raw'));
    for (const [, code] of FAULTS) if (code !== undefined) assert.ok(told.has(code), code);
  });

  for (const generation of ['2.x', '3.0', 'pre', 'current'] as const)
    it(`takes objects, events, zones, health and points of generation ${generation}`, async () => {
      await simulator.setFault({ name: 'generation', generation });
      simulator.setRates({ outputHz: 100, pointsHz: 20 });
      const names = ['objects', 'events', 'zones', 'health', 'points', 'custom', 'output'];
      await nodeRed.deploy([]);
      nodeRed.sink.clear();
      const { connectionsEver } = simulator.stats().ports.output;
      await nodeRed.deploy(
        placed([
          ...[tab(), config(simulator), ...catchNodes()],
          ...names.map((name, index) => stream(`s${index}`, name, `k${index}`)),
          ...names.map((name, index) => sinkNode(`k${index}`, name)),
        ]),
      );
      await simulator.waitForConnection('output', connectionsEver + 1);
      await nodeRed.sink.wait('objects');
      // Ten seconds of the simulator's world: zones come that often.
      simulator.setRates({ outputHz: 0 });
      for (let frame = 0; frame < 120; frame += 1) {
        simulator.publishOutput();
        await new Promise((done) => setTimeout(done, 1));
      }
      for (const name of names) await nodeRed.sink.wait(name);
      const objects = nodeRed.sink.of('objects').at(-1)!.msg['payload'] as { label: string; bbox: object }[];
      assert.ok(objects.length > 10);
      assert.ok(objects.every(({ label }) => label.startsWith('LABEL_')));
      assert.deepEqual(nodeRed.sink.of('errors'), []);
      const health = nodeRed.sink.of('health').at(-1)!.msg['payload'] as {
        nodes: Record<string, { sensors: object }>;
      };
      const [node] = Object.values(health.nodes);
      assert.ok(Object.keys(node!.sensors).length > 0);
      assert.deepEqual(uncaught, []);
    });
});
