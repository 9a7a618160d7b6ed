/** Each fault, provoked on a running server: what a client sees, and that clearing it ends it. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { encodeOutputMessage } from '../../../simulator/encode';
import type { Fault, Simulator } from '../../../simulator/server';
import { parseFault } from '../../../simulator/faults';
import { CERTIFICATE, KEY } from './helpers/certificate';
import {
  type Client,
  endAll,
  failure,
  HANDSHAKE,
  innerSocket,
  open,
  openBare,
  openDeaf,
  openOutput,
  openPoints,
  start,
} from './helpers/clients';
import { read } from './helpers/schema';

const MB = 1_000_000;
const outputUrl = ({ outputPort }: Simulator): string => `ws://127.0.0.1:${outputPort}`;

/** Publishes so many frames and returns what the client got for them. */
const publish = async (simulator: Simulator, client: Client, count: number): Promise<Buffer[]> => {
  const before = client.received.length;
  const sent = Array.from({ length: count }, () => encodeOutputMessage(simulator.publishOutput()));
  await client.waitForMessages(before + count);
  return sent;
};

/** True when nothing came in the time that a round trip through the same process takes many times over. */
const isSilent = async (socket: Socket, ms = 60): Promise<boolean> => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    await Promise.race([once(socket, 'data', controller), once(socket, 'close', controller)]);
    return false;
  } catch (error) {
    if ((error as Error).name === 'AbortError') return true;
    throw error;
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
};

