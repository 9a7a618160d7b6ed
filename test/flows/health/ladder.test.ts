import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { startSimulator, type Simulator } from '../../../simulator/server';
import type { FlowNode } from '../../helpers/embedded-node-red';
import { TAB } from '../../helpers/flows';
import { SupervisedNodeRed, type SupervisedOptions, type Told } from '../../helpers/supervised-node-red';
import { functionNode, streamFlow, supervisedFlows } from './helpers';

/** Minutes become seconds: the whole ladder, with all its waits, in the time of a test. */
const FACTOR = 20;
const HEAP_MB = 256;
const FAST_CLOCK = `--require ${resolve('test/helpers/fast-clock.cjs')}`;

interface Action {
  readonly event: string;
  readonly action: string;
  readonly phase: string;
  readonly helped: boolean | null;
  readonly reason: string;
  readonly blockedBy: string | null;
}

const HEALTH = {
  adaptiveHighMemory: false,
  memoryWarn: 60,
  memoryCritical: 70,
  autoRestart: true,
  maxAction: 'process',
  allowProcessExit: true,
};

/** Takes memory four times a second until the heap is at 80 percent of its limit, as long as `condition` holds. */
const leak = (where: string, condition: string): FlowNode[] => [
  {
    id: 'tick000000000001',
    type: 'inject',
    z: TAB,
    x: 0,
    y: 0,
    props: [],
    repeat: '0.05',
    once: true,
    onceDelay: 0.1,
    wires: [['leak000000000001']],
  },
  functionNode(
    'leak000000000001',
    `const kept = ${where};
if (${condition} && global.get('heapMb')() < ${0.8 * HEAP_MB})
  for (let n = 0; n < 20; n += 1) kept.push(Array.from({ length: 16384 }, (_, i) => i));`,
    {
      initialize:
        "context.set('kept', []); const starts = global.get('starts'); starts.count += 1; context.set('start', starts.count);",
    },
  ),
];

const CONTEXT = `
    heapMb: () => process.memoryUsage().heapUsed / 2 ** 20,
    starts: { count: 0 },
    processWide: [],`;

describe('the repair ladder on a Node-RED whose memory grows', function () {
  this.timeout(180_000);
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

  const start = (
    extra: readonly FlowNode[],
    more: Partial<SupervisedOptions> = {},
    health = {},
  ): SupervisedNodeRed =>
    (nodeRed = new SupervisedNodeRed({
      flows: supervisedFlows(simulator, { ...HEALTH, ...health }, extra),
      maxRuns: 12,
      context: CONTEXT,
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      ...more,
      env: {
        SENSR_FAST_CLOCK: String(FACTOR),
        SENSR_FAST_EPOCH: String(Date.now()),
        ...more.env,
        NODE_OPTIONS: [FAST_CLOCK, more.env?.['NODE_OPTIONS'] ?? ''].join(' '),
      },
    }));
  const actionOf = ({ payload }: Told): Action | undefined => {
    const action = payload as Action | undefined;
    return action?.event === 'ACTION' ? action : undefined;
  };
  /** What was done, in order, with what came of it. */
  const story = (): string[] =>
    (nodeRed?.all ?? [])
      .filter(({ kind }) => kind === 'alert')
      .flatMap((told) => {
        const action = actionOf(told);
        if (!action || action.phase === 'start' || action.reason === 'highMemory') return [];
        return [
          `${action.action} ${action.phase}${action.helped === null ? '' : action.helped ? ' helped' : ' in vain'}`,
        ];
      });
  const isBack = ({ kind, payload }: Told): boolean => {
    const alert = payload as { event?: string; level?: string; recovered?: boolean } | undefined;
    return kind === 'alert' && alert?.event === 'STATE_CHANGE' && alert.recovered === true;
  };

  it('restarts the flows, and no more, when a flow holds the memory', async () => {
    const running = start(leak("context.get('kept')", "context.get('start') === 1"));
    await running.wait(isBack, 120_000);
    assert.deepEqual(story(), ['gc done in vain', 'flows done helped']);
    assert.deepEqual(running.exits, []);
  });

  it('renews the socket thread, and no more, when that holds the memory', async () => {
    const running = start(
      streamFlow(),
      {
        env: {
          SENSR_BALLAST_MB: '60',
          NODE_OPTIONS: `--require ${resolve('test/flows/health/ballast.cjs')}`,
        },
      },
      { workerHeapMB: 70, memoryWarn: 80, memoryCritical: 90 },
    );
    // Until it has shown for a minute that it helped.
    await running.wait(
      (told) => actionOf(told)?.action === 'recycle' && actionOf(told)?.phase === 'done',
      60_000,
    );
    const { atMs } = await running.wait(({ kind }) => kind === 'object', 10_000);
    await running.wait((told) => told.kind === 'object' && told.atMs > atMs + 2000, 10_000);
    assert.deepEqual(running.exits, []);
    assert.deepEqual(story(), ['gc done in vain', 'recycle done helped']);
    const sequences = running.all
      .filter(({ kind }) => kind === 'object')
      .map(({ sequence }) => sequence as number);
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => (sequences[0] ?? 0) + index),
    );
  });

  it('restarts the process when only that helps', async () => {
    const running = start(leak("global.get('processWide')", "global.get('run') === 0"));
    await running.waitForExit(1, 150_000);
    assert.deepEqual(
      story().filter((step) => !step.endsWith('blocked')),
      ['gc done in vain', 'flows done in vain'],
    );
    assert.deepEqual(
      running.exits.map(({ code }) => code),
      [75],
    );
    const reviewed = await running.wait((told) => told.run === 1 && actionOf(told)?.phase === 'done', 60_000);
    assert.deepEqual([actionOf(reviewed)?.action, actionOf(reviewed)?.helped], ['process', true]);
  });

  it('gives up and says so when nothing helps', async function () {
    this.timeout(420_000);
    const running = start(leak("global.get('processWide')", 'true'));
    const locked = await running.wait(({ kind, payload }) => {
      const alert = payload as { event?: string; level?: string } | undefined;
      return kind === 'alert' && alert?.event === 'STATE_CHANGE' && alert.level === 'locked';
    }, 400_000);
    const exits = running.exits.length;
    assert.ok(exits >= 1 && exits <= 4, `${exits} exits`);
    await running.wait(
      (told) =>
        told.run === locked.run &&
        (told['payload'] as { event?: string; action?: unknown } | undefined)?.event ===
          'RESTART_RECOMMENDATION',
      60_000,
    );
    const told = await running.wait(
      ({ kind, payload }) => kind === 'health' && (payload as { status?: string }).status === 'locked',
      10_000,
    );
    const { lockedBy } = told['payload'] as { lockedBy: string | null };
    assert.ok(lockedBy, 'it does not say why');
    assert.equal(running.exits.length, exits, 'it went on');
    process.stdout.write(`      locked by ${lockedBy} after ${exits} exits: ${story().join(', ')}\n`);
  });
});
