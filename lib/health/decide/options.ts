/** The saved properties that steer decisions, checked, with units in their names. */
import { SensrError } from '../../errors';
import { booleanOption, numberOption, oneOf, type NumberLimits } from '../../options';
import { megabytesToBytes, secondsToMs } from '../../units';
import { RUNGS, type Rung } from './components';
import { cronTimes, type Schedule } from './schedule';
import { thresholdsFrom, type Thresholds } from './thresholds';

export interface DecideOptions {
  readonly thresholds: Thresholds;
  /** The normal pace of samples, by which "two samples" is measured. */
  readonly sampleIntervalMs: number;
  readonly checkIntervalMs: number;
  readonly failedChecks: number;
  readonly startupGraceMs: number;
  readonly adaptiveHighMemory: boolean;
  readonly gcPauseAlertMs: number;
  readonly gcPerMin: number;
  readonly gcMemoryBytes: number;
  readonly maxPauseMs: number;
  readonly autoRestart: boolean;
  readonly maxAction: Rung;
  readonly allowProcessExit: boolean;
  readonly exitCode: number;
  readonly minIntervalMs: number;
  readonly schedule: Schedule;
}

const NUMBERS = {
  sampleInterval: { default: 10, min: 1, max: 300, unit: 's' },
  checkInterval: { default: 60, min: 10, max: 3600, unit: 's' },
  failedChecks: { default: 3, min: 1, max: 100, integer: true },
  startupGrace: { default: 120, min: 0, max: 3600, unit: 's' },
  gcPauseAlertMs: { default: 10, min: 1, max: 60_000, unit: 'ms' },
  gcPerMin: { default: 60, min: 1, max: 100_000 },
  gcMemoryMB: { default: 1024, min: 1, max: 1_048_576, unit: 'MB' },
  maxPauseMs: { default: 100, min: 1, max: 60_000, unit: 'ms' },
  minInterval: { default: 300, min: 60, max: 86_400, unit: 's' },
  // A supervisor takes 0 for a wish to stay down.
  exitCode: { default: 75, min: 1, max: 255, integer: true },
  // A process that lives shorter counts as a failed start.
  scheduledRestartEvery: { default: 1800, min: 600, max: 2_592_000, unit: 's' },
  // 0 = by time.
  scheduledRestartRssPct: { default: 0, min: 0, max: 100, unit: '%' },
} as const satisfies Readonly<Record<string, NumberLimits>>;

const TARGETS = ['recycle', 'flows', 'process'] as const;

/** @throws SensrError SENSR_BAD_CONFIG */
export function decideOptions(properties: Readonly<Record<string, unknown>>): DecideOptions {
  const number = (name: keyof typeof NUMBERS): number => numberOption(name, properties[name], NUMBERS[name]);
  const flag = (name: string, fallback: boolean): boolean => booleanOption(name, properties[name], fallback);
  const allowProcessExit = flag('allowProcessExit', false);
  return Object.freeze({
    thresholds: thresholdsFrom(properties),
    sampleIntervalMs: secondsToMs(number('sampleInterval')),
    checkIntervalMs: secondsToMs(number('checkInterval')),
    failedChecks: number('failedChecks'),
    startupGraceMs: secondsToMs(number('startupGrace')),
    adaptiveHighMemory: flag('adaptiveHighMemory', true),
    gcPauseAlertMs: number('gcPauseAlertMs'),
    gcPerMin: number('gcPerMin'),
    gcMemoryBytes: megabytesToBytes(number('gcMemoryMB')),
    maxPauseMs: number('maxPauseMs'),
    autoRestart: flag('autoRestart', false),
    maxAction: oneOf('maxAction', properties['maxAction'], RUNGS, 'recycle'),
    allowProcessExit,
    exitCode: number('exitCode'),
    minIntervalMs: secondsToMs(number('minInterval')),
    schedule: schedule(properties, allowProcessExit, number),
  });
}

function schedule(
  properties: Readonly<Record<string, unknown>>,
  allowProcessExit: boolean,
  number: (name: 'scheduledRestartEvery' | 'scheduledRestartRssPct') => number,
): Schedule {
  const isOn = booleanOption('scheduledRestart', properties['scheduledRestart'], false);
  const target = oneOf('scheduledRestartTarget', properties['scheduledRestartTarget'], TARGETS, 'recycle');
  const everyMs = secondsToMs(number('scheduledRestartEvery'));
  const rssPct = number('scheduledRestartRssPct');
  const times = properties['scheduledRestartTimes'];
  const cron = times === undefined || times === null || times === '' ? undefined : cronTimes(times);
  if (!isOn) return { when: 'never' };
  if (target === 'process' && !allowProcessExit)
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      'scheduledRestartTarget: expected recycle or flows while allowProcessExit is off, got process',
    );
  if (rssPct > 0) return { when: 'rss', rssPct, everyMs, target };
  return cron === undefined ? { when: 'every', everyMs, target } : { when: 'times', cron, target };
}
