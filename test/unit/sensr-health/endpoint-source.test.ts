import '../thread/helpers/without-built-thread';
import assert from 'node:assert/strict';
import { systemClock } from '../../../lib/clock';
import type { HealthStatus } from '../../../lib/health/hub-types';
import { addServer } from '../../../lib/server/open-servers';
import { Server, type ServerOptions, type StreamReport } from '../../../lib/server/server';
import { SOCKET_COUNTER, type SocketKind } from '../../../lib/thread/protocol';
import { ENDPOINTS } from '../../../nodes/health/endpoint-answers';
import { hubSource } from '../../../nodes/health/endpoint-source';
import { statusPayload } from '../../../nodes/health/status-payload';
import { FakeClock } from '../../helpers/fake-clock';
import { parseExposition } from '../health/export/helpers/exposition';
import { REPORT, SAMPLE } from '../health/export/helpers/snapshot';
import { FakeThreads } from '../thread/helpers/fake-thread';
import { ThreadHost } from '../thread/helpers/host';

const OPTIONS: ServerOptions = {
  name: 'crossing',
  host: '10.0.0.5',
  ports: { output: 5050, points: 5051 },
  credentials: {},
  proxyFor: () => undefined,
  ...{ pingIntervalMs: 1, pongTimeoutMs: 2, connectTimeoutMs: 3 },
  ...{ backoffInitialMs: 4, backoffMaxMs: 5, maxFrameBytes: 6 },
  http: {
    ...{ port: 9080, apiVersion: '', connections: 1, responseTimeoutMs: 1, longResponseTimeoutMs: 1 },
    ...{ retries: 0, retryDelayMs: 1 },
  },
};
const STATUS: HealthStatus = { ...REPORT, sample: SAMPLE, trend: SAMPLE.trend };

const withUndecodable = (socket: SocketKind, undecodable: number): StreamReport => ({
  ...{ socket, received: 9, emitted: 9 - undecodable, filtered: 0, dropped: undecodable, queued: 0 },
  droppedBy: { queue: 0, thread: 0, undecodable },
  ...{ queuedBytes: 0, oldestMs: 0 },
});

describe('what the endpoints ask', () => {
  const removals: (() => void)[] = [];
  const source = hubSource(
    {
      status: () => STATUS,
      history: () => ({ fine: [], coarse: [] }),
      options: () => undefined,
    },
    () => '1.2.3',
  );

  afterEach(() => {
    for (const remove of removals.splice(0)) remove();
  });

  /** A deployed server with both connections open, and the counters that its thread would write. */
  const deploy = (name: string) => {
    const threads = new FakeThreads();
    const clock = new FakeClock();
    const events = { onStatus: () => undefined, onProblem: () => undefined, onOverflow: () => undefined };
    const server = new Server({ ...OPTIONS, name }, events, new ThreadHost(threads.start, clock), clock);
    const open = (kind: SocketKind): Float64Array => {
      const limits = { parts: 0, queueFrames: 5, queueBytes: 1000, protectEvents: true, keepEvents: true };
      server.listen(kind, limits, { onFrames: () => undefined, onStatus: () => undefined });
      const { socket, counters } = threads.last.of('open').at(-1) ?? assert.fail('no socket was opened');
      threads.last.emit('message', { op: 'status', socket, status: { state: 'open', attempt: 0 } });
      return new Float64Array(counters);
    };
    const counters = { output: open('output'), points: open('points') };
    removals.push(addServer(`id of ${name}`, server));
    return { server, counters };
  };
  const metrics = async () => {
    const answer = await ENDPOINTS['/sensr/metrics']?.(source, new URLSearchParams());
    return parseExposition(answer?.body ?? '');
  };

  it('has the messages that could not be used, as each server counts them', async () => {
    const { server, counters } = deploy('crossing');
    deploy('tunnel');
    counters.points[SOCKET_COUNTER.refused] = 2;
    // Two nodes that listen to one connection count the same frames.
    server.addStream('objects', () => withUndecodable('output', 3));
    server.addStream('zones', () => withUndecodable('output', 2));
    const { series = [] } = (await metrics()).get('sensr_message_errors_total') ?? {};
    assert.deepEqual(
      Object.fromEntries(series.map(({ labels, value }) => [Object.values(labels).join(' '), value])),
      {
        'crossing output SENSR_BAD_FRAME': 3,
        'crossing output other': 0,
        'crossing points SENSR_BAD_FRAME': 0,
        'crossing points other': 2,
        'tunnel output SENSR_BAD_FRAME': 0,
        'tunnel output other': 0,
        'tunnel points SENSR_BAD_FRAME': 0,
        'tunnel points other': 0,
      },
    );
  });

  it('has the time of the newest message, whichever server it came from', async () => {
    assert.ok(!(await metrics()).has('sensr_last_message_timestamp_seconds'));
    const [quiet, busy] = [deploy('crossing'), deploy('tunnel')];
    assert.ok(!(await metrics()).has('sensr_last_message_timestamp_seconds'), 'none has come yet');
    const nowMs = systemClock.monotonicMs();
    quiet.counters.output[SOCKET_COUNTER.lastFrameMs] = nowMs - 3_600_000;
    busy.counters.output[SOCKET_COUNTER.lastFrameMs] = nowMs - 60_000;
    busy.counters.points[SOCKET_COUNTER.lastFrameMs] = nowMs - 90_000;
    const at = (await metrics()).get('sensr_last_message_timestamp_seconds')?.series[0]?.value ?? 0;
    const ageS = systemClock.wallMs() / 1000 - at;
    assert.ok(ageS >= 59.9 && ageS < 75, `${ageS} s`);
  });

  it('has the same status as the first output, with all servers', async () => {
    const answer = await ENDPOINTS['/sensr/health/detailed']?.(source, new URLSearchParams());
    const { history, ...status } = JSON.parse(answer?.body ?? '') as Record<string, unknown>;
    assert.deepEqual(status, JSON.parse(JSON.stringify(statusPayload(STATUS, undefined))));
    assert.deepEqual(Object.keys(status['servers'] as object), ['crossing']);
    assert.deepEqual(history, { fine: [], coarse: [] });
  });
});
