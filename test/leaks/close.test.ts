import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startSimulator, type Simulator } from '../../simulator/server';

interface Left {
  readonly threads: number;
  readonly routes: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly listeners: readonly number[];
}

describe('after close', function () {
  this.timeout(60_000);
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({
      outputHz: 50,
      pointsHz: 10,
      groundPoints: 300,
      backgroundPoints: 500,
    });
  });
  after(() => simulator.close());

  it('leaves no thread, socket, timer, listener, hook or route behind, and the process ends by itself', async () => {
    const { outputPort, pointsPort, restPort } = simulator;
    const child = spawn(
      process.execPath,
      ['--expose-gc', 'test/leaks/child.cjs', ...[outputPort, pointsPort, restPort].map(String)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), 50_000);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    assert.equal(code, 0, 'the child did not end by itself');
    const { before, during, after } = JSON.parse(output) as Record<'before' | 'during' | 'after', Left>;
    // The measurement can see what it claims to see.
    assert.ok(during.threads > before.threads, 'the socket thread was never seen');
    assert.deepEqual(after, before);
    assert.equal(simulator.stats().ports.output.connectionsNow, 0);
    assert.equal(simulator.stats().ports.points.connectionsNow, 0);
  });
});
