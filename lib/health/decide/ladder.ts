/** Chooses the next step of the repair ladder for an offender, and judges whether a step helped. */
import { componentRow, RUNGS, type Component, type Rung } from './components';

/** What was done about an offender since it became one. */
export interface Attempt {
  readonly rung: Rung;
  readonly helped: boolean;
}

/** What the user allows. */
export interface Permissions {
  readonly autoRestart: boolean;
  readonly maxAction: Rung;
  readonly allowProcessExit: boolean;
}

export type Refusal =
  'autoRestart' | 'maxAction' | 'allowProcessExit' | 'residualFloor' | 'nothingLeft' | 'noStepHelps';

export type Choice =
  | { readonly rung: Rung }
  /** No step is taken; `recommended` would be the next one. */
  | { readonly rung: undefined; readonly recommended: Rung | undefined; readonly blockedBy: Refusal };

/** At least this part of what the offender had grown by must come back. */
const MIN_FREED_SHARE = 0.3;
/** Levels after two recycles differ by this much without any growth. */
const FLOOR_NOISE_SHARE = 0.005;

/**
 * @param attempts in this episode
 * @param floors what was left of the offender after each recycle, oldest first
 * @param unavailable steps that cannot be taken now whatever the user allows
 */
export function nextRung(
  offender: Component,
  attempts: readonly Attempt[],
  floors: readonly number[],
  permissions: Permissions,
  unavailable: ReadonlySet<Rung>,
): Choice {
  const { ladder, recycles = 1 } = componentRow(offender);
  if (ladder.length === 0) return { rung: undefined, recommended: undefined, blockedBy: 'noStepHelps' };
  for (const rung of ladder) {
    const tried = attempts.filter((attempt) => attempt.rung === rung).length;
    if (tried >= (rung === 'recycle' ? recycles : 1) || unavailable.has(rung)) continue;
    // V8's page pool and malloc's caches look the same; only growth over two recycles is a native leak.
    if (rung === 'process' && offender === 'residual' && !hasRisen(floors))
      return { rung: undefined, recommended: undefined, blockedBy: 'residualFloor' };
    const refusal = refuse(rung, permissions);
    return refusal === undefined ? { rung } : { rung: undefined, recommended: rung, blockedBy: refusal };
  }
  return { rung: undefined, recommended: ladder.at(-1), blockedBy: 'nothingLeft' };
}

/** A collection restarts nothing and needs no leave. */
function refuse(rung: Rung, permissions: Permissions): Refusal | undefined {
  if (rung === 'gc') return undefined;
  if (!permissions.autoRestart) return 'autoRestart';
  if (RUNGS.indexOf(rung) > RUNGS.indexOf(permissions.maxAction)) return 'maxAction';
  return rung === 'process' && !permissions.allowProcessExit ? 'allowProcessExit' : undefined;
}

/** Whether the last of two recycles left more than the one before. */
export function hasRisen(floors: readonly number[]): boolean {
  const last = floors.at(-1);
  const previous = floors.at(-2);
  if (last === undefined || previous === undefined) return false;
  return last > previous * (1 + FLOOR_NOISE_SHARE);
}

export interface Effect {
  readonly before: number;
  /** undefined: not measured any longer. */
  readonly after: number | undefined;
  /** The lowest level since the start. */
  readonly baseline: number;
  readonly warning: number;
}

/** Whether the offender is back under warning, or gave back a good part of what it had grown by. */
export function hasHelped({ before, after, baseline, warning }: Effect): boolean {
  if (after === undefined || after < warning) return true;
  const grown = before - baseline;
  return grown > 0 && before - after >= grown * MIN_FREED_SHARE;
}
