/** One server's report as the sidebar shows it: states, counters, ages. */
import type { OpenServer } from '../../lib/server/open-servers';
import type { ChannelReport, StreamReport } from '../../lib/server/server';
import type { ServerState, SocketState, StreamState } from './protocol';

/** How a node is called, and which node the editor shows for it. */
export interface ShownNode {
  readonly name: string;
  readonly shownId: string;
}

export function serverState(
  { id, server }: OpenServer,
  nowMs: number,
  nodeOf: (id: string) => ShownNode,
): ServerState {
  const { output, points, streams } = server.report();
  const { name, host } = server.options;
  return {
    id,
    name,
    host,
    output: socketState(output, nowMs),
    points: socketState(points, nowMs),
    streams: Object.entries(streams).map(([node, report]) => streamState(node, report, nodeOf(node))),
  };
}

function socketState({ status, statistics, losses }: ChannelReport, nowMs: number): SocketState {
  const isOpen = status.state === 'open' && statistics !== undefined;
  const since = (atMs: number | undefined): number | null =>
    isOpen && atMs !== undefined && atMs > 0 ? Math.max(0, nowMs - atMs) : null;
  return {
    state: status.state,
    attempt: status.attempt,
    reason: status.reason?.message ?? null,
    frames: statistics?.frames ?? 0,
    bytes: statistics?.bytes ?? 0,
    uptimeMs: since(statistics?.openedMs),
    silenceMs: since(statistics?.lastByteMs),
    pingRttMs: isOpen && statistics.pingRttMs > 0 ? statistics.pingRttMs : null,
    losses,
  };
}

function streamState(id: string, report: StreamReport, { name, shownId }: ShownNode): StreamState {
  const { socket, received, emitted, filtered, dropped, queued, queuedBytes } = report;
  return { id, shownId, name, socket, received, emitted, filtered, dropped, queued, queuedBytes };
}
