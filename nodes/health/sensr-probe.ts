/** Asks each server that is in use for SENSR's own health, once for each check, and keeps the answer. */
import type { Clock, StopTimer } from '../../lib/clock';
import { messageOf } from '../../lib/errors';
import type { SensrHealth } from '../../lib/health/sampling/server-health';
import type { OpenServer } from '../../lib/server/open-servers';
import type { Server } from '../../lib/server/server';

/** What is not among these is an error. */
const FINE: ReadonlySet<string> = new Set(['OK', 'SENSOR_ALIVE', 'NONE']);
const DEGRADED: ReadonlySet<string> = new Set([
  'SENSOR_ERRONEOUS',
  'SENSOR_TILTED',
  'SENSOR_SUSPENDED',
  'SLOWDOWN',
  'NETWORK_LATENCY',
  'OUTPUT_BUFFER_OVERFLOW',
]);

interface Entry {
  readonly server: Server;
  last: SensrHealth | null;
  isAsking: boolean;
}

export class SensrProbe {
  readonly #openServers: () => readonly OpenServer[];
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #gone = new AbortController();
  readonly #stop: StopTimer;

  constructor(periodMs: number, openServers: () => readonly OpenServer[], clock: Clock) {
    this.#openServers = openServers;
    this.#clock = clock;
    this.#stop = clock.every(periodMs, () => {
      this.look();
    });
  }

  of(id: string): SensrHealth | null {
    return this.#entries.get(id)?.last ?? null;
  }

  /** Asks now; one request at a time for each server. */
  look(): void {
    const open = this.#openServers();
    for (const id of this.#entries.keys()) if (!open.some((one) => one.id === id)) this.#entries.delete(id);
    for (const { id, server } of open) {
      if (!isInUse(server)) continue;
      let entry = this.#entries.get(id);
      if (entry?.server !== server) {
        entry = { server, last: null, isAsking: false };
        this.#entries.set(id, entry);
      }
      void this.#ask(entry);
    }
  }

  close(): void {
    this.#stop();
    this.#gone.abort();
    this.#entries.clear();
  }

  async #ask(entry: Entry): Promise<void> {
    if (entry.isAsking) return;
    entry.isAsking = true;
    try {
      const { payload } = await entry.server.api.run('health.get', { signal: this.#gone.signal });
      entry.last = sensrHealthOf(payload, this.#clock.wallMs());
    } catch (error) {
      entry.last = {
        at: this.#clock.wallMs(),
        status: 'unknown',
        master: null,
        nodes: {},
        error: messageOf(error),
      };
    } finally {
      entry.isAsking = false;
    }
  }
}

/** Nobody is to be asked of whom no node wants anything. */
function isInUse(server: Server): boolean {
  const { streams, http } = server.report();
  return Object.keys(streams).length > 0 || http !== undefined;
}

/** @param payload of health.get; members may be missing */
export function sensrHealthOf(payload: unknown, at: number): SensrHealth {
  const { master, nodes: found } = record(payload);
  const nodes: Record<string, SensrHealth['nodes'][string]> = {};
  const statuses: string[] = typeof master === 'string' ? [master] : [];
  for (const [id, node] of Object.entries(record(found))) {
    const { status, sensors: listed, edges } = record(node);
    const sensors: Record<string, string> = {};
    for (const part of [listed, ...Object.values(record(edges)).map((edge) => record(edge)['sensors'])])
      for (const [topic, sensor] of Object.entries(record(part)))
        if (typeof sensor === 'string') sensors[topic] = sensor;
    nodes[id] = { status: typeof status === 'string' ? status : 'NONE', sensors };
    if (typeof status === 'string') statuses.push(status);
    for (const edge of Object.values(record(edges))) {
      const edgeStatus = record(edge)['status'];
      if (typeof edgeStatus === 'string') statuses.push(edgeStatus);
    }
    statuses.push(...Object.values(sensors));
  }
  return {
    at,
    status: worst(statuses),
    master: typeof master === 'string' ? master : null,
    nodes,
    error: null,
  };
}

function worst(statuses: readonly string[]): SensrHealth['status'] {
  if (statuses.length === 0) return 'unknown';
  if (statuses.some((status) => !FINE.has(status) && !DEGRADED.has(status))) return 'error';
  return statuses.some((status) => DEGRADED.has(status)) ? 'warning' : 'ok';
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
