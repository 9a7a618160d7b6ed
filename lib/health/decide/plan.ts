/** Decides what to do about the offenders now: which step, why none, or that the limits are used up. */
import { componentRow, type Component, type Rung } from './components';
import type { Episode } from './episode';
import { nextRung, type Permissions } from './ladder';
import type { Verdict } from './limits';

export interface PlanInput {
  /** Those with the smallest cure first. */
  readonly offenders: readonly Component[];
  readonly episode: Episode;
  readonly permissions: Permissions;
  readonly mayTake: (rung: Rung, offender: Component) => Verdict;
}

export type Plan =
  | { readonly what: 'take'; readonly rung: Rung; readonly offender: Component }
  /** The next step may come later. */
  | {
      readonly what: 'wait';
      readonly rung: Rung;
      readonly offender: Component;
      readonly limit: string;
      readonly untilMs: number | undefined;
    }
  | { readonly what: 'lock'; readonly rung: Rung; readonly offender: Component; readonly limit: string }
  /** Only a recommendation. */
  | {
      readonly what: 'none';
      readonly rung: Rung | undefined;
      readonly offender: Component | undefined;
      readonly blockedBy: string;
    };

/** The first offender for which a step can be taken decides; the gravest refusal of all, if there is none. */
export function plan(input: PlanInput): Plan {
  let refusal: Plan | undefined;
  for (const offender of input.offenders) {
    const found = planFor(offender, input);
    if (found.what === 'take' || found.what === 'wait') return found;
    if (refusal === undefined || (refusal.what === 'none' && found.what === 'lock')) refusal = found;
  }
  return refusal ?? { what: 'none', rung: undefined, offender: undefined, blockedBy: 'nothingLeft' };
}

function planFor(offender: Component, { episode, permissions, mayTake }: PlanInput): Plan {
  const unavailable = new Set<Rung>();
  let exhausted: { readonly rung: Rung; readonly limit: string } | undefined;
  let refused: string | undefined;
  for (;;) {
    const attempts = episode.attempts(offender);
    const choice = nextRung(offender, attempts, episode.floors(offender), permissions, unavailable);
    if (choice.rung === undefined) {
      if (exhausted) return { what: 'lock', offender, ...exhausted };
      const blockedBy = choice.blockedBy === 'nothingLeft' ? (refused ?? choice.blockedBy) : choice.blockedBy;
      return { what: 'none', rung: choice.recommended, offender, blockedBy };
    }
    const { rung } = choice;
    const verdict = mayTake(rung, offender);
    if (verdict.isAllowed) return { what: 'take', rung, offender };
    const { limit, kind, untilMs } = verdict;
    // A collection of that thread was just made, and did not help: no reason to wait for the next.
    const isPointless = rung === 'gc';
    if (kind === 'wait' && !isPointless) return { what: 'wait', rung, offender, limit, untilMs };
    if (kind === 'exhausted') exhausted = { rung, limit };
    if (!isPointless) refused = limit;
    unavailable.add(rung);
  }
}

/** What a person should do, whatever is allowed and whatever was tried. */
export function recommendedRung(offender: Component, episode: Episode): Rung | undefined {
  const all: Permissions = { autoRestart: true, maxAction: 'process', allowProcessExit: true };
  const choice = nextRung(
    offender,
    episode.attempts(offender),
    episode.floors(offender),
    all,
    new Set(['gc']),
  );
  return choice.rung ?? componentRow(offender).ladder.at(-1);
}
