import '../thread/helpers/without-built-thread';
import assert from 'node:assert/strict';
import { SensrError } from '../../../lib/errors';
import { Channel } from '../../../lib/server/channel';
import { Server, type ServerOptions } from '../../../lib/server/server';
import type { FrameRecord, ListenerOptions, SocketStatus } from '../../../lib/thread/protocol';
import { FakeClock } from '../../helpers/fake-clock';
import { socketOptions } from '../../helpers/fake-link';
import { FakeThreads } from '../thread/helpers/fake-thread';
import { ThreadHost } from '../thread/helpers/host';

const LISTEN: ListenerOptions = {
  parts: 0,
  queueFrames: 5,
  queueBytes: 1000,
  protectEvents: true,
  keepEvents: true,
};
const OPEN: SocketStatus = { state: 'open', attempt: 0 };

function setup() {
  const clock = new FakeClock();
  const threads = new FakeThreads();
  const host = new ThreadHost(threads.start, clock);
  const told: string[] = [];
  const channel = new Channel(socketOptions(), host, clock, {
    onStatus: (kind, { state }) => told.push(`${kind} ${state}`),
    onProblem: (kind, { code }, count) => told.push(`${kind} ${code} ${count}`),
    onOverflow: (kind) => told.push(`${kind} overflow`),
  });
  const listen = () => {
    const seen: string[] = [];
    const listener = channel.listen(LISTEN, {
      onFrames: (frames) => seen.push(`${frames.length} frames`),
      onStatus: ({ state }) => seen.push(state),
    });
    return { listener, seen };
  };
  /** The id of the last socket that was opened. */
  const socket = (): number => threads.last.of('open').at(-1)?.socket ?? 0;
  const say = (status: SocketStatus, of = socket()): void => {
    threads.last.emit('message', { op: 'status', socket: of, status });
  };
  /** The thread has closed what it was asked to close. */
  const closed = (of = socket()): void => {
    threads.last.emit('message', { op: 'closed', socket: of });
  };
  return { clock, threads, host, channel, told, listen, socket, say, closed };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await soon();
  return settled;
}

