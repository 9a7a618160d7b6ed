/** From which value on each component is warning or critical, and below which it is left again; all of it settable. */
import { SensrError } from '../../errors';
import { numberOption } from '../../options';
import { secondsToMs } from '../../units';
import { COMPONENT_NAMES, componentRow, type Component, type Family } from './components';

export interface Threshold {
  readonly warning: number;
  readonly critical: number;
  /** Below these for a minute, the level is left. */
  readonly leaveWarning: number;
  readonly leaveCritical: number;
  /** At this value there is no time to wait for a second sample. */
  readonly immediate: number;
}

export type Thresholds = Readonly<Record<Component, Threshold>>;

interface FamilyRow {
  readonly warn: string;
  readonly critical: string;
  readonly defaults: readonly [warning: number, critical: number];
  readonly min: number;
  readonly max: number;
  /** Of the property, not of the component. */
  readonly unit: '%' | 's';
}

const PERCENT = { min: 1, max: 100, unit: '%' } as const;

const FAMILIES: Readonly<Record<Family, FamilyRow>> = {
  memory: { warn: 'memoryWarn', critical: 'memoryCritical', defaults: [80, 90], ...PERCENT },
  cpu: { warn: 'cpuWarn', critical: 'cpuCritical', defaults: [85, 95], ...PERCENT },
  response: {
    warn: 'responseWarn',
    critical: 'responseCritical',
    defaults: [2, 5],
    min: 0.1,
    max: 3600,
    unit: 's',
  },
  error: { warn: 'errorWarn', critical: 'errorCritical', defaults: [5, 10], ...PERCENT },
  disk: { warn: 'diskWarn', critical: 'diskCritical', defaults: [90, 95], ...PERCENT },
  gcShare: { warn: 'gcShareWarn', critical: 'gcShareCritical', defaults: [5, 15], ...PERCENT },
};

const HYSTERESIS = { default: 5, min: 0, max: 20, unit: 'points' } as const;
/** V8 dies below 100 %: from here on seconds count. */
const IMMEDIATE_PERCENT = 97;
/** Five points below a threshold of 5 % would never be reached again. */
const MAX_HYSTERESIS_SHARE = 0.2;
const PERCENT_BASE = 100;

/** @throws SensrError SENSR_BAD_CONFIG naming both properties when a warning lies above its critical. */
export function thresholdsFrom(properties: Readonly<Record<string, unknown>>): Thresholds {
  const hysteresis = numberOption('hysteresis', properties['hysteresis'], HYSTERESIS);
  const families = Object.fromEntries(
    (Object.keys(FAMILIES) as Family[]).map((family) => [
      family,
      read(FAMILIES[family], properties, hysteresis),
    ]),
  ) as Record<Family, Threshold>;
  return Object.fromEntries(
    COMPONENT_NAMES.map((name) => {
      const { family } = componentRow(name);
      return [name, families[family]];
    }),
  ) as Record<Component, Threshold>;
}

function read(row: FamilyRow, properties: Readonly<Record<string, unknown>>, hysteresis: number): Threshold {
  const { min, max, unit } = row;
  const limits = { min, max, unit };
  const saved = {
    warning: numberOption(row.warn, properties[row.warn], { ...limits, default: row.defaults[0] }),
    critical: numberOption(row.critical, properties[row.critical], { ...limits, default: row.defaults[1] }),
  };
  if (saved.warning > saved.critical)
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      `${row.warn}: expected at most ${row.critical} (${saved.critical} ${unit}), got ${saved.warning} ${unit}`,
    );
  const toOwn = unit === 's' ? secondsToMs : (value: number) => value;
  const warning = toOwn(saved.warning);
  const critical = toOwn(saved.critical);
  // Points of a percentage; of a time, that percentage of it.
  const band = (threshold: number): number =>
    unit === 's'
      ? (threshold * hysteresis) / PERCENT_BASE
      : Math.min(hysteresis, threshold * MAX_HYSTERESIS_SHARE);
  return {
    warning,
    critical,
    leaveWarning: warning - band(warning),
    leaveCritical: critical - band(critical),
    immediate: row.warn === FAMILIES.memory.warn ? Math.max(IMMEDIATE_PERCENT, critical) : Infinity,
  };
}
