/** The server as a client meets it: what arrives, how fast, and how it ends. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type RequestOptions } from 'node:https';
import { encodeOutputMessage, encodePointResult } from '../../../simulator/encode';
import { PointFrames } from '../../../simulator/point-frames';
import {
  endAll,
  failure,
  innerSocket,
  open,
  openDeaf,
  openOutput,
  openPoints,
  QUIET,
  start,
} from './helpers/clients';
import { CERTIFICATE, KEY } from './helpers/certificate';
import { read } from './helpers/schema';

interface HealthParts {
  readonly stream?: { readonly health?: { readonly master?: number } };
  readonly event?: { readonly health?: { readonly master?: number } };
}
const OVERFLOW = 5;
const MB = 1_000_000;

const masters = (bytes: Buffer): (number | undefined)[] => {
  const { stream, event } = read('OutputMessage', bytes) as HealthParts;
  return [stream?.health?.master, event?.health?.master];
};

describe('simulator streams', () => {
  afterEach(endAll);

  it('sends each frame of the world as one binary message, the same to all clients', async () => {
    const simulator = await start({ seed: 5 });
    const [one, other] = [await openOutput(simulator), await openOutput(simulator)];
    const messages = Array.from({ length: 20 }, () => simulator.publishOutput());
    await Promise.all([one.waitForMessages(20), other.waitForMessages(20)]);
    for (const client of [one, other])
      assert.deepEqual(
        client.received,
        messages.map((message) => ({ bytes: encodeOutputMessage(message), isBinary: true })),
      );
    assert.equal(one.socket.extensions, '');
    const times = messages.map(
      ({ timestamp }) => Number(timestamp?.seconds) * 1000 + (timestamp?.nanos ?? 0) / 1e6,
    );
    assert.deepEqual(
      times,
      Array.from({ length: 20 }, (_, index) => (QUIET.startTimeMs ?? 0) + index * 100),
    );
  });

  it('sends a ground and a background cloud, with only the moving points changing', async () => {
    const simulator = await start({ groundPoints: 500, backgroundPoints: 3000, seed: 9 });
    const client = await openPoints(simulator);
    simulator.publishPoints();
    simulator.publishPoints();
    await client.waitForMessages(2);
    const expected = new PointFrames({ groundPoints: 500, backgroundPoints: 3000, seed: 9 });
    for (const { bytes, isBinary } of client.received) {
      assert.ok(isBinary);
      assert.deepEqual(bytes, encodePointResult({ points: expected.peek(), uid: 'algo_0000' }));
      expected.next();
    }
    const [first, second] = client.received.map(({ bytes }) => bytes);
    assert.ok(first && second);
    let changed = 0;
    first.forEach((byte, index) => (changed += byte === second[index] ? 0 : 1));
    assert.ok(changed > 0 && changed <= 1024 * 12, String(changed));
    const { points } = read('PointResult', first) as { points: { type: number; intensities: Buffer }[] };
    assert.deepEqual(
      points.map(({ type }) => type),
      [1, 2],
    );
    for (const { intensities } of points)
      for (const value of new Float32Array(new Uint8Array(intensities).buffer))
        assert.ok(value >= 0 && value <= 255 && Number.isInteger(value));
  });

  it('keeps the rates and counts what it published and sent', async () => {
    const simulator = await start({ outputHz: 100, pointsHz: 20 });
    const [output, points] = [await openOutput(simulator), await openPoints(simulator)];
    const startMs = performance.now();
    await output.waitForMessages(50);
    const elapsedMs = performance.now() - startMs;
    assert.ok(elapsedMs > 400 && elapsedMs < 1500, `${elapsedMs} ms for 50 frames`);
    const expectedPoints = elapsedMs / 50;
    const pointFrames = points.received.length;
    assert.ok(Math.abs(pointFrames - expectedPoints) < 6, `${pointFrames} in ${elapsedMs} ms`);
    simulator.setRates({ outputHz: 0, pointsHz: 0 });
    const { connections, frames } = simulator.stats();
    const sent = connections.find(({ port }) => port === 'output');
    await output.waitForMessages(sent?.framesQueued ?? NaN);
    assert.equal(sent?.lastFrame, frames.output);
    assert.equal((sent?.lastFrame ?? NaN) - (sent?.firstFrame ?? NaN) + 1, sent?.framesQueued);
  });

  it('writes down every published event, in the order sent', async () => {
    const simulator = await start({ busy: true, details: false });
    const client = await openOutput(simulator);
    for (let index = 0; index < 100; index += 1) simulator.publishOutput();
    await client.waitForMessages(100);
    type Zone = { id: number; type: string; object: { id: number } };
    const received = client.received.flatMap(({ bytes }, index) => {
      const { event } = read('OutputMessage', bytes) as {
        event?: { zone?: Zone[]; losing?: { id: number }[] };
      };
      const names = ['NONE', 'ENTRY', 'EXIT', 'LOITERING', 'EXCEEDS_SPEED'];
      return [
        ...(event?.zone ?? []).map(({ id, type, object }) => [index + 1, names[Number(type)], id, object.id]),
        ...(event?.losing ?? []).map(({ id }) => [index + 1, 'LOSING', undefined, id]),
      ];
    });
    const published = simulator.publishedEvents();
    assert.ok(published.length > 50, String(published.length));
    assert.deepEqual(
      published.map(({ frame, type, zoneId, objectId }) => [frame, type, zoneId, objectId]),
      received,
    );
    assert.deepEqual(
      published.map(({ sequence }) => sequence),
      published.map((_, index) => index + 1),
    );
    assert.equal(simulator.stats().frames.events, published.length);
  });

  it('floods each client as fast as it reads, without filling its buffer', async () => {
    const simulator = await start({ flood: true });
    const client = await openOutput(simulator);
    const startMs = performance.now();
    await client.waitForMessages(5000);
    assert.ok(performance.now() - startMs < 4000);
    client.socket.pause();
    const [connection] = simulator.stats().connections;
    assert.ok(connection && connection.maxBufferedBytes <= 5 * MB, String(connection?.maxBufferedBytes));
    assert.equal(connection.closedAt, undefined);
  });

  it('passes raw bytes on as they are, as binary or text', async () => {
    const simulator = await start();
    const client = await openPoints(simulator);
    simulator.sendRaw('points', Buffer.from([1, 2, 3]));
    simulator.sendRaw('points', Buffer.from('hello'), { text: true });
    await client.waitForMessages(2);
    assert.deepEqual(client.received, [
      { bytes: Buffer.from([1, 2, 3]), isBinary: true },
      { bytes: Buffer.from('hello'), isBinary: false },
    ]);
  });
});

describe('simulator heartbeat', () => {
  afterEach(endAll);

  it('pings, and measures the answer', async () => {
    const simulator = await start({ pingIntervalMs: 10 });
    const client = await openOutput(simulator);
    for (let count = 0; count < 3; count += 1) await once(client.socket, 'ping');
    const [connection] = simulator.stats().connections;
    assert.ok((connection?.pingsSent ?? 0) >= 3);
    assert.ok((connection?.pongRttsMs.length ?? 0) >= 2);
    assert.ok(connection?.pongRttsMs.every((rttMs) => rttMs >= 0 && rttMs < 1000));
    assert.equal(connection?.closedAt, undefined);
  });

  it("closes a client that does not answer with 1001 'timeout'", async () => {
    const simulator = await start({ pingIntervalMs: 20, pongTimeoutMs: 50 });
    const client = await openOutput(simulator, { autoPong: false });
    assert.deepEqual(await client.closed, { code: 1001, reason: 'timeout' });
    await simulator.waitForClose('output');
    const [connection] = simulator.stats().connections;
    assert.deepEqual(
      [connection?.closedBy, connection?.closeCode, connection?.closeReason],
      ['server', 1001, 'timeout'],
    );
  });

  it('terminates one that answers the close neither', async () => {
    const simulator = await start({ pingIntervalMs: 20, pongTimeoutMs: 50, closeTimeoutMs: 50 });
    const socket = await openDeaf(simulator, simulator.outputPort);
    socket.resume();
    await simulator.waitForClose('output');
    assert.equal(simulator.stats().connections[0]?.closeCode, 1001);
    assert.equal(simulator.stats().ports.output.connectionsNow, 0);
  });

  it('answers pings of the client', async () => {
    const simulator = await start();
    const client = await openOutput(simulator);
    client.socket.ping('abc');
    const [data] = (await once(client.socket, 'pong')) as [Buffer];
    assert.equal(data.toString(), 'abc');
    assert.equal(simulator.stats().connections[0]?.pingsReceived, 1);
  });
});

describe('simulator link and send buffer', () => {
  afterEach(endAll);

  it('takes size / speed for a frame, spread over that time, with a pong waiting behind it', async () => {
    const simulator = await start({ linkBytesPerSecond: 4 * MB });
    const client = await openPoints(simulator);
    const arrivals: { ms: number; bytes: number }[] = [];
    const startMs = performance.now();
    innerSocket(client).on('data', (chunk: Buffer) =>
      arrivals.push({ ms: performance.now() - startMs, bytes: chunk.length }),
    );
    simulator.sendRaw('points', Buffer.alloc(2 * MB));
    client.socket.ping();
    await once(client.socket, 'pong');
    const pongMs = performance.now() - startMs;
    assert.equal(client.received.length, 1);
    assert.ok(pongMs > 450 && pongMs < 950, `${pongMs} ms instead of 500`);
    let half = 0;
    const halfMs = arrivals.find(({ bytes }) => (half += bytes) >= MB)?.ms ?? NaN;
    assert.ok(halfMs > pongMs * 0.35 && halfMs < pongMs * 0.65, `half after ${halfMs} of ${pongMs} ms`);
    assert.ok(arrivals.length >= 15, `${arrivals.length} pieces`);
  });

  it('keeps what is unsent in sight: exact counts while the link is slow', async () => {
    const simulator = await start({ linkBytesPerSecond: 100_000 });
    await openPoints(simulator);
    simulator.sendRaw('points', Buffer.alloc(MB));
    const [connection] = simulator.stats().connections;
    assert.ok((connection?.bufferedBytes ?? 0) > 0.95 * MB, String(connection?.bufferedBytes));
    assert.equal(connection?.framesSent, 0);
  });

  it('warns in both healths above half the buffer, closes with 1011 above all of it', async () => {
    const simulator = await start({ sendBufferBytes: MB, linkBytesPerSecond: 500_000 });
    const watcher = await openOutput(simulator);
    const slow = await openPoints(simulator);
    simulator.publishOutput();
    simulator.publishOutput();
    simulator.sendRaw('points', Buffer.alloc(0.45 * MB));
    simulator.publishOutput();
    simulator.sendRaw('points', Buffer.alloc(0.2 * MB));
    simulator.publishOutput();
    await watcher.waitForMessages(4);
    const [, usual, belowHalf, aboveHalf] = watcher.received.map(({ bytes }) => masters(bytes));
    assert.deepEqual(
      [usual, belowHalf],
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
    assert.deepEqual(aboveHalf, [OVERFLOW, OVERFLOW]);
    assert.equal(simulator.publishedEvents().at(-1)?.type, 'HEALTH');
    simulator.sendRaw('points', Buffer.alloc(0.9 * MB));
    assert.equal(simulator.stats().connections[1]?.closedBy, undefined);
    simulator.sendRaw('points', Buffer.alloc(1));
    assert.deepEqual(await slow.closed, { code: 1011, reason: 'Writing buffer is full' });
    assert.equal(slow.received.length, 1, 'only what had begun was finished');
    assert.equal(watcher.socket.readyState, watcher.socket.OPEN);
  });

  it('notices a client that does not read, without any link limit', async () => {
    const simulator = await start({ sendBufferBytes: 8 * MB, closeTimeoutMs: 20 });
    const socket = await openDeaf(simulator, simulator.pointsPort);
    socket.pause();
    const frame = Buffer.alloc(MB);
    const closed = simulator.waitForClose('points');
    const timer = setInterval(() => simulator.sendRaw('points', frame), 1);
    await closed.finally(() => clearInterval(timer));
    const [connection] = simulator.stats().connections;
    assert.deepEqual([connection?.closeCode, connection?.closeReason], [1011, 'Writing buffer is full']);
    assert.ok((connection?.maxBufferedBytes ?? 0) > 8 * MB);
  });

  it('skips point frames, never output frames, while sendBufferFrames are unsent', async () => {
    const simulator = await start({ sendBufferFrames: 1, linkBytesPerSecond: 20_000, details: false });
    const [output, points] = [await openOutput(simulator), await openPoints(simulator)];
    for (let index = 0; index < 3; index += 1) {
      simulator.publishPoints();
      simulator.publishOutput();
    }
    await output.waitForMessages(3);
    await points.waitForMessages(1);
    const [, connection] = simulator.stats().connections;
    assert.deepEqual([connection?.framesQueued, connection?.framesSkipped], [1, 2]);
    simulator.publishPoints();
    await points.waitForMessages(2);
  });
});

describe('simulator credentials', () => {
  afterEach(endAll);

  it('asks streams and REST for what it was given', async () => {
    const simulator = await start({ username: 'ada', password: 'pw', token: 'tok' });
    const url = `ws://127.0.0.1:${simulator.outputPort}`;
    const basic = `Basic ${Buffer.from('ada:pw').toString('base64')}`;
    assert.equal(await failure(url), 401);
    assert.equal(await failure(url, { headers: { authorization: 'Bearer other' } }), 401);
    assert.equal(simulator.stats().ports.output.refused, 2);
    for (const authorization of [basic, 'Bearer tok'])
      await openOutput(simulator, { headers: { authorization } });
    const health = `http://127.0.0.1:${simulator.restPort}/results/health`;
    assert.equal((await fetch(health)).status, 401);
    assert.equal((await fetch(health, { headers: { authorization: basic } })).status, 200);
  });
});

describe('simulator TLS', () => {
  afterEach(endAll);
  const tls = { key: KEY, cert: CERTIFICATE };
  const statusOf = (port: number, options: RequestOptions): Promise<number | string> =>
    new Promise((resolve) => {
      const request = get({ port, host: '127.0.0.1', path: '/results/health', agent: false, ...options });
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });

  it('covers streams and REST', async () => {
    const simulator = await start({ tls });
    const client = await open(`wss://127.0.0.1:${simulator.pointsPort}`, { ca: CERTIFICATE });
    simulator.publishPoints();
    await client.waitForMessages(1);
    assert.equal(await failure(`wss://127.0.0.1:${simulator.pointsPort}`), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    assert.equal(await statusOf(simulator.restPort, { ca: CERTIFICATE }), 200);
    assert.equal(await statusOf(simulator.restPort, {}), 'DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('asks clients for a certificate when told to', async () => {
    const simulator = await start({ tls: { ...tls, ca: CERTIFICATE, requestCert: true } });
    assert.notEqual(await statusOf(simulator.restPort, { ca: CERTIFICATE }), 200);
    assert.equal(await statusOf(simulator.restPort, { ca: CERTIFICATE, ...tls }), 200);
  });
});

describe('simulator start', () => {
  afterEach(endAll);

  it('refuses an option that cannot be, by name', async () => {
    await assert.rejects(start({ outputHz: -1 }), /outputHz must be a number from 0/);
    await assert.rejects(start({ groundPoints: 1.5 }), /groundPoints must be a whole number/);
  });

  it('opens all ports or none', async () => {
    const first = await start();
    const free = await start();
    const { outputPort } = free;
    await free.close();
    const taken = start({ outputPort, adminPort: first.adminPort });
    await assert.rejects(taken, { code: 'EADDRINUSE', port: first.adminPort });
    const again = await start({ outputPort });
    assert.equal(again.outputPort, outputPort);
  });
});
