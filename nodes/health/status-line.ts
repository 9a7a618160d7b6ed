/** What the status of a sensr-health says: the state, RSS, and the worst reason. */
import type { HealthStatus } from '../../lib/health/hub-types';
import type { HealthState } from '../../lib/health/decide/states';
import { bytesToMegabytes } from '../../lib/units';
import type { NodeStatusLine } from '../common/status';

export type StatusText = (key: string, values?: Readonly<Record<string, string>>) => string;

const DOTS: Readonly<Record<HealthState, Pick<NodeStatusLine, 'fill' | 'shape'>>> = {
  starting: { fill: 'green', shape: 'ring' },
  normal: { fill: 'green', shape: 'dot' },
  warning: { fill: 'yellow', shape: 'dot' },
  critical: { fill: 'red', shape: 'dot' },
  unhealthy: { fill: 'red', shape: 'dot' },
  recovering: { fill: 'yellow', shape: 'ring' },
  locked: { fill: 'red', shape: 'ring' },
  stopping: { fill: 'grey', shape: 'ring' },
};

const MS_PER_S = 1000;

export function statusLine(status: HealthStatus | undefined, text: StatusText): NodeStatusLine {
  if (!status?.sample) return { ...DOTS.starting, text: text('status.waiting') };
  const { status: state, reasons, sample, lockedBy } = status;
  const [worst] = reasons;
  const parts = [text(`status.${state}`, { rss: bytesToMegabytes(sample.rss).toFixed(0) })];
  if (state === 'locked' && lockedBy !== null) parts.push(lockedBy);
  if (worst) parts.push(`${text(`component.${worst.component}`)} ${shown(worst.value, worst.unit)}`);
  return { ...DOTS[state], text: parts.join(' · '), sensr: { state, rss: sample.rss, reasons } };
}

function shown(value: number, unit: '%' | 'ms'): string {
  if (unit === '%') return `${value.toFixed(0)} %`;
  return value < MS_PER_S ? `${value.toFixed(0)} ms` : `${(value / MS_PER_S).toFixed(1)} s`;
}
