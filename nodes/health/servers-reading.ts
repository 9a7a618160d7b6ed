/** Every deployed server's report as health shows it: states, rates since the last reading, ages, errors. */
import type { Clock } from '../../lib/clock';
import type { MessageErrors, MessageFacts } from '../../lib/health/export/message-facts';
import type { ServersReading } from '../../lib/health/sampling/sampler';
import type { SensrHealth, ServerHealth, SocketHealth } from '../../lib/health/sampling/server-health';
import type { OpenServer } from '../../lib/server/open-servers';
import type { ChannelReport, ServerReport, StreamReport } from '../../lib/server/server';
import type { SocketKind } from '../../lib/thread/protocol';

const MS_PER_S = 1000;
const LEAST_MS = 1000;
const KINDS: readonly SocketKind[] = ['output', 'points'];

interface Counted {
  readonly frames: number;
  readonly atMs: number;
}

export class ServersReader {
  readonly #clock: Clock;
  /** Per socket, oldest first. */
  readonly #counted = new Map<string, Counted[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  read(open: readonly OpenServer[], sensrOf: (id: string) => SensrHealth | null): ServersReading {
    const nowMs = this.#clock.monotonicMs();
    const servers: Record<string, ServerHealth> = {};
    const ages: number[] = [];
    let [messages, errors] = [0, 0];
    const names = serverNames(open);
    for (const { id, server } of open) {
      const report = server.report();
      const of = (kind: SocketKind): SocketHealth => this.#socket(`${id}/${kind}`, kind, report, nowMs);
      servers[names.get(id) ?? id] = {
        output: of('output'),
        points: of('points'),
        http: httpOf(report),
        sensr: sensrOf(id),
      };
      for (const kind of KINDS) {
        messages += report[kind].statistics?.frames ?? 0;
        const { SENSR_BAD_FRAME, other } = errorsOf(kind, report);
        errors += SENSR_BAD_FRAME + other;
      }
      // Results come all the time; clouds may be rare on purpose. The oldest is judged: each server is to be heard.
      const age = messageAgeMs(report.output, nowMs);
      if (age !== null) ages.push(age);
    }
    for (const key of this.#counted.keys())
      if (!open.some(({ id }) => key.startsWith(`${id}/`))) this.#counted.delete(key);
    return { messages, errors, messageAgeMs: ages.length > 0 ? Math.max(...ages) : null, servers };
  }

  #socket(key: string, kind: SocketKind, report: ServerReport, nowMs: number): SocketHealth {
    const { status, statistics, losses } = report[kind];
    const frames = statistics?.frames ?? 0;
    const isOpen = status.state === 'open' && statistics !== undefined;
    const streams = streamsOf(kind, report);
    const oldest = streams.map(({ oldestMs }) => oldestMs).filter((atMs) => atMs > 0);
    return {
      state: status.state,
      uptime: isOpen && statistics.openedMs > 0 ? nowMs - statistics.openedMs : null,
      frames,
      bytes: statistics?.bytes ?? 0,
      rate: this.#rate(key, { frames, atMs: nowMs }),
      silence: isOpen && statistics.lastByteMs > 0 ? Math.max(0, nowMs - statistics.lastByteMs) : null,
      pingRtt: statistics && statistics.pingRttMs > 0 ? statistics.pingRttMs : null,
      reconnects: { ...losses, total: Object.values(losses).reduce((sum, count) => sum + count, 0) },
      queued: sum(streams, 'queued'),
      dropped: sum(streams, 'dropped'),
      oldestAge: oldest.length > 0 ? Math.max(0, nowMs - Math.min(...oldest)) : null,
    };
  }

  /** Two samples may come within milliseconds, when somebody asks for one: no rate can be told from those. */
  #rate(key: string, now: Counted): number {
    let counted = this.#counted.get(key) ?? [];
    // A socket that was closed in between counts from the start.
    if ((counted.at(-1)?.frames ?? 0) > now.frames) counted = [];
    const before = counted.findLast(({ atMs }) => now.atMs - atMs >= LEAST_MS) ?? counted[0];
    const kept = counted.filter(({ atMs }) => before === undefined || atMs >= before.atMs);
    this.#counted.set(key, [...kept, now]);
    if (!before || now.atMs <= before.atMs) return 0;
    return (MS_PER_S * (now.frames - before.frames)) / (now.atMs - before.atMs);
  }
}

const streamsOf = (kind: SocketKind, { streams }: ServerReport): readonly StreamReport[] =>
  Object.values(streams).filter(({ socket }) => socket === kind);

const sum = (streams: readonly StreamReport[], field: 'queued' | 'dropped'): number =>
  streams.reduce((total, stream) => total + stream[field], 0);

const errorsOf = (kind: SocketKind, report: ServerReport): MessageErrors => ({
  // Each node that listens counts the same frame that nobody can decode.
  SENSR_BAD_FRAME: Math.max(0, ...streamsOf(kind, report).map(({ droppedBy }) => droppedBy.undecodable)),
  other: report[kind].statistics?.refused ?? 0,
});

/** @returns what all servers count of their messages at this moment */
export function messageFacts(open: readonly OpenServer[], clock: Clock): MessageFacts {
  const names = serverNames(open);
  const reports = open.map(({ id, server }) => [names.get(id) ?? id, server.report()] as const);
  const newestMs = Math.max(0, ...reports.flatMap(([, report]) => KINDS.map((kind) => lastMs(report[kind]))));
  return {
    newestAt: newestMs > 0 ? clock.wallMs() - (clock.monotonicMs() - newestMs) : null,
    errors: Object.fromEntries(
      reports.map(([name, report]) => [
        name,
        { output: errorsOf('output', report), points: errorsOf('points', report) },
      ]),
    ),
  };
}

/** Of an open connection; 0 = none came yet. */
const lastMs = ({ status, statistics }: ChannelReport): number =>
  status.state === 'open' ? (statistics?.lastFrameMs ?? 0) : 0;

function messageAgeMs({ status, statistics }: ChannelReport, nowMs: number): number | null {
  if (status.state !== 'open' || !statistics) return null;
  const sinceMs = Math.max(statistics.lastFrameMs, statistics.openedMs);
  return sinceMs > 0 ? Math.max(0, nowMs - sinceMs) : null;
}

function httpOf({ http }: ServerReport): ServerHealth['http'] {
  if (!http) return null;
  const { connected, pending, requests, errors, p50Ms, p99Ms } = http;
  return { connected, pending, requests, errors, p50Ms, p99Ms };
}

/** By id, as samples call them; two config nodes may have one name. */
export function serverNames(open: readonly OpenServer[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, server } of open) {
    const { name } = server.options;
    names.set(id, taken.has(name) ? `${name} (${id})` : name);
    taken.add(name);
  }
  return names;
}
