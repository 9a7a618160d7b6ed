import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { SupervisedNodeRed } from '../../helpers/supervised-node-red';
import { supervisedFlows } from './helpers';

// In a process of its own: how long a snapshot takes depends on the heap, and the tests' own is large.
describe('sensr-health in a Node-RED of its own', function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let nodeRed: SupervisedNodeRed | undefined;
  before(async () => {
    simulator = await startSimulator({ outputHz: 10, pointsHz: 0 });
  });
  after(async () => {
    await nodeRed?.stop();
    await simulator.close();
  });

  it('writes a heap snapshot into the user directory', async () => {
    const running = new SupervisedNodeRed({
      flows: supervisedFlows(simulator, { sampleInterval: 1, startupGrace: 0 }),
      maxRuns: 1,
    });
    nodeRed = running;
    await running.wait(({ kind }) => kind === 'health', 40_000);
    running.command({ action: 'snapshot', force: true });
    const told = await running.wait(
      ({ kind, payload }) => kind === 'health' && (payload as { event?: string }).event === 'SNAPSHOT',
      40_000,
    );
    const { path, bytes } = told['payload'] as { path: string; bytes: number };
    assert.equal(dirname(path), running.userDir);
    assert.equal(statSync(path).size, bytes);
    assert.ok(bytes > 2 ** 20, `${bytes} bytes`);
  });
});
