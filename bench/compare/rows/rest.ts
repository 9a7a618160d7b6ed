/** Row: REST requests beside the core http request node, and a report beside one call after the other. */
import { IN_FLIGHT, measureRest, REPORT_DELAY_MS, REQUESTS, ROUNDS, type Round } from '../../rest';
import type { Line, Plan, RowResult } from '../result';
import { figure, median } from '../statistics';

const COLUMNS = [
  ['connections', 'connections opened', ''],
  ['medianMs', 'time to the answer, median', 'ms'],
  ['p99Ms', 'time to the answer, p99', 'ms'],
  ['cpuMs', 'processor time of the process', 'ms'],
] as const satisfies readonly (readonly [keyof Round, string, string])[];

export async function rest(plan: Plan): Promise<RowResult> {
  const { requests, reports } = await measureRest();
  const lines = COLUMNS.flatMap(([key, what, unit]): Line[] => [
    { contender: 'sensr-api', what, unit, figure: figure(requests.ours.map((one) => one[key])) },
    { contender: 'http request', what, unit, figure: figure(requests.peer.map((one) => one[key])) },
  ]);
  const report = `report of 50 sensors and 20 zones, ${REPORT_DELAY_MS} ms a call`;
  lines.push(
    { contender: 'report.get', what: report, unit: 'ms', figure: figure(reports.togetherMs) },
    { contender: 'one call after the other', what: report, unit: 'ms', figure: figure(reports.apartMs) },
  );
  plan.say(`report.get ${(median(reports.apartMs) / median(reports.togetherMs)).toFixed(1)} times faster`);
  return {
    title: 'REST',
    about:
      `${REQUESTS} requests a round, ${IN_FLIGHT} under way, ${ROUNDS} rounds; connections of the first ${REQUESTS}: ` +
      `${requests.firstConnections.ours} of \`sensr-api\`, ${requests.firstConnections.peer} of \`http request\`, which is told to close each.`,
    lines,
    targets: [],
  };
}
