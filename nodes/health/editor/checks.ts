/** The checks of a sensr-health node that one row of the table cannot make. */
import { parseNumber, type Problem } from '../../common/editor/check';
import type { ExtraCheck } from '../../common/editor/defaults';
import { PROPERTIES } from '../properties';
import { cronProblem } from './cron-text';
import { isPrefix } from './endpoint-paths';
import { SCHEDULE_MODE } from './schedule-field';

/** Each value that warns, with the critical one that it must not be above. */
const PAIRS = [
  ['memoryWarn', 'memoryCritical'],
  ['cpuWarn', 'cpuCritical'],
  ['responseWarn', 'responseCritical'],
  ['errorWarn', 'errorCritical'],
  ['diskWarn', 'diskCritical'],
  ['gcShareWarn', 'gcShareCritical'],
] as const;

const notAbove =
  (warn: (typeof PAIRS)[number][0], critical: (typeof PAIRS)[number][1]): ExtraCheck =>
  (value, other, node) => {
    const { unit } = PROPERTIES[critical];
    const low = parseNumber(PROPERTIES[warn], value);
    const high = parseNumber(PROPERTIES[critical], other(critical));
    if (low === undefined || high === undefined || low <= high) return undefined;
    const name = node._(`sensr-health.label.${critical}`);
    return { key: 'warnAboveCritical', values: { low, high, unit, name } };
  };

const textOf = (value: unknown): string => String(value ?? '').trim();

/** What HTTP allows in the name of a header. */
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;

const needsSupervisor = (other: (property: string) => unknown): Problem | undefined =>
  other('allowProcessExit') === true ? undefined : { key: 'needsSupervisor' };

export const CHECKS: Readonly<Record<string, ExtraCheck>> = {
  ...Object.fromEntries(PAIRS.map(([warn, critical]) => [warn, notAbove(warn, critical)])),
  maxAction: (value, other) =>
    value === 'process' && other('autoRestart') === true ? needsSupervisor(other) : undefined,
  scheduledRestartTarget: (value, other) =>
    value === 'process' && other('scheduledRestart') === true ? needsSupervisor(other) : undefined,
  scheduledRestartTimes: (value, other) => {
    const text = textOf(value);
    if (text !== '') return cronProblem(text);
    return other(SCHEDULE_MODE) === 'times' ? { key: 'noTimes' } : undefined;
  },
  scheduledRestartRssPct: (value, other) => {
    const isNone = parseNumber(PROPERTIES.scheduledRestartRssPct, value) === 0;
    return isNone && other(SCHEDULE_MODE) === 'rss' ? { key: 'noRss' } : undefined;
  },
  adminUrl: (value) => {
    const text = textOf(value);
    return text === '' || (/^https?:\/\//i.test(text) && URL.canParse(text))
      ? undefined
      : { key: 'adminUrl' };
  },
  adminTokenHeader: (value) => {
    const text = textOf(value);
    return text === '' || HEADER.test(text) ? undefined : { key: 'header' };
  },
  prefix: (value, other) =>
    other('endpoints') !== true || isPrefix(textOf(value)) ? undefined : { key: 'prefix' },
};