describe('Channel', () => {
  it('opens its socket for the first listener, and one for all', () => {
    const { threads, channel, listen } = setup();
    assert.equal(threads.all.length, 0);
    assert.equal(typeof channel.statistics, 'undefined');
    listen();
    listen();
    assert.equal(threads.last.of('open').length, 1);
    assert.equal(threads.last.of('listen').length, 2);
    assert.equal(channel.statistics?.frames, 0);
  });

  it('tells states to everybody, and to whoever asks later', () => {
    const { channel, told, listen, say } = setup();
    const [a, b] = [listen(), listen()];
    assert.deepEqual(a.listener.status(), { state: 'idle', attempt: 0 });
    say(OPEN);
    assert.deepEqual([a.seen, b.seen], [['open'], ['open']]);
    assert.deepEqual(told, ['output open']);
    assert.deepEqual([channel.status, listen().listener.status()], [OPEN, OPEN]);
  });

  it('passes on problems, overflows, credits and requests', () => {
    const { threads, told, listen, socket } = setup();
    const { listener, seen } = listen();
    const problem = { code: 'SENSR_TEXT_FRAME', message: 'x' } as const;
    threads.last.emit('message', { op: 'problem', socket: socket(), problem, count: 4 });
    threads.last.emit('message', { op: 'overflow', socket: socket() });
    listener.grant(3, 77);
    listener.reconnect();
    const frames: FrameRecord[] = [{ bytes: new ArrayBuffer(1), receivedAtMs: 1, arrivedMs: 1, sequence: 1 }];
    const [{ listener: id = 0 } = {}] = threads.last.of('listen');
    threads.last.emit('message', { op: 'frames', listener: id, frames });
    assert.deepEqual(told, ['output SENSR_TEXT_FRAME 4', 'output overflow']);
    assert.deepEqual(threads.last.of('credit'), [
      { op: 'credit', listener: id, frames: 3, notBeforeMs: 77, unused: 0 },
    ]);
    assert.equal(threads.last.of('reconnect').length, 1);
    assert.deepEqual(seen, ['1 frames']);
    assert.equal(listener.counts().arrived, 1);
  });

  it('keeps its socket while anybody listens', async () => {
    const { threads, listen } = setup();
    const [a, b] = [listen(), listen()];
    await a.listener.close(false);
    assert.equal(threads.last.of('unlisten').length, 1);
    assert.equal(threads.last.of('close').length, 0);
    void b.listener.close(false);
    assert.equal(threads.last.of('close').length, 1);
  });

  it('closes at once when its last listener is gone for good, and says when that is done', async () => {
    const { clock, threads, channel, host, listen, say, closed } = setup();
    const { listener, seen } = listen();
    say(OPEN);
    const done = listener.close(false);
    assert.equal(threads.last.of('close').length, 1);
    assert.equal(await isSettled(done), false);
    say({ state: 'closing', attempt: 0 });
    closed();
    await done;
    assert.deepEqual(seen, ['open']);
    assert.deepEqual(channel.status, { state: 'idle', attempt: 0 });
    assert.equal(host.running, false);
    assert.equal(clock.pending, 0);
  });

  it('waits a second for a listener that comes back, and then misses nothing', async () => {
    const { clock, threads, listen, say } = setup();
    const { listener } = listen();
    say(OPEN);
    await listener.close(true);
    clock.advance(999);
    assert.equal(threads.last.of('close').length, 0);
    const again = listen();
    assert.deepEqual(again.listener.status(), OPEN);
    clock.advance(60_000);
    assert.equal(threads.last.of('open').length, 1);
    assert.equal(threads.last.of('close').length, 0);
    assert.equal(clock.pending, 0);
  });

  it('closes after that second when nobody came back', async () => {
    const { clock, threads, listen, closed } = setup();
    await listen().listener.close(true);
    clock.advance(1000);
    assert.equal(threads.last.of('close').length, 1);
    closed();
    await soon();
    assert.equal(clock.pending, 0);
    assert.equal(threads.last.terminations, 1);
  });

  it('waits only when the last one comes back', async () => {
    const { clock, threads, listen } = setup();
    const [a, b] = [listen(), listen()];
    await a.listener.close(true);
    assert.equal(clock.pending, 0);
    void b.listener.close(false);
    assert.equal(threads.last.of('close').length, 1);
  });

  it('opens a new socket for a listener that comes while the old one closes, and hears only that', async () => {
    const { threads, told, listen, socket, say, closed } = setup();
    const old = listen();
    const oldSocket = socket();
    const done = old.listener.close(false);
    const fresh = listen();
    assert.equal(threads.last.of('open').length, 2);
    say({ state: 'closing', attempt: 0 }, oldSocket);
    threads.last.emit('message', { op: 'overflow', socket: oldSocket });
    closed(oldSocket);
    await done;
    say(OPEN);
    assert.deepEqual([old.seen, fresh.seen], [[], ['open']]);
    assert.deepEqual(told, ['output open']);
  });

  it('closes a listener once', async () => {
    const { clock, threads, listen } = setup();
    const { listener } = listen();
    await listener.close(true);
    await listener.close(true);
    await listener.close(false);
    assert.equal(threads.last.of('unlisten').length, 1);
    assert.equal(clock.pending, 1);
  });

  describe('#close', () => {
    it('ends the socket whoever listens, once, and leaves nothing', async () => {
      const { clock, threads, channel, listen, closed } = setup();
      const { listener } = listen();
      const closes = [channel.close(), channel.close()];
      assert.deepEqual(await Promise.all(closes.map(isSettled)), [false, false]);
      closed();
      await Promise.all(closes);
      assert.equal(threads.last.of('close').length, 1);
      await listener.close(true);
      assert.equal(clock.pending, 0);
      assert.deepEqual(channel.status, { state: 'idle', attempt: 0 });
    });

    it('does not wait for a listener that comes back', async () => {
      const { clock, threads, channel, listen, closed } = setup();
      await listen().listener.close(true);
      const done = channel.close();
      assert.equal(threads.last.of('close').length, 1);
      closed();
      await done;
      assert.equal(clock.pending, 0);
    });

    it('is quick when it never was open', async () => {
      const { threads, channel } = setup();
      await channel.close();
      assert.equal(threads.all.length, 0);
    });
  });
});

