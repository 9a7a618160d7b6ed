import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { startSimulator, type Simulator } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../helpers/embedded-node-red';
import { sinkNode } from '../helpers/flows';

const EXAMPLES = readdirSync('examples').filter((file) => file.endsWith('.json'));
const read = (file: string): FlowNode[] => JSON.parse(readFileSync(`examples/${file}`, 'utf8')) as FlowNode[];

/** The example as it is, but for the simulator's ports, and with its debug nodes handing messages to the test. */
function underTest(file: string, simulator: Simulator): FlowNode[] {
  const { outputPort, pointsPort, restPort } = simulator;
  return read(file).map((node) => {
    if (node.type === 'sensr-config') return { ...node, outputPort, pointsPort, restPort };
    if (node.type !== 'debug') return node;
    const sink = sinkNode(node.id, String(node['name'] || node.id));
    return { ...sink, z: String(node.z) };
  });
}

describe('the examples', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    simulator = await startSimulator({
      busy: true,
      outputHz: 20,
      pointsHz: 5,
      groundPoints: 100,
      backgroundPoints: 100,
    });
  });
  after(async () => {
    await nodeRed.deploy([]);
    await nodeRed.stop();
    await simulator.close();
  });
  beforeEach(() => {
    nodeRed.sink.clear();
  });

  for (const file of EXAMPLES)
    it(`${file} begins with a comment, has no node of others, and deploys`, async () => {
      const flow = read(file);
      assert.equal(flow.find(({ x }) => x !== undefined)?.type, 'comment');
      await nodeRed.deploy(underTest(file, simulator));
      for (const { id, type } of flow)
        if (type.startsWith('sensr-')) assert.ok(nodeRed.node(id), `${type} ${id} is not there`);
    });

  const press = (id: string): void => {
    nodeRed.node(id).receive({});
  };
  const button = (file: string, name: string): string => {
    const found = read(file).find((node) => node.type === 'inject' && node['name'] === name);
    assert.ok(found, `no button '${name}'`);
    return found.id;
  };

  it('SENSR first look shows what it promises', async () => {
    await nodeRed.deploy(underTest('SENSR first look.json', simulator));
    const sinks = read('SENSR first look.json').filter(({ type }) => type === 'debug');
    for (const node of sinks.slice(0, 2)) await nodeRed.sink.wait(String(node['name'] || node.id));
  });

  it('SENSR zones over REST lists, creates and deletes', async () => {
    const file = 'SENSR zones over REST.json';
    await nodeRed.deploy(underTest(file, simulator));
    const zones = async (): Promise<unknown[]> => {
      nodeRed.sink.clear();
      press(button(file, 'list zones'));
      const [listed] = await nodeRed.sink.wait('zones');
      return listed?.msg['payload'] as unknown[];
    };
    const before = await zones();
    press(button(file, 'create a zone'));
    const [created] = await nodeRed.sink.wait('new id');
    assert.equal(typeof created?.msg['payload'], 'number');
    assert.equal((await zones()).length, before.length + 1);
    press(button(file, 'delete it again'));
    await nodeRed.sink.wait('deleted');
    assert.equal((await zones()).length, before.length);
    press(button(file, 'report'));
    const [report] = await nodeRed.sink.wait('project, sensors, zones, health');
    assert.deepEqual((report?.msg['payload'] as { errors: unknown }).errors, []);
    assert.deepEqual(nodeRed.sink.of('errors'), []);
  });
  it('SENSR health measures when asked', async () => {
    const file = 'SENSR health.json';
    await nodeRed.deploy(underTest(file, simulator));
    press(button(file, 'measure now'));
    const [told] = await nodeRed.sink.wait('health');
    const { status, sample } = told?.msg['payload'] as { status: string; sample: { rss: number } };
    assert.equal(status, 'starting');
    assert.ok(sample.rss > 0);
  });
});
