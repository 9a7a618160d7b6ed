/** The one health of the process, however many nodes show it: one sampler, one repair ladder, one state file. */
import { randomUUID } from 'node:crypto';
import { SensrError, messageOf } from '../errors';
import type { StepRequest } from './decide/healer';
import type { ActionMessage } from './decide/messages';
import type { StateRecord } from './decide/record';
import type { HealthStatus, HubHandlers, HubMember, HubOptions, HubSurroundings } from './hub-types';
import { startRun, type Run, type RunHandlers } from './running';
import { SampleHistory, type History } from './sampling/history';
import type { Sample } from './sampling/sample';

/** These end whoever asks: what is known when they begin is the answer. */
const ENDS_THE_NODE: readonly StepRequest['action'][] = ['flows', 'process'];

/** Of a step that has begun. */
const ENDS: readonly ActionMessage['phase'][] = ['done', 'failed'];

interface Active extends Run {
  /** Of the leader's options: another key needs another run. */
  readonly key: string;
}

export class HealthHub {
  readonly #members = new Map<string, HubMember>();
  /** Told that others' settings hold, by member, with the key of those. */
  readonly #overruled = new Map<string, string>();
  readonly #bootId = randomUUID();
  readonly #waiting = new Set<(message: ActionMessage | undefined) => void>();
  #active: Active | undefined;
  #history = new SampleHistory<Sample>(0);
  /** One change after the other: two runs would write the same file. */
  #changing: Promise<void> = Promise.resolve();
  /** Flows restart at our own wish: all nodes go, and come back. */
  #isRestartingFlows = false;

