/** Metrics of the SENSR servers: their messages, connections and requests. */
import { msToSeconds } from '../../units';
import type { Sample } from '../sampling/sample';
import { SENSR_STATUSES, type HttpHealth, type SocketHealth } from '../sampling/server-health';
import { CODES, codeLabel, countsBy, OTHER } from './label-values';
import { MESSAGE_ERRORS } from './message-facts';
import { oneHot, plain, point, type Metric, type Point, type Scalar } from './metric';

const SOCKETS = ['output', 'points'] as const;

const inSeconds = (ms: number | null): number | null => (ms === null ? null : msToSeconds(ms));

const ofSockets = (
  sample: Sample | undefined,
  read: (socket: SocketHealth, labels: Point['labels']) => readonly Point[],
): readonly Point[] =>
  Object.entries(sample?.servers ?? {}).flatMap(([server, health]) =>
    SOCKETS.flatMap((socket) => read(health[socket], { server, socket })),
  );

const socketMetric = (
  type: Scalar['type'],
  name: string,
  help: string,
  read: (socket: SocketHealth) => number | null,
): Scalar => ({
  type,
  name,
  help,
  labels: { server: 'configured', socket: SOCKETS },
  read: ({ sample }) => ofSockets(sample, (socket, labels) => point(read(socket), labels)),
});

const httpMetric = (
  type: Scalar['type'],
  name: string,
  help: string,
  read: (http: HttpHealth) => number | null,
): Scalar => ({
  type,
  name,
  help,
  labels: { server: 'configured' },
  read: ({ sample }) =>
    Object.entries(sample?.servers ?? {}).flatMap(([server, { http }]) =>
      http ? point(read(http), { server }) : [],
    ),
});

export const SERVER_METRICS: readonly Metric[] = [
  socketMetric('counter', 'sensr_messages_received_total', 'Messages received.', ({ frames }) => frames),
  socketMetric(
    'counter',
    'sensr_received_bytes_total',
    'Bytes of the messages received.',
    ({ bytes }) => bytes,
  ),
  {
    type: 'counter',
    name: 'sensr_message_errors_total',
    help: 'Messages that could not be used, by error code; other: text and empty frames together.',
    labels: { server: 'configured', socket: SOCKETS, kind: MESSAGE_ERRORS },
    read: ({ messages }) =>
      Object.entries(messages.errors).flatMap(([server, errors]) =>
        SOCKETS.flatMap((socket) =>
          MESSAGE_ERRORS.flatMap((kind) => point(errors[socket][kind], { server, socket, kind })),
        ),
      ),
  },
  plain(
    'gauge',
    'sensr_last_message_timestamp_seconds',
    'When the newest message of an open connection came, in seconds since 1970.',
    // Not from the sample: its messageAgeMs is of the server that is worst off.
    ({ messages }) => inSeconds(messages.newestAt),
  ),
  socketMetric(
    'gauge',
    'sensr_connection_up',
    'Whether the connection is open; absent while no node listens.',
    ({ state }) => (state === 'idle' ? null : Number(state === 'open')),
  ),
  socketMetric(
    'gauge',
    'sensr_connection_uptime_seconds',
    'How long the connection has been open.',
    ({ uptime }) => inSeconds(uptime),
  ),
  socketMetric('gauge', 'sensr_connection_silence_seconds', 'Since the last byte came.', ({ silence }) =>
    inSeconds(silence),
  ),
  socketMetric('gauge', 'sensr_connection_ping_seconds', 'Round trip of the last ping.', ({ pingRtt }) =>
    inSeconds(pingRtt),
  ),
  {
    type: 'counter',
    name: 'sensr_reconnects_total',
    help: 'Connections made anew, by the error code of what ended the one before.',
    labels: { server: 'configured', socket: SOCKETS, reason: CODES },
    read: ({ sample }) => ofSockets(sample, ({ reconnects }, labels) => reconnectPoints(reconnects, labels)),
  },
  socketMetric(
    'gauge',
    'sensr_queued_messages',
    'Messages that wait to be emitted into flows.',
    ({ queued }) => queued,
  ),
  socketMetric(
    'gauge',
    'sensr_oldest_queued_seconds',
    'Age of the oldest message that waits.',
    ({ oldestAge }) => inSeconds(oldestAge),
  ),
  socketMetric(
    'counter',
    'sensr_dropped_messages_total',
    'Messages dropped because flows were too slow.',
    ({ dropped }) => dropped,
  ),
  httpMetric('gauge', 'sensr_http_connections', 'HTTP connections open.', ({ connected }) => connected),
  httpMetric(
    'gauge',
    'sensr_http_pending_requests',
    'HTTP requests that wait or are under way.',
    ({ pending }) => pending,
  ),
  httpMetric('counter', 'sensr_http_requests_total', 'HTTP requests.', ({ requests }) => requests),
  httpMetric('counter', 'sensr_http_errors_total', 'HTTP requests that failed.', ({ errors }) => errors),
  httpMetric(
    'gauge',
    'sensr_http_response_p50_seconds',
    'Median time until an answer was complete, of the last requests.',
    ({ p50Ms }) => inSeconds(p50Ms),
  ),
  httpMetric(
    'gauge',
    'sensr_http_response_p99_seconds',
    '99th percentile of the time until an answer was complete, of the last requests.',
    ({ p99Ms }) => inSeconds(p99Ms),
  ),
  {
    type: 'gauge',
    name: 'sensr_server_status',
    help: 'What the SENSR server says of itself: 1 for the status it has, 0 for the others.',
    labels: { server: 'configured', status: SENSR_STATUSES },
    read: ({ sample }) =>
      Object.entries(sample?.servers ?? {}).flatMap(([server, { sensr }]) =>
        sensr ? oneHot(SENSR_STATUSES, sensr.status, 'status', { server }) : [],
      ),
  },
];

/** Each reconnect has one reason; what nobody gave one counts too. */
function reconnectPoints(
  { total, ...reasons }: SocketHealth['reconnects'],
  labels: Point['labels'],
): readonly Point[] {
  const known = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  const rest = Math.max(0, total - known);
  const counts = rest > 0 ? { ...reasons, [OTHER]: (reasons[OTHER] ?? 0) + rest } : reasons;
  return countsBy(counts, codeLabel).flatMap(([reason, count]) => point(count, { ...labels, reason }));
}
