/** report.get: project, sensors, zones and health in one answer; a part that cannot be had is null, and said why. */
import { gather, type Part, type PartError } from './gather';

export interface Report {
  readonly project: unknown;
  readonly sensors: unknown;
  readonly zones: unknown;
  readonly health: unknown;
  readonly errors: readonly PartError[];
}

/** What one operation brings; `errors`: of the details that are missing in a list. */
export interface PartAnswer {
  readonly payload: unknown;
  readonly attempts: number;
  readonly cached: boolean;
  readonly errors?: readonly PartError[];
}

export type RunPart = (
  operation: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<PartAnswer>;

const PARTS = [
  ['project.current', {}],
  ['sensors.list', { details: true }],
  ['zones.list', { details: true }],
  ['health.get', {}],
] as const;

/** @throws SensrError when no part can be had */
export async function reportOf(
  runPart: RunPart,
  signal: AbortSignal | undefined,
): Promise<{ readonly report: Report; readonly attempts: number; readonly cached: boolean }> {
  const parts = PARTS.map(([operation, params]): Part<PartAnswer> => ({
    operation,
    params,
    run: (together) => runPart(operation, params, together),
  }));
  const { values, errors } = await gather(parts, signal);
  const [project, sensors, zones, health] = values.map((value) => value?.payload ?? null);
  const found = values.filter((value) => value !== undefined);
  return {
    report: {
      project,
      sensors,
      zones,
      health,
      errors: [...errors, ...found.flatMap((value) => value.errors ?? [])],
    },
    attempts: Math.max(...found.map(({ attempts }) => attempts)),
    cached: found.every(({ cached }) => cached),
  };
}