describe('simulator faults of single frames', () => {
  afterEach(endAll);

  const hit = async (fault: Fault) => {
    const simulator = await start();
    const client = await openOutput(simulator);
    await publish(simulator, client, 1);
    await simulator.setFault(fault);
    const sent = await publish(simulator, client, 4);
    const got = client.received.slice(1);
    // The first and the third are left alone: it is the second and the fourth.
    for (const index of [0, 2]) assert.deepEqual(got[index], { bytes: sent[index], isBinary: true });
    await simulator.clearFaults();
    const [after] = await publish(simulator, client, 2);
    assert.deepEqual(client.received.at(-2), { bytes: after, isBinary: true });
    return { sent: sent[1] ?? Buffer.of(), got: got[1] ?? { bytes: Buffer.of(), isBinary: false } };
  };

  it('garbage: random bytes instead of the frame', async () => {
    const { sent, got } = await hit({ name: 'garbage', every: 2 });
    assert.ok(got.isBinary);
    assert.equal(got.bytes.length, sent.length);
    assert.notDeepEqual(got.bytes, sent);
  });

  it('truncate: the first half of the frame', async () => {
    const { sent, got } = await hit({ name: 'truncate', every: 2 });
    assert.deepEqual(got.bytes, sent.subarray(0, Math.floor(sent.length / 2)));
  });

  it('text: a text message', async () => {
    const { sent, got } = await hit({ name: 'text', every: 2 });
    assert.equal(got.isBinary, false);
    assert.equal(got.bytes.toString(), sent.toString('latin1'));
  });

  it('empty: a message without bytes', async () => {
    const { got } = await hit({ name: 'empty', every: 2 });
    assert.deepEqual(got, { bytes: Buffer.alloc(0), isBinary: true });
  });

  it('oversize: a frame of exactly that size that a reader can skip', async () => {
    const { got } = await hit({ name: 'oversize', bytes: 3 * MB, every: 2 });
    assert.equal(got.bytes.length, 3 * MB);
    assert.deepEqual(read('OutputMessage', got.bytes), {});
  });

  it('hits only the port it is for', async () => {
    const simulator = await start();
    const client = await openOutput(simulator);
    await simulator.setFault({ name: 'empty', every: 1, port: 'points' });
    const sent = await publish(simulator, client, 2);
    assert.deepEqual(
      client.received.map(({ bytes }) => bytes),
      sent,
    );
  });

  it('generation: frames of another time, each with a custom part', async () => {
    const simulator = await start();
    const client = await openOutput(simulator);
    const points = await openPoints(simulator);
    await simulator.setFault({ name: 'generation', generation: '3.0' });
    simulator.publishOutput();
    await simulator.setFault({ name: 'generation', generation: 'pre' });
    simulator.publishMessage({ stream: { health: { nodes: { a: { sensors: { '/x': 1 } } } } } });
    await simulator.setFault({ name: 'generation', generation: '2.x' });
    simulator.publishOutput();
    simulator.publishPoints();
    await Promise.all([client.waitForMessages(3), points.waitForMessages(1)]);
    const [threeZero, pre, two] = client.received.map(({ bytes }) => bytes);
    assert.ok(threeZero && pre && two && points.received[0]);
    const old = read('OldOutputMessage', threeZero) as { custom: { replay: object }; stream: object };
    assert.deepEqual(old.custom.replay, { currentIndex: 7 });
    assert.ok('hasObjects' in old.stream);
    assert.ok(!('hasObjects' in (read('OldOutputMessage', two) as { stream: object }).stream));
    assert.match(JSON.stringify(read('PreOutputMessage', pre)), /"sensorRecords":\{"\/x":\{"status":1/);
    const clouds = read('PointResult', points.received[0].bytes) as { points: object[] };
    assert.ok(clouds.points.every((cloud) => 'points' in cloud && !('intensities' in cloud)));
  });
});

describe('simulator faults of connections', () => {
  afterEach(endAll);

  it('link: slows the link at once and lets it go again', async () => {
    const simulator = await start();
    const client = await openPoints(simulator);
    await simulator.setFault({ name: 'link', bytesPerSecond: 100_000, port: 'points' });
    simulator.sendRaw('points', Buffer.alloc(MB));
    assert.ok((simulator.stats().connections[0]?.bufferedBytes ?? 0) > 0.9 * MB);
    const startMs = performance.now();
    await simulator.clearFaults();
    await client.waitForMessages(1);
    assert.ok(performance.now() - startMs < 2000, 'it would have taken 10 s');
  });

  it('freeze: nothing is sent, read or answered, new connections get through to TCP only; then all goes on', async () => {
    const simulator = await start({ pingIntervalMs: 15, pongTimeoutMs: 30 });
    const deaf = await openDeaf(simulator, simulator.outputPort);
    // A ping is under way, and its timeout with it.
    for await (const data of deaf.iterator({ destroyOnReturn: false }))
      if ((data as Buffer).includes(Buffer.from([0x89, 4]))) break;
    deaf.resume();
    await simulator.setFault({ name: 'freeze' });
    const client = await openBare(simulator.outputPort, HANDSHAKE);
    simulator.publishOutput();
    const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
    deaf.write(ping);
    // Longer than ping interval and pong timeout together: a frozen server does not drop anybody either.
    const silent = await Promise.all([isSilent(deaf, 100), isSilent(client, 100)]);
    assert.deepEqual(silent, [true, true]);
    const [first] = simulator.stats().connections;
    assert.equal(first?.closedBy, undefined);
    assert.deepEqual([first?.pingsReceived, first?.framesQueued], [0, 0]);
    const pong = once(deaf, 'data');
    const answer = once(client, 'data');
    await simulator.clearFaults();
    const [pongBytes] = (await pong) as [Buffer];
    assert.ok(pongBytes.includes(Buffer.from([0x8a, 0])), pongBytes.toString('hex'));
    const [handshake] = (await answer) as [Buffer];
    assert.match(handshake.toString('latin1'), /^HTTP\/1\.1 101 /);
  });

  for (const tls of [false, true])
    it(`reset: RST to every connection${tls ? ' under TLS' : ''}`, async () => {
      const simulator = await start(tls ? { tls: { key: KEY, cert: CERTIFICATE } } : {});
      const scheme = tls ? 'wss' : 'ws';
      const client = await open(`${scheme}://127.0.0.1:${simulator.outputPort}`, { ca: CERTIFICATE });
      await publish(simulator, client, 1);
      const error = once(innerSocket(client), 'error') as Promise<[NodeJS.ErrnoException]>;
      await simulator.setFault({ name: 'reset' });
      assert.equal((await error)[0].code, 'ECONNRESET');
      assert.equal((await client.closed).code, 1006);
      await simulator.waitForClose('output');
      assert.equal(simulator.stats().connections[0]?.closedBy, 'fault');
      await open(`${scheme}://127.0.0.1:${simulator.outputPort}`, { ca: CERTIFICATE });
    });

  it('refuse: new connections are refused, old ones stay, until cleared', async () => {
    const simulator = await start();
    const client = await openOutput(simulator);
    const { outputPort } = simulator;
    await simulator.setFault({ name: 'refuse', port: 'output' });
    assert.equal(await failure(outputUrl(simulator)), 'ECONNREFUSED');
    await publish(simulator, client, 1);
    await openPoints(simulator);
    await simulator.clearFaults();
    assert.equal(simulator.outputPort, outputPort);
    await openOutput(simulator);
  });

  it('flap: every connection is dropped after its time', async () => {
    const simulator = await start();
    const old = await openOutput(simulator);
    await simulator.setFault({ name: 'flap', afterMs: 30 });
    assert.equal((await old.closed).code, 1006);
    for (let count = 0; count < 2; count += 1) {
      const startMs = performance.now();
      const client = await openOutput(simulator);
      assert.equal((await client.closed).code, 1006);
      assert.ok(performance.now() - startMs >= 25);
    }
    await simulator.waitForClose('output', 3);
    assert.ok(simulator.stats().connections.every(({ closedBy }) => closedBy === 'fault'));
    await simulator.clearFaults();
    const client = await openOutput(simulator);
    await publish(simulator, client, 1);
  });

  it('upgradeStatus: the handshake is answered with that status', async () => {
    const simulator = await start();
    for (const status of [401, 403, 404, 503]) {
      await simulator.setFault({ name: 'upgradeStatus', status });
      assert.equal(await failure(outputUrl(simulator)), status);
    }
    assert.equal(simulator.stats().ports.output.refused, 4);
    await simulator.clearFaults();
    await openOutput(simulator);
  });

  it('notWebSocket: a plain HTTP answer', async () => {
    const simulator = await start();
    await simulator.setFault({ name: 'notWebSocket' });
    assert.equal(await failure(outputUrl(simulator)), 200);
  });

  it('silentAccept: TCP connects, the handshake is never answered', async () => {
    const simulator = await start();
    const old = await openOutput(simulator);
    await simulator.setFault({ name: 'silentAccept' });
    const bare = await openBare(simulator.outputPort, HANDSHAKE);
    await publish(simulator, old, 1);
    assert.ok(await isSilent(bare));
    assert.equal(simulator.stats().ports.output.connectionsEver, 1);
  });

  it('close: with code and reason', async () => {
    const simulator = await start();
    const client = await openOutput(simulator);
    await simulator.setFault({ name: 'close', code: 1001, reason: 'timeout' });
    assert.deepEqual(await client.closed, { code: 1001, reason: 'timeout' });
    const again = await openOutput(simulator);
    await publish(simulator, again, 1);
  });

  it('noPong: pings get no answer while frames go on', async () => {
    const simulator = await start();
    const client = await openOutput(simulator);
    let pongs = 0;
    client.socket.on('pong', () => (pongs += 1));
    await simulator.setFault({ name: 'noPong' });
    const pinged = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if ((simulator.stats().connections[0]?.pingsReceived ?? 0) >= count) resolve();
          else setImmediate(check);
        };
        check();
      });
    client.socket.ping();
    await pinged(1);
    await publish(simulator, client, 2);
    assert.equal(pongs, 0);
    await simulator.clearFaults();
    client.socket.ping();
    await once(client.socket, 'pong');
    assert.equal(pongs, 1);
  });
});

describe('simulator fault descriptions', () => {
  it('takes what is right', () => {
    for (const fault of [
      { name: 'link', bytesPerSecond: 5_000_000, port: 'points' },
      { name: 'close', code: 1011, reason: 'Writing buffer is full' },
      { name: 'garbage' },
      { name: 'generation', generation: '2.x', port: 'both' },
    ])
      assert.deepEqual(parseFault(fault), fault);
  });

  for (const [fault, message] of [
    [{ name: 'fire' }, /unknown fault "fire"/],
    [{ name: 'link' }, /bytesPerSecond must be/],
    [{ name: 'flap', afterMs: -1 }, /afterMs must be/],
    [{ name: 'freeze', port: 'admin' }, /port must be one of/],
    [{ name: 'freeze', hard: true }, /no field 'hard'/],
    [{ name: 'close', code: 1006 }, /code must be/],
    [{ name: 'generation', generation: '9' }, /generation must be/],
    [{ name: 'garbage', port: 'rest' }, /REST port has no fault garbage/],
    ['freeze', /an object/],
  ] as const)
    it(`refuses ${JSON.stringify(fault)}`, () => assert.throws(() => parseFault(fault), message));
});
