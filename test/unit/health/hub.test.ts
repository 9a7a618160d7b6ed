import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../lib/clock';
import { decideOptions } from '../../../lib/health/decide/options';
import { HealthHub } from '../../../lib/health/hub';
import type { HubMember, HubOptions, HubSurroundings } from '../../../lib/health/hub-types';

const OPTIONS: HubOptions = {
  decide: decideOptions({ sampleInterval: 1, startupGrace: 0 }),
  periodic: { forcedGcMs: 0, manualGenerations: false, cleanupMs: 0 },
  trendWindows: ['short', 'mid', 'long'],
  historySize: 10,
  memoryLimitBytes: 0,
  workerHeapBytes: 0,
  healthLog: false,
  endpoints: undefined,
};

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('the health hub', () => {
  let userDir: string;
  let hub: HealthHub;
  let detaches: (() => Promise<void>)[];
  /** Runs that are open. */
  let runs: number;
  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'sensr-hub-'));
    hub = new HealthHub();
    detaches = [];
    runs = 0;
  });
  afterEach(async () => {
    for (const detach of detaches) await detach();
    assert.equal(runs, 0, 'a run was left');
    rmSync(userDir, { recursive: true, force: true });
  });

  const attach = (
    id: string,
    effects: Partial<HubSurroundings['effects']> = {},
    options: Partial<HubOptions> = {},
  ): (() => Promise<void>) => {
    const member: HubMember = {
      id,
      name: id,
      options: { ...OPTIONS, ...options },
      surroundings: {
        userDir,
        startSources: () => {
          runs += 1;
          return {
            worker: () => Promise.resolve(undefined),
            servers: () => ({ messages: 0, errors: 0, messageAgeMs: null, servers: {} }),
            close: () => {
              runs -= 1;
            },
          };
        },
        effects: {
          collectWorker: () => Promise.resolve({ pauseMs: 1 }),
          recycle: () => Promise.resolve(),
          restartFlows: () => Promise.resolve(),
          exitProcess: () => Promise.resolve(),
          ...effects,
        },
        youngReserveBytes: () => Promise.resolve(0),
        dropCaches: () => undefined,
        openLog: () => ({ write: () => undefined, close: () => Promise.resolve() }),
        watchDeploys: () => ({ isBusy: () => false, close: () => undefined }),
        clock: systemClock,
        random: () => 0.5,
      },
      handlers: {
        onSample: () => undefined,
        onAlert: () => undefined,
        onAction: () => undefined,
        onRecommendation: () => undefined,
        onProblem: ({ message }) => assert.fail(message),
        onOverruled: () => undefined,
      },
    };
    const detach = hub.attach(member);
    detaches.push(detach);
    return detach;
  };
  const flows = { action: 'flows', cause: 'manual', force: true } as const;

  it('answers who asked first with how it ended, whatever others ask meanwhile', async () => {
    attach('a');
    const request = { action: 'gc', cause: 'manual', kind: 'minor' } as const;
    const [first, second] = await Promise.all([hub.perform(request), hub.perform(request)]);
    assert.deepEqual([first.phase, first.blockedBy], ['done', null]);
    assert.deepEqual([second.phase, second.blockedBy], ['blocked', 'busy']);
  });

  it('restarts flows as the node whose settings hold says now, not as it did when the run began', async () => {
    const used: string[] = [];
    const restarted = gate();
    const by = (name: string): Partial<HubSurroundings['effects']> => ({
      restartFlows: () => {
        used.push(name);
        restarted.open();
        return Promise.resolve();
      },
    });
    const detach = attach('a', by('old password'));
    attach('b', by('other node'));
    await hub.sampleNow();
    // Redeployed alone: the other one keeps the run.
    await detach();
    attach('a', by('new password'));
    await hub.sampleNow();
    await hub.perform(flows);
    await restarted.opened;
    assert.deepEqual(used, ['new password']);
    assert.equal(runs, 1);
  });

  /** Flows that stop when asked to, and are back when the test says so. */
  const slowRestart = () => {
    const [begun, back] = [gate(), gate()];
    const restartFlows = (): Promise<void> => {
      begun.open();
      return back.opened;
    };
    return { begun: begun.opened, back: back.open, effects: { restartFlows } };
  };

  it('ends the run of a node that is deleted by others while flows are restarted', async () => {
    const { begun, back, effects } = slowRestart();
    const detach = attach('a', effects);
    attach('b', effects, { historySize: 20 });
    await hub.sampleNow();
    await hub.perform(flows);
    await begun;
    await detach();
    back();
    // Nothing asks the hub for anything: it must see by itself that other settings hold.
    for (const deadlineMs = performance.now() + 5000; performance.now() < deadlineMs;) {
      if (hub.status()?.actions.last === null) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(hub.status()?.actions.last, null, 'it is still the run of the node that has gone');
    assert.equal(runs, 1);
  });

  it('takes no end of Node-RED for a crash while it restarts the flows', async () => {
    const { begun, back, effects } = slowRestart();
    const detach = attach('a', effects);
    await hub.sampleNow();
    await hub.perform(flows);
    await begun;
    const isClean = (): boolean =>
      (JSON.parse(readFileSync(join(userDir, 'sensr-health.json'), 'utf8')) as { cleanExit: boolean })
        .cleanExit;
    assert.equal(isClean(), false);
    await detach();
    assert.equal(isClean(), true, 'nobody knows whether the flows will come back');
    attach('a', effects);
    await hub.sampleNow();
    assert.equal(isClean(), false, 'they are back');
    assert.equal(runs, 1);
    back();
  });
});
