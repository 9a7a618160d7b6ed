/** Decides which fields of the sensr-health dialog mean something, given what stands in the others. */
import { SCHEDULE_MODE, type ScheduleMode } from './schedule-field';

type Value = (property: string) => unknown;

const isOn =
  (property: string): ((value: Value) => boolean) =>
  (value) =>
    value(property) === true;
const inModes =
  (...modes: ScheduleMode[]): ((value: Value) => boolean) =>
  (value) =>
    modes.some((mode) => mode === value(SCHEDULE_MODE));

/** All other fields are always shown. */
const CONDITIONS: Readonly<Record<string, (value: Value) => boolean>> = {
  maxAction: isOn('autoRestart'),
  exitCode: isOn('allowProcessExit'),
  forcedGcInterval: isOn('periodicForcedGc'),
  scheduledRestartEvery: inModes('every', 'rss'),
  scheduledRestartTimes: inModes('times'),
  scheduledRestartRssPct: inModes('rss'),
  scheduledRestartTarget: inModes('every', 'times', 'rss'),
  endpointSide: isOn('endpoints'),
  prefix: isOn('endpoints'),
  endpointToken: isOn('endpoints'),
};

/** @returns for each field that is not always shown whether it is now. */
export const shownProperties = (value: Value): readonly (readonly [name: string, shown: boolean])[] =>
  Object.entries(CONDITIONS).map(([name, condition]) => [name, condition(value)]);
