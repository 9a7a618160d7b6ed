/** Metrics of the state of health and of what was done about it. */
import { RUNGS } from '../decide/components';
import { HEALTH_STATES } from '../decide/states';
import { BLOCK_LIMITS, countsBy, memberOf, RESTART_REASONS } from './label-values';
import { oneHot, plain, point, type Metric } from './metric';

const PERCENT = 100;
const RESTARTS = RUNGS.filter((rung) => rung !== 'gc');
const RESULTS = ['ok', 'failed'] as const;

export const HEALTH_METRICS: readonly Metric[] = [
  {
    type: 'gauge',
    name: 'sensr_health_state',
    help: 'State of health: 1 for the one it is, 0 for the others.',
    labels: { state: HEALTH_STATES },
    read: ({ report }) => oneHot(HEALTH_STATES, report.status, 'state'),
  },
  {
    type: 'counter',
    name: 'sensr_health_checks_total',
    help: 'Checks by result; failed: something was critical that a restart can cure.',
    labels: { result: RESULTS },
    read: ({ report }) => RESULTS.flatMap((result) => point(report.checks[result], { result })),
  },
  {
    type: 'counter',
    name: 'sensr_restarts_total',
    help: 'Restarts of the socket thread (recycle), the flows and the process, by what they were for; kept across restarts.',
    labels: { action: RESTARTS, reason: RESTART_REASONS },
    read: ({ report }) =>
      countsBy(report.actions.counts, restartKey).flatMap(([key, count]) => {
        const [action = '', reason = ''] = key.split(' ');
        return action === '' ? [] : point(count, { action, reason });
      }),
  },
  {
    type: 'counter',
    name: 'sensr_restarts_blocked_total',
    help: 'Steps that were due or asked for and not taken, by the limit or option against them; kept across restarts.',
    labels: { limit: BLOCK_LIMITS },
    read: ({ report }) =>
      countsBy(report.actions.blocked, (limit) => memberOf(BLOCK_LIMITS, limit)).flatMap(([limit, count]) =>
        point(count, { limit }),
      ),
  },
  plain(
    'gauge',
    'sensr_disk_used_ratio',
    'How full the disk of the user directory is, in space or in files.',
    ({ sample }) => {
      const usedPct = sample?.disk.usedPct ?? null;
      return usedPct === null ? null : usedPct / PERCENT;
    },
  ),
  {
    type: 'gauge',
    name: 'sensr_build_info',
    help: 'Versions of this package and of Node.js; always 1.',
    labels: { version: 'version', node: 'version' },
    read: ({ versions }) => [{ labels: { version: versions.package, node: versions.node }, value: 1 }],
  },
];

/** The state file's keys are `action reason`; what another version may have left there stays out of the action. */
function restartKey(key: string): string {
  const [action = '', reason = ''] = key.split(' ');
  return RESTARTS.some((one) => one === action) ? `${action} ${memberOf(RESTART_REASONS, reason)}` : '';
}
