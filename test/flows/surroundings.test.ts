import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../helpers/embedded-node-red';
import { CONFIG, TAB, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';

const TAB_2 = 'tab0000000000002';

/** Without a place, Node-RED takes a node for a config node. */
const placed = (nodes: readonly FlowNode[]): FlowNode[] =>
  nodes.map((node) => ('wires' in node ? { x: 0, y: 0, ...node } : node));

describe('where nodes stand', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
  });
  after(() => nodeRed.stop());
  beforeEach(async () => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
    simulator = await startSimulator({ outputHz: 50, pointsHz: 0, details: false, busy: true });
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
    for (const name of ['SENSR_TEST_HOST', 'SENSR_TEST_OUTPUT', 'SENSR_TEST_POINTS'])
      Reflect.deleteProperty(process.env, name);
  });

  const deploy = (nodes: readonly FlowNode[], type?: 'nodes'): Promise<void> =>
    nodeRed.deploy(placed(nodes), type);
  const now = (): number => simulator.stats().ports.output.connectionsNow;
  const onTab = (nodes: FlowNode[], z: string, suffix: string): FlowNode[] =>
    nodes.map((node) => ({
      ...node,
      z,
      id: `${node.id}${suffix}`,
      wires: (node['wires'] as string[][]).map((to) => to.map((one) => `${one}${suffix}`)),
    }));

  it('takes host and ports from environment variables', async () => {
    process.env['SENSR_TEST_HOST'] = '127.0.0.1';
    process.env['SENSR_TEST_OUTPUT'] = String(simulator.outputPort);
    process.env['SENSR_TEST_POINTS'] = String(simulator.pointsPort);
    await deploy([
      tab(),
      config(simulator, {
        name: '',
        host: '${SENSR_TEST_HOST}',
        outputPort: '${SENSR_TEST_OUTPUT}',
        pointsPort: '${SENSR_TEST_POINTS}',
      }),
      ...[stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects'), ...catchNodes()],
    ]);
    const [first] = await nodeRed.sink.wait('objects');
    assert.equal(first!.msg['topic'], '127.0.0.1/objects');
    assert.deepEqual(nodeRed.sink.of('errors'), []);
  });

  it('says that a port is an environment variable that is not set', async () => {
    await deploy([
      ...[tab(), config(simulator, { outputPort: '${SENSR_TEST_NOT_SET}' })],
      ...[stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects'), ...catchNodes()],
    ]);
    const [error] = await nodeRed.sink.wait('errors');
    assert.match((error!.msg['error'] as { message: string }).message, /outputPort: .*SENSR_TEST_NOT_SET/);
    await nodeRed.waitForStatus('s1', ({ fill }) => fill === 'red');
  });

  it('works in a subflow with a server of its own, with the settings of each instance, and reports to the Catch outside', async () => {
    const other = await startSimulator({ outputHz: 50, pointsHz: 0, details: false, busy: true });
    try {
      const instance = (id: string, port: number, to: string): FlowNode => ({
        ...{ id, type: 'subflow:sub1', z: TAB, name: id, env: [{ name: 'PORT', type: 'num', value: port }] },
        wires: [[to]],
      });
      await deploy([
        ...[tab(), ...catchNodes()],
        {
          ...{
            id: 'sub1',
            type: 'subflow',
            name: 'sensr',
            in: [],
            env: [{ name: 'PORT', type: 'num', value: 1 }],
          },
          out: [{ x: 0, y: 0, wires: [{ id: 's1', port: 0 }] }],
        },
        config(simulator, { z: 'sub1', outputPort: '${PORT}', backoffInitial: 0.1 }),
        { ...stream('s1', 'objects', ''), z: 'sub1', wires: [[]] },
        instance('i1', simulator.outputPort, 'k1'),
        instance('i2', other.outputPort, 'k2'),
        ...[sinkNode('k1', 'one'), sinkNode('k2', 'two')],
      ]);
      await nodeRed.sink.wait('one', 2);
      await nodeRed.sink.wait('two', 2);
      assert.deepEqual([now(), other.stats().ports.output.connectionsNow], [1, 1]);
      await other.setFault({ name: 'upgradeStatus', status: 403 });
      await other.setFault({ name: 'reset' });
      const codes = (): unknown[] =>
        nodeRed.sink.of('errors').map(({ msg }) => (msg['error'] as { code: string }).code);
      await nodeRed.sink.wait('errors', 2);
      assert.deepEqual(codes(), ['SENSR_UNREACHABLE', 'SENSR_HTTP_403']);
      const seen = nodeRed.sink.of('one').length;
      await nodeRed.sink.wait('one', seen + 2);
    } finally {
      await nodeRed.deploy([]);
      await other.close();
    }
  });

  it('works with a server that belongs to a tab', async () => {
    await deploy([
      ...[tab(), config(simulator, { z: TAB, backoffInitial: 0.1 })],
      ...[stream('s1', 'objects', 'k1'), stream('s2', 'objects', 'k1')],
      ...[sinkNode('k1', 'objects'), ...catchNodes()],
    ]);
    await nodeRed.sink.wait('objects', 4);
    assert.equal(now(), 1);
    await simulator.setFault({ name: 'reset' });
    await nodeRed.sink.wait('errors');
    await simulator.waitForConnection('output', 2);
    nodeRed.sink.of('errors');
    assert.equal(nodeRed.sink.of('errors').length, 1);
  });

  it('serves two tabs over one connection and tells the Catch node of each about an outage once', async () => {
    const nodes = [
      ...[stream('s1', 'objects', 'k1'), stream('s2', 'events', 'k1'), sinkNode('k1', 'objects')],
      ...catchNodes(),
    ];
    const second = onTab(nodes, TAB_2, '2').map((node) =>
      node.type === 'function' ? { ...node, func: String(node['func']).replace("')('", "')('2 ") } : node,
    );
    await deploy([
      ...[tab(), { ...tab(), id: TAB_2 }, config(simulator, { backoffInitial: 0.1 }), ...nodes, ...second],
    ]);
    await nodeRed.sink.wait('objects', 2);
    await nodeRed.sink.wait('2 objects', 2);
    assert.equal(now(), 1);
    await simulator.setFault({ name: 'reset' });
    await simulator.waitForConnection('output', 2);
    nodeRed.sink.clear();
    await nodeRed.sink.wait('objects', 2);
    await simulator.setFault({ name: 'close', code: 1001, reason: 'timeout' });
    await simulator.waitForConnection('output', 3);
    const count = nodeRed.sink.of('objects').length;
    await nodeRed.sink.wait('objects', count + 2);
    const told = ['errors', '2 errors'].map((sink) =>
      nodeRed.sink.of(sink).map(({ msg }) => (msg['error'] as { code: string }).code),
    );
    assert.deepEqual(told, [['SENSR_CLOSED_BY_SERVER'], ['SENSR_CLOSED_BY_SERVER']]);
  });

  it('tells a Status node what it shows, with machine-readable extras', async () => {
    await deploy([
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects')],
      { id: 'st1', type: 'status', z: TAB, scope: ['s1'], wires: [['k2']] },
      sinkNode('k2', 'status'),
    ]);
    const [first] = await nodeRed.sink.wait(
      'status',
      1,
      ({ msg }) => (msg['status'] as { fill: string }).fill === 'green',
    );
    assert.equal((first!.msg['status'] as { sensr: { state: string } }).sensr.state, 'open');
  });

  it('stays quiet and lives when the server of a running stream is deleted, and comes back with it', async () => {
    const flows = (more: FlowNode[]): FlowNode[] => [
      ...[tab(), ...more, stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects'), ...catchNodes()],
    ];
    await deploy(flows([config(simulator)]));
    await nodeRed.sink.wait('objects');
    await deploy(flows([]), 'nodes');
    const [error] = await nodeRed.sink.wait('errors');
    assert.equal((error!.msg['error'] as { code: string }).code, 'SENSR_BAD_CONFIG');
    assert.equal(now(), 0);
    nodeRed.sink.clear();
    await deploy(flows([config(simulator)]));
    await nodeRed.sink.wait('objects');
    assert.equal(now(), 1);
    assert.ok(nodeRed.node(CONFIG));
  });

  it('comes back when a disabled server is enabled again, in a deploy of modified nodes', async () => {
    const flows = (d: boolean): FlowNode[] => [
      ...[tab(), config(simulator, d ? { d } : {})],
      ...[stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects'), ...catchNodes()],
    ];
    await deploy(flows(false));
    await nodeRed.sink.wait('objects');
    await deploy(flows(true), 'nodes');
    await nodeRed.sink.wait('errors');
    assert.equal(now(), 0);
    nodeRed.sink.clear();
    await deploy(flows(false), 'nodes');
    await nodeRed.sink.wait('objects');
    assert.equal(now(), 1);
  });
});
