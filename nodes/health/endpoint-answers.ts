/** What each endpoint answers, from what was measured last. */
import type { HealthState } from '../../lib/health/decide/states';
import { prometheusText } from '../../lib/health/export/prometheus';
import { isConnected } from '../../lib/health/export/readiness';
import type { HealthSnapshot } from '../../lib/health/export/snapshot';
import type { History } from '../../lib/health/sampling/history';
import type { Sample } from '../../lib/health/sampling/sample';

/** Where the answers come from: what is known now. None of these may measure anything. */
export interface HealthSource {
  readonly snapshot: () => HealthSnapshot;
  /** The status message, as the node's first output has it, with all servers. */
  readonly status: () => object;
  readonly history: () => History<Sample>;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const OK = 200;
const UNAVAILABLE = 503;
const JSON_TYPE = 'application/json; charset=utf-8';

/** A supervisor may end a process in these; locked is none of them, or it would go on with the storm that was stopped. */
const NOT_ALIVE: ReadonlySet<HealthState> = new Set(['unhealthy', 'stopping']);

export const json = (status: number, body: unknown): Answer => ({
  status,
  contentType: JSON_TYPE,
  body: JSON.stringify(body),
});

type Endpoint = (source: HealthSource, query: URLSearchParams) => Answer | Promise<Answer>;

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/sensr/health': (source, query) => {
    const { sample, report, process, versions } = source.snapshot();
    const isAlive = !NOT_ALIVE.has(report.status);
    const body = { status: report.status, uptimeS: Math.floor(process.uptimeS), version: versions.package };
    if (query.get('ready') !== '1') return json(isAlive ? OK : UNAVAILABLE, body);
    const connected = isConnected(sample);
    return json(isAlive && connected ? OK : UNAVAILABLE, { ...body, connected });
  },
  '/sensr/health/detailed': (source) => json(OK, { ...source.status(), history: source.history() }),
  '/sensr/health/metrics': (source) => json(OK, source.history()),
  '/sensr/metrics': async (source) => {
    const { contentType, text } = await prometheusText(source.snapshot());
    return { status: OK, contentType, body: text };
  },
};