describe('Server', () => {
  const OPTIONS: ServerOptions = {
    name: 'hall',
    host: '10.0.0.5',
    ports: { output: 5050, points: 5051 },
    credentials: { token: 'abc' },
    proxyFor: () => undefined,
    pingIntervalMs: 1,
    pongTimeoutMs: 2,
    connectTimeoutMs: 3,
    backoffInitialMs: 4,
    backoffMaxMs: 5,
    maxFrameBytes: 6,
    http: {
      port: 9080,
      apiVersion: '',
      connections: 1,
      responseTimeoutMs: 1,
      longResponseTimeoutMs: 1,
      retries: 0,
      retryDelayMs: 1,
    },
  };
  const serve = (change: Partial<ServerOptions> = {}) => {
    const clock = new FakeClock();
    const threads = new FakeThreads();
    const told: string[] = [];
    const events = {
      onStatus: (kind: string, { state }: SocketStatus) => told.push(`${kind} ${state}`),
      onProblem: (kind: string, { code }: SensrError) => told.push(`${kind} ${code}`),
      onOverflow: (kind: string) => told.push(kind),
    };
    const server = new Server({ ...OPTIONS, ...change }, events, new ThreadHost(threads.start, clock), clock);
    const listen = (kind: 'output' | 'points') =>
      server.listen(kind, LISTEN, { onFrames: () => undefined, onStatus: () => undefined });
    const urls = (): string[] => threads.last.of('open').map(({ options }) => options.url);
    return { clock, threads, server, listen, urls, told };
  };

  it('opens a socket a kind, with all its options', () => {
    const { threads, listen, urls } = serve();
    listen('points');
    listen('output');
    listen('points');
    assert.deepEqual(urls(), ['ws://10.0.0.5:5051', 'ws://10.0.0.5:5050']);
    assert.deepEqual(threads.last.of('open')[0]?.options, {
      kind: 'points',
      url: 'ws://10.0.0.5:5051',
      headers: { authorization: 'Bearer abc' },
      pingIntervalMs: 1,
      pongTimeoutMs: 2,
      connectTimeoutMs: 3,
      backoffInitialMs: 4,
      backoffMaxMs: 5,
      maxFrameBytes: 6,
    });
  });

  it('goes secure with a TLS configuration, and through the proxy for that address', () => {
    const asked: string[] = [];
    const secure = { rejectUnauthorized: true, checkServerName: false };
    const proxyFor = (url: string): string => {
      asked.push(url);
      return 'http://proxy:3128';
    };
    const { threads, listen } = serve({ secure, proxyFor });
    listen('output');
    const options = threads.last.of('open')[0]?.options;
    assert.deepEqual(
      [options?.url, options?.secure, options?.proxyUrl],
      ['wss://10.0.0.5:5050', secure, 'http://proxy:3128'],
    );
    assert.ok(asked.includes('wss://10.0.0.5:5050'));
  });

  it('puts an IPv6 address into brackets', () => {
    const { listen, urls } = serve({ host: 'fd00::5' });
    listen('output');
    assert.deepEqual(urls(), ['ws://[fd00::5]:5050']);
  });

  it('tells its events by kind', () => {
    const { threads, listen, told } = serve();
    listen('points');
    const [{ socket = 0 } = {}] = threads.last.of('open');
    threads.last.emit('message', { op: 'status', socket, status: OPEN });
    threads.last.emit('message', { op: 'overflow', socket });
    assert.deepEqual(told, ['points open', 'points']);
  });

  it('reports states and numbers of both sockets, and the numbers of its streams', () => {
    const { threads, server, listen } = serve();
    listen('points');
    const [{ socket = 0 } = {}] = threads.last.of('open');
    threads.last.emit('message', { op: 'status', socket, status: OPEN });
    const counts = { received: 1 } as never;
    const forget = server.addStream('node1', () => counts);
    const { output, points, streams } = server.report();
    assert.deepEqual([output.status.state, output.statistics], ['idle', undefined]);
    assert.deepEqual([points.status.state, points.statistics?.frames], ['open', 0]);
    assert.deepEqual(streams, { node1: counts });
    const forgetNext = server.addStream('node1', () => counts);
    forget();
    assert.deepEqual(Object.keys(server.report().streams), ['node1'], 'its next instance came first');
    forgetNext();
    assert.deepEqual(server.report().streams, {});
  });

  it('closes both sockets, however often it is told to', async () => {
    const { clock, threads, server, listen } = serve();
    listen('points');
    listen('output');
    const closes = [server.close(), server.close()];
    assert.equal(threads.last.of('close').length, 2);
    clock.advance(1000);
    await Promise.all([...closes, server.close()]);
    assert.equal(threads.last.terminations, 1);
    assert.equal(clock.pending, 0);
  });
});
