import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { SupervisedNodeRed } from '../../helpers/supervised-node-red';
import { streamFlow, supervisedFlows } from './helpers';

interface Record_ {
  readonly history: readonly { readonly action: string; readonly cause: string; readonly reason: string }[];
  readonly cleanExit: boolean;
}

describe('sensr-health restarts the process', function () {
  this.timeout(90_000);
  let simulator: Simulator;
  let nodeRed: SupervisedNodeRed | undefined;
  before(async () => {
    simulator = await startSimulator({ outputHz: 10, pointsHz: 0 });
  });
  after(() => simulator.close());
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
  });

  it('with an exit code that a supervisor takes for a failure, and remembers it', async () => {
    const running = new SupervisedNodeRed({
      flows: supervisedFlows(
        simulator,
        {
          sampleInterval: 1,
          startupGrace: 0,
          allowProcessExit: true,
          exitCode: 75,
        },
        streamFlow(),
      ),
      maxRuns: 3,
    });
    nodeRed = running;
    await running.wait(({ kind }) => kind === 'health', 40_000);
    await running.wait(({ kind }) => kind === 'object', 10_000);
    running.command({ action: 'restart', level: 'process', force: true });
    await running.waitForExit(1, 30_000);
    assert.deepEqual(
      running.exits.map(({ code, signal }) => [code, signal]),
      [[75, null]],
    );
    // Its flows run again, and its answer says how it began.
    await running.wait(({ kind, run }) => kind === 'object' && run === 1, 40_000);
    const begun = running.all.find(({ kind, run, payload }) => {
      const { event } = (payload ?? {}) as { event?: string };
      return kind === 'health' && run === 0 && event === 'ACTION';
    });
    assert.deepEqual(
      [(begun?.['payload'] as { action: string }).action, (begun?.['payload'] as { phase: string }).phase],
      ['process', 'start'],
    );
    await running.wait(({ kind, run }) => kind === 'health' && run === 1, 10_000);
    const record = JSON.parse(readFileSync(join(running.userDir, 'sensr-health.json'), 'utf8')) as Record_;
    assert.deepEqual(
      record.history.map(({ action, cause, reason }) => [action, cause, reason]),
      [['process', 'manual', 'manual']],
    );
    running.command({ action: 'restart', level: 'process', force: true });
    const refused = await running.wait(
      ({ run, payload }) => run === 1 && (payload as { phase?: string } | undefined)?.phase === 'blocked',
      10_000,
    );
    assert.equal((refused['payload'] as { blockedBy: string }).blockedBy, 'minInterval');
    assert.equal(running.exits.length, 1);
  });

  it('counts a crash as an exit', async () => {
    const running = new SupervisedNodeRed({
      flows: supervisedFlows(simulator, { sampleInterval: 1, startupGrace: 0 }),
      maxRuns: 2,
    });
    nodeRed = running;
    await running.wait(({ kind }) => kind === 'health', 40_000);
    process.kill(running.pid ?? 0, 'SIGKILL');
    await running.wait(({ kind, run }) => kind === 'health' && run === 1, 40_000);
    const record = JSON.parse(readFileSync(join(running.userDir, 'sensr-health.json'), 'utf8')) as Record_;
    assert.deepEqual(
      record.history.map(({ action, cause }) => [action, cause]),
      [['process', 'crash']],
    );
  });
});
