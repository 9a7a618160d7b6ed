import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import {
  startEmbeddedNodeRed,
  type DeployType,
  type EmbeddedNodeRed,
  type FlowNode,
} from '../helpers/embedded-node-red';
import { CONFIG, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';

describe('deploys', function () {
  this.timeout(60_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
  });
  after(() => nodeRed.stop());
  beforeEach(async () => {
    nodeRed.sink.clear();
    simulator = await startSimulator({
      busy: true,
      details: false,
      outputHz: 100,
      pointsHz: 20,
      groundPoints: 300,
      backgroundPoints: 500,
    });
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
  });

  const flows = (more: Record<string, unknown> = {}): FlowNode[] => [
    ...[tab(), config(simulator), stream('s1', 'objects', 'k1', more), sinkNode('k1', 'objects')],
    ...[stream('s2', 'points', 'k2'), sinkNode('k2', 'points'), ...catchNodes()],
  ];
  const now = (kind: 'output' | 'points'): number => simulator.stats().ports[kind].connectionsNow;
  const ever = (kind: 'output' | 'points'): number => simulator.stats().ports[kind].connectionsEver;

  for (const type of ['full', 'flows', 'nodes'] as const satisfies readonly DeployType[]) {
    it(`keeps exactly one connection a port over 20 ${type} deploys under traffic`, async () => {
      await nodeRed.deploy(flows());
      for (let index = 1; index <= 20; index += 1) {
        await nodeRed.deploy(flows({ name: `deploy ${index}` }), type);
        nodeRed.sink.clear();
        await nodeRed.sink.wait('objects');
        await nodeRed.sink.wait('points');
        assert.deepEqual([now('output'), now('points')], [1, 1], `after deploy ${index}`);
      }
      assert.deepEqual(nodeRed.sink.of('errors'), []);
      await nodeRed.deploy([]);
      assert.deepEqual([now('output'), now('points')], [0, 0]);
    });
  }

  it('keeps the connection when only the one stream node that uses it is changed', async () => {
    await nodeRed.deploy(flows());
    await nodeRed.sink.wait('objects');
    await nodeRed.deploy(flows({ name: 'changed' }), 'nodes');
    nodeRed.sink.clear();
    await nodeRed.sink.wait('objects', 3);
    assert.equal(ever('output'), 1);
  });

  it('never delivers a frame twice over a redeploy', async () => {
    await nodeRed.deploy(flows());
    await nodeRed.sink.wait('objects', 5);
    await nodeRed.deploy(flows({ name: 'changed' }), 'nodes');
    await nodeRed.sink.wait('objects', nodeRed.sink.of('objects').length + 10);
    const times = nodeRed.sink
      .of('objects')
      .map(({ msg }) => (msg['sensr'] as { timestamp: number }).timestamp);
    assert.equal(new Set(times).size, times.length);
  });

  it('closes the socket at once when its last node is deleted, and leaves the other', async () => {
    await nodeRed.deploy(flows());
    await nodeRed.sink.wait('points');
    await nodeRed.deploy(
      flows().filter(({ id }) => id !== 's2'),
      'nodes',
    );
    await simulator.waitForClose('points');
    assert.deepEqual([now('output'), now('points')], [1, 0]);
  });

  it('moves to the new server when the config node changes', async () => {
    const other = await startSimulator({ outputHz: 50, pointsHz: 0 });
    try {
      await nodeRed.deploy(flows());
      await nodeRed.sink.wait('objects');
      await nodeRed.deploy([...flows().filter(({ id }) => id !== CONFIG), config(other)], 'nodes');
      await other.waitForConnection('output');
      await simulator.waitForClose('output');
      assert.deepEqual([now('output'), other.stats().ports.output.connectionsNow], [0, 1]);
    } finally {
      await nodeRed.deploy([]);
      await other.close();
    }
  });

  it('opens no socket for a config node that nobody uses', async () => {
    await nodeRed.deploy([tab(), config(simulator)]);
    await nodeRed.deploy([tab(), config(simulator, { name: 'again' })]);
    assert.deepEqual([ever('output'), ever('points')], [0, 0]);
  });

  it('leaves a disabled node alone', async () => {
    await nodeRed.deploy(flows());
    await nodeRed.sink.wait('objects');
    await nodeRed.deploy(
      flows().map((node) => (node.id === 's1' ? { ...node, d: true } : node)),
      'nodes',
    );
    await simulator.waitForClose('output');
    assert.deepEqual([now('output'), now('points')], [0, 1]);
  });
});