  /** @returns what takes the node out again; it resolves when nothing is left of the run if it was the last one */
  attach(member: HubMember): () => Promise<void> {
    this.#members.set(member.id, member);
    // Later, so that of several nodes in one deploy the first decides at once for all.
    member.surroundings.clock.afterPoll(() => void this.#reconcile());
    return async () => {
      // A redeployed node has the id of the one before it, and may have come first.
      if (this.#members.get(member.id) !== member) return;
      this.#members.delete(member.id);
      this.#overruled.delete(member.id);
      if (!this.#isRestartingFlows) await this.#reconcile();
      else if (this.#members.size === 0) await this.#active?.file.pause();
    };
  }

  /** Undefined while no health node is deployed. */
  status(): HealthStatus | undefined {
    return this.#active?.status();
  }

  history(): History<Sample> {
    return this.#history.list();
  }

  /** What outlives the process: restarts with their reasons, totals, locks. */
  record(): StateRecord | undefined {
    return this.#active?.file.record;
  }

  /** Of the node whose settings hold. */
  options(): HubOptions | undefined {
    return this.#active && this.#leader()?.options;
  }

  /** @throws SensrError SENSR_CLOSED while none is running */
  async sampleNow(): Promise<HealthStatus> {
    const active = await this.#running();
    await active.monitor.sampleNow();
    return active.status();
  }

  async reset(): Promise<HealthStatus> {
    const active = await this.#running();
    active.monitor.reset();
    return active.status();
  }

  /** @returns at once: started, or blocked and by what; undefined while none is running */
  request(request: StepRequest): ActionMessage | undefined {
    return this.#active?.monitor.request(request);
  }

  /** @returns how it ended; of what ends the node too, how it began */
  async perform(request: StepRequest): Promise<ActionMessage> {
    const active = await this.#running();
    const begun = active.monitor.request(request);
    if (begun.phase !== 'start' || ENDS_THE_NODE.includes(request.action)) return begun;
    return new Promise((resolve, reject) => {
      const settle = (message: ActionMessage | undefined): void => {
        if (message && (message.action !== begun.action || message.reason !== begun.reason)) return;
        // What is blocked is another one, asked for in the meantime.
        if (message && !ENDS.includes(message.phase)) return;
        this.#waiting.delete(settle);
        if (message) resolve(message);
        else
          reject(
            new SensrError('SENSR_CLOSED', `${begun.action}: the health node was closed before it was done`),
          );
      };
      this.#waiting.add(settle);
    });
  }

  async #running(): Promise<Active> {
    await this.#reconcile();
    if (!this.#active) throw new SensrError('SENSR_CLOSED', 'Health is not being watched any more');
    return this.#active;
  }

  /** The same node after each deploy, whichever came first. */
  #leader(): HubMember | undefined {
    return [...this.#members.values()].sort((a, b) => (a.id < b.id ? -1 : 1))[0];
  }

  #reconcile(): Promise<void> {
    const change = this.#changing.then(() => this.#change());
    // Whoever waits for it hears of a failure; the next change must not.
    this.#changing = change.catch(() => undefined);
    return change;
  }

  async #change(): Promise<void> {
    const leader = this.#leader();
    const key = leader && JSON.stringify(leader.options);
    if (this.#active?.key !== key) {
      if (!leader && this.#isRestartingFlows) return;
      await this.#end();
      if (leader && key !== undefined) await this.#begin(leader, key);
    }
    if (leader && key !== undefined) {
      await this.#active?.file.resume();
      this.#tellOverruled(leader, key);
    }
  }

  async #begin(leader: HubMember, key: string): Promise<void> {
    const { options, surroundings } = leader;
    this.#history = this.#history.resized(options.historySize);
    try {
      const run = await startRun({
        options,
        surroundings: this.#guarded(surroundings),
        handlers: this.#broadcast(),
        history: this.#history,
        bootId: this.#bootId,
        uptimeMs: process.uptime() * 1000,
      });
      this.#active = { ...run, key };
    } catch (error) {
      leader.handlers.onProblem({ message: `Health cannot be watched: ${messageOf(error)}` });
    }
  }

  async #end(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    for (const settle of this.#waiting) settle(undefined);
    await active?.close();
    if (this.#members.size === 0) this.#history = new SampleHistory<Sample>(0);
  }

  /** The run survives the restart of flows that it has asked for: somebody must judge whether it helped. */
  #guarded(surroundings: HubSurroundings): HubSurroundings {
    return {
      ...surroundings,
      effects: {
        ...surroundings.effects,
        restartFlows: async () => {
          // A leader that was redeployed alone may have other credentials by now.
          const { effects } = this.#leader()?.surroundings ?? surroundings;
          this.#isRestartingFlows = true;
          try {
            await effects.restartFlows();
          } finally {
            this.#isRestartingFlows = false;
            // Whoever went meanwhile was not attended to. Not awaited: the run that may end here waits for this.
            void this.#reconcile();
          }
        },
      },
    };
  }

  #broadcast(): RunHandlers {
    const each = (tell: (handlers: HubHandlers) => void): void => {
      for (const { handlers } of [...this.#members.values()]) tell(handlers);
    };
    return {
      onSample: (status) => {
        each(({ onSample }) => {
          onSample(status);
        });
      },
      onAlert: (alert) => {
        each(({ onAlert }) => {
          onAlert(alert);
        });
      },
      onAction: (action) => {
        for (const settle of this.#waiting) settle(action);
        each(({ onAction }) => {
          onAction(action);
        });
      },
      onRecommendation: (recommendation) => {
        each(({ onRecommendation }) => {
          onRecommendation(recommendation);
        });
      },
      onProblem: (problem) => {
        this.#leader()?.handlers.onProblem(problem);
      },
    };
  }

  #tellOverruled(leader: HubMember, key: string): void {
    for (const member of this.#members.values()) {
      if (member === leader || JSON.stringify(member.options) === key) continue;
      if (this.#overruled.get(member.id) === key) continue;
      this.#overruled.set(member.id, key);
      member.handlers.onOverruled(leader.name);
    }
  }
}

/** Process-wide: outlives every node, every deploy and the restart of flows that it may ask for. */
export const healthHub = new HealthHub();
