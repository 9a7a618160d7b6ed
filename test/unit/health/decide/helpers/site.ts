/** A Node-RED that lives on a fake clock: its processes end and start again, its state file stays. */
import type { Effects } from '../../../../../lib/health/decide/action-runner';
import type { Rung } from '../../../../../lib/health/decide/components';
import { Healer } from '../../../../../lib/health/decide/healer';
import type { Measures } from '../../../../../lib/health/decide/measures';
import type { ActionMessage, Alert, Recommendation } from '../../../../../lib/health/decide/messages';
import { decideOptions } from '../../../../../lib/health/decide/options';
import { StateFile, type StateFileProblem } from '../../../../../lib/health/decide/state-file';
import { FakeClock } from '../../../../helpers/fake-clock';
import { MemoryStorage } from './memory-storage';

export const PATH = '/user/sensr-health.json';
export const SAMPLE_MS = 10_000;

export interface Step {
  readonly rung: Rung;
  readonly atMs: number;
}

/** Lets every answer that is ready be given. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class Site {
  readonly clock = new FakeClock();
  readonly storage = new MemoryStorage();
  readonly alerts: Alert[] = [];
  readonly actions: ActionMessage[] = [];
  readonly recommendations: Recommendation[] = [];
  readonly modes: boolean[] = [];
  readonly problems: StateFileProblem[] = [];
  /** What was really done, over all processes. */
  readonly steps: Step[] = [];
  /** What each step does to the site. */
  onStep: (rung: Rung) => void | Promise<void> = () => undefined;
  healer!: Healer;
  #boots = 0;
  #isDown = false;

  constructor(readonly properties: Readonly<Record<string, unknown>>) {}

  static async start(properties: Readonly<Record<string, unknown>> = {}): Promise<Site> {
    const site = new Site(properties);
    await site.boot();
    return site;
  }

  /** The supervisor starts the process. */
  async boot(): Promise<void> {
    this.#boots += 1;
    this.#isDown = false;
    const file = await StateFile.open(
      { path: PATH, bootId: `boot ${this.#boots}`, uptimeMs: 0 },
      { storage: this.storage, clock: this.clock, onProblem: (problem) => this.problems.push(problem) },
    );
    this.healer = new Healer(decideOptions(this.properties), {
      effects: this.#effects(),
      file,
      handlers: {
        onAlert: (alert) => this.alerts.push(alert),
        onAction: (message) => this.actions.push(message),
        onRecommendation: (recommendation) => this.recommendations.push(recommendation),
        onMode: (isOn) => this.modes.push(isOn),
      },
      clock: this.clock,
      random: () => 0.5,
    });
  }

  /** One sample each period, until `ms` have passed; a process that ended is started again at once. */
  async run(ms: number, measure: () => Measures, periodMs = SAMPLE_MS): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += periodMs) {
      this.clock.advance(periodMs);
      await settle();
      if (this.#isDown) await this.boot();
      this.healer.observe(measure());
      await settle();
    }
  }

  /** Without a word: the next process finds no clean exit. */
  crash(): Promise<void> {
    return this.boot();
  }

  /** The last health node goes and another comes, in the same process. */
  async reopen(): Promise<void> {
    await this.healer.close();
    this.#boots -= 1;
    await this.boot();
  }

  count(rung: Rung): number {
    return this.steps.filter((step) => step.rung === rung).length;
  }

  get states(): readonly string[] {
    return this.alerts.filter(({ event }) => event === 'STATE_CHANGE').map(({ level }) => level);
  }

  #effects(): Effects {
    const did = async (rung: Rung): Promise<void> => {
      this.steps.push({ rung, atMs: this.clock.monotonicMs() });
      await this.onStep(rung);
    };
    return {
      gc: async () => {
        await did('gc');
        return { pauseMs: 100 };
      },
      recycle: () => did('recycle'),
      restartFlows: () => did('flows'),
      exitProcess: async () => {
        await did('process');
        await this.healer.close();
        this.#isDown = true;
      },
    };
  }
}
