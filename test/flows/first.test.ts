import assert from 'node:assert/strict';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';
import { startSimulator, type Simulator } from '../../simulator/server';

describe('a SENSR stream in a flow', function () {
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    simulator = await startSimulator({ busy: true, groundPoints: 300, backgroundPoints: 500 });
  });
  after(async () => {
    await nodeRed.stop();
    await simulator.close();
  });

  it('delivers objects', async () => {
    await nodeRed.deploy([
      tab(),
      config(simulator),
      stream('s1', 'objects', 'k1'),
      sinkNode('k1', 'objects'),
      ...catchNodes(),
    ]);
    const [first] = await nodeRed.sink.wait('objects', 5);
    assert.equal(first?.msg['topic'], 'site/objects');
    console.log(JSON.stringify(first?.msg).slice(0, 600));
    console.log(nodeRed.statuses);
    console.log(nodeRed.sink.of('errors'));
  });
});
