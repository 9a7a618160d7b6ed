/** Each fault of single HTTP requests: what a client sees on the wire, what was carried out, whom it hits and when it ends. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Socket } from 'node:net';
import { parseFaultText } from '../../../simulator/cli-options';
import { parseFault } from '../../../simulator/faults';
import { RESET_MOMENTS } from '../../../simulator/http-fault-fields';
import type { Fault, Simulator } from '../../../simulator/server';
import { CERTIFICATE, KEY } from './helpers/certificate';
import { endAll, openBare, start } from './helpers/clients';
import { call, restOf } from './helpers/rest';

const HEALTH = '/results/health';
const ZONE = '/3.5/settings/zone';
const NEW_ZONE = JSON.stringify({
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
});

interface Wire {
  readonly socket: Socket;
  /** Everything up to the end of the connection, and how it ended. */
  readonly end: Promise<{ text: string; bytes: number; code: string }>;
}

/** A request on a bare socket: what comes is taken as it is. */
const sendBare = async ({ restPort }: Simulator, method: string, path: string, body = ''): Promise<Wire> => {
  const socket = await openBare(restPort);
  let received = Buffer.of();
  let code = '';
  socket.on('data', (data: Buffer) => (received = Buffer.concat([received, data])));
  socket.once('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.message));
  socket.once('end', () => (code ||= 'FIN'));
  const end = new Promise<Awaited<Wire['end']>>((resolve) => {
    socket.once('close', () => resolve({ text: received.toString('latin1'), bytes: received.length, code }));
  });
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  return { socket, end };
};

const begin = async (fault: Fault, options = {}) => {
  const simulator = await start(options);
  const rest = restOf(simulator);
  const zones = async (): Promise<number> => ((await rest('GET', ZONE)).json as number[]).length;
  await simulator.setFault(fault);
  return { simulator, rest, zones };
};
const PUT_ONLY = { count: 1, match: { method: 'PUT' } };

describe('simulator faults of HTTP requests', () => {
  afterEach(endAll);

  it('httpStatus: instead of the answer, the request not carried out', async () => {
    const { rest, zones } = await begin({
      name: 'httpStatus',
      status: 503,
      retryAfter: 2,
      body: 'busy',
      ...PUT_ONLY,
    });
    const answer = await rest('PUT', ZONE, NEW_ZONE);
    assert.deepEqual([answer.status, answer.text], [503, 'busy']);
    assert.equal(await zones(), 2);
    assert.equal((await rest('PUT', ZONE, NEW_ZONE)).status, 200);
  });

  it('httpStatus afterHandling: the request carried out all the same', async () => {
    const { rest, zones } = await begin({
      name: 'httpStatus',
      status: 500,
      afterHandling: true,
      ...PUT_ONLY,
    });
    assert.equal((await rest('PUT', ZONE, NEW_ZONE)).status, 500);
    assert.equal(await zones(), 3);
  });

  for (const [retryAfter, header] of [
    [0, '0'],
    [30, '30'],
    ['Mon, 05 Jan 2026 07:08:09 GMT', 'Mon, 05 Jan 2026 07:08:09 GMT'],
  ] as const)
    it(`httpStatus: Retry-After ${header}`, async () => {
      const { simulator } = await begin({ name: 'httpStatus', status: 429, retryAfter });
      const response = await fetch(`http://127.0.0.1:${simulator.restPort}${HEALTH}`);
      assert.equal(response.headers.get('retry-after'), header);
    });

  it('httpDelay: carried out at once, answered late', async () => {
    const { simulator, rest } = await begin({ name: 'httpDelay', ms: 80, ...PUT_ONLY });
    const startMs = performance.now();
    const put = rest('PUT', ZONE, NEW_ZONE);
    await simulator.waitForRequests(1);
    while (!simulator.site().hasPendingChanges) await new Promise(setImmediate);
    assert.equal(simulator.requests()[0]?.endMs, undefined);
    assert.equal((await put).status, 200);
    assert.ok(performance.now() - startMs >= 75);
  });

  it('httpDelay: with jitter the delays differ, within their bounds', async () => {
    const { simulator, rest } = await begin({ name: 'httpDelay', ms: 5, jitter: 40 });
    for (let index = 0; index < 8; index += 1) await rest('GET', HEALTH);
    const delays = simulator.requests().map(({ startMs, endMs = NaN }) => endMs - startMs);
    assert.ok(Math.min(...delays) >= 4, String(delays));
    assert.ok(Math.max(...delays) - Math.min(...delays) > 8, String(delays));
  });

  it('httpDelay goes together with one of the others', async () => {
    const { simulator, rest } = await begin({ name: 'httpDelay', ms: 50 });
    await simulator.setFault({ name: 'httpStatus', status: 504 });
    const startMs = performance.now();
    assert.equal((await rest('GET', HEALTH)).status, 504);
    assert.ok(performance.now() - startMs >= 45);
  });

  for (const afterHandling of [false, true])
    it(`httpHang: never answers${afterHandling ? ', but carries out' : ''}, while others are served`, async () => {
      const { simulator, rest, zones } = await begin({ name: 'httpHang', afterHandling, ...PUT_ONLY });
      const { socket, end } = await sendBare(simulator, 'PUT', ZONE, NEW_ZONE);
      await simulator.waitForRequests(1);
      assert.equal((await rest('GET', HEALTH)).status, 200);
      if (afterHandling) while (!simulator.site().hasPendingChanges) await new Promise(setImmediate);
      assert.equal(await zones(), afterHandling ? 3 : 2);
      assert.equal(simulator.requests()[0]?.endMs, undefined);
      assert.equal(socket.bytesRead, 0);
      await simulator.close();
      assert.equal((await end).bytes, 0);
    });

  for (const when of RESET_MOMENTS)
    for (const tls of [false, true])
      it(`httpReset ${when}${tls ? ' under TLS' : ''}: RST at that moment`, async () => {
        const options = tls ? { tls: { key: KEY, cert: CERTIFICATE } } : {};
        const { simulator } = await begin({ name: 'httpReset', when, count: 1 }, options);
        let head = false;
        let body = '';
        const send = tls ? requestTls : request;
        const put = send({
          port: simulator.restPort,
          host: '127.0.0.1',
          path: ZONE,
          method: 'PUT',
          agent: false,
          ...(tls && { ca: CERTIFICATE }),
        });
        const code = await new Promise<string>((resolve) => {
          put.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
          put.on('response', (response) => {
            head = response.statusCode === 200;
            response.on('data', (data) => (body += String(data)));
            response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
          });
          put.end(NEW_ZONE);
        });
        assert.equal(code, 'ECONNRESET');
        const isAnswering = when === 'afterHeaders' || when === 'midBody';
        assert.deepEqual([head, body], [isAnswering, when === 'midBody' ? '"10' : '']);
        const isCarriedOut = isAnswering || when === 'afterHandling';
        assert.equal(simulator.site().hasPendingChanges, isCarriedOut);
        const [record] = simulator.requests();
        assert.equal(record?.bodyBytes, when === 'beforeRead' ? 0 : NEW_ZONE.length);
        assert.deepEqual([record?.fault, record?.status], ['httpReset', isAnswering ? 200 : undefined]);
      });

  it('httpReset beforeRead: a RST, not an end, also on a bare socket', async () => {
    const { simulator } = await begin({ name: 'httpReset', when: 'beforeRead' });
    const { end } = await sendBare(simulator, 'GET', HEALTH);
    assert.deepEqual(await end, { text: '', bytes: 0, code: 'ECONNRESET' });
  });

  it('httpTruncate: half of what Content-Length says, then FIN', async () => {
    const { simulator, rest } = await begin({ name: 'httpTruncate', count: 1 });
    const { text, code } = await (await sendBare(simulator, 'GET', HEALTH)).end;
    const truth = (await rest('GET', HEALTH)).text;
    const [head = '', body] = text.split('\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(head, new RegExp(`Content-Length: ${truth.length}$`));
    assert.deepEqual([body, code], [truth.slice(0, Math.floor(truth.length / 2)), 'FIN']);
  });

  it('httpTruncate under TLS', async () => {
    const { simulator } = await begin({ name: 'httpTruncate' }, { tls: { key: KEY, cert: CERTIFICATE } });
    const options = {
      port: simulator.restPort,
      host: '127.0.0.1',
      path: HEALTH,
      agent: false,
      ca: CERTIFICATE,
    };
    const [response] = (await once(requestTls(options).end(), 'response')) as [IncomingMessage];
    response.resume();
    const [error] = (await once(response, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    assert.equal(response.complete, false);
  });

  for (const status of [undefined, 502])
    it(`httpHtml: a web page with status ${status ?? 200}`, async () => {
      const { rest } = await begin({ name: 'httpHtml', ...(status && { status }) });
      const answer = await rest('GET', HEALTH);
      assert.deepEqual([answer.status, answer.type], [status ?? 200, 'text/html; charset=utf-8']);
      assert.match(answer.text, /^<!DOCTYPE html>/);
    });

  it('httpWrongJson: half of the true answer as if it were whole, or what it was given', async () => {
    const { simulator, rest } = await begin({ name: 'httpWrongJson', count: 1 });
    const { status, type, text } = await rest('GET', HEALTH);
    const truth = (await rest('GET', HEALTH)).text;
    assert.deepEqual([status, type, text], [200, 'application/json', truth.slice(0, truth.length / 2)]);
    for (const json of [{ nodes: 7 }, [], null, 'x']) {
      await simulator.setFault({ name: 'httpWrongJson', json });
      assert.deepEqual((await rest('GET', HEALTH)).json, json);
    }
  });

  it('httpEndless: so many bytes as told, in chunks', async () => {
    const { simulator } = await begin({ name: 'httpEndless', bytes: 3_000_001 });
    const response = await fetch(`http://127.0.0.1:${simulator.restPort}${HEALTH}`);
    assert.equal(response.headers.get('transfer-encoding'), 'chunked');
    assert.equal((await response.arrayBuffer()).byteLength, 3_000_001);
  });

  it('httpEndless: at the speed it is told', async () => {
    const { simulator } = await begin({ name: 'httpEndless', bytesPerSecond: 100_000, bytes: 20_000 });
    const startMs = performance.now();
    await (await fetch(`http://127.0.0.1:${simulator.restPort}${HEALTH}`)).arrayBuffer();
    const ms = performance.now() - startMs;
    assert.ok(ms > 150 && ms < 2000, `${ms} ms instead of 200`);
  });

  it('httpEndless: without end, until the client has enough, without piling up for one that does not read', async () => {
    const { simulator } = await begin({ name: 'httpEndless' });
    const { socket } = await sendBare(simulator, 'GET', HEALTH);
    let bytes = 0;
    while (bytes < 5_000_000) bytes += ((await once(socket, 'data')) as [Buffer])[0].length;
    socket.pause();
    const heapBytes = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 200; index += 1) await new Promise(setImmediate);
    assert.ok(process.memoryUsage().arrayBuffers - heapBytes < 20_000_000);
    assert.equal(simulator.requests()[0]?.endMs, undefined);
    socket.destroy();
    while (simulator.requests()[0]?.endMs === undefined) await new Promise(setImmediate);
  });

  it('httpGarbage: bytes that are not HTTP', async () => {
    const { simulator, rest } = await begin({ name: 'httpGarbage' });
    const { text, code, bytes } = await (await sendBare(simulator, 'GET', HEALTH)).end;
    assert.ok(!text.startsWith('HTTP') && bytes > 100);
    assert.equal(code, 'FIN');
    await assert.rejects(rest('GET', HEALTH), /fetch failed/);
  });

  it('httpCloseKeepAlive: a whole answer that promises to keep the connection, then its end', async () => {
    const { simulator } = await begin({ name: 'httpCloseKeepAlive', count: 1 });
    const { text, code } = await (await sendBare(simulator, 'GET', HEALTH)).end;
    assert.match(text, /Connection: keep-alive\r\n/);
    assert.match(text, /"SENSOR_ALIVE".*\}$/);
    assert.equal(code, 'FIN');
  });

  it('httpRedirect: 302 to there', async () => {
    const { simulator } = await begin({ name: 'httpRedirect', to: 'http://127.0.0.1:1/x' });
    const response = await fetch(`http://127.0.0.1:${simulator.restPort}${HEALTH}`, { redirect: 'manual' });
    assert.deepEqual([response.status, response.headers.get('location')], [302, 'http://127.0.0.1:1/x']);
  });
});

describe('simulator faults of HTTP requests, whom they hit', () => {
  afterEach(endAll);

  it('the next so many, then none; the list says how many are left', async () => {
    const { simulator, rest } = await begin({ name: 'httpStatus', status: 503, count: 2 });
    assert.equal((await rest('GET', HEALTH)).status, 503);
    assert.deepEqual(simulator.faults().rest, [{ name: 'httpStatus', status: 503, count: 1 }]);
    assert.equal((await rest('GET', HEALTH)).status, 503);
    assert.deepEqual(simulator.faults().rest, []);
    assert.equal((await rest('GET', HEALTH)).status, 200);
  });

  it('those of a method and of paths that begin so; each match is a fault of its own', async () => {
    const { simulator, rest } = await begin({
      name: 'httpStatus',
      status: 503,
      match: { path: '/3.5/settings' },
    });
    await simulator.setFault({ name: 'httpStatus', status: 500, match: { method: 'delete' } });
    assert.equal((await rest('GET', HEALTH)).status, 200);
    assert.equal((await rest('GET', ZONE)).status, 503);
    assert.equal((await rest('DELETE', '/3.5/moon')).status, 500);
    await simulator.setFault({ name: 'httpStatus', status: 502, match: { path: '/3.5/settings' } });
    assert.equal((await rest('GET', ZONE)).status, 502);
    assert.equal(simulator.faults().rest.length, 2);
    await simulator.clearFaults('rest');
    assert.equal((await rest('GET', ZONE)).status, 200);
  });

  it('REST alone, also when set for all, and from the admin port', async () => {
    const simulator = await start();
    const fault = { name: 'httpStatus', status: 503, port: 'all', count: 3 };
    const answer = await call(simulator.adminPort, 'POST', '/faults', fault);
    assert.deepEqual(answer.json, { output: [], points: [], rest: [fault] });
    assert.equal((await restOf(simulator)('GET', HEALTH)).status, 503);
    assert.equal((await call(simulator.adminPort, 'GET', '/stats')).status, 200);
  });

  it('nobody without the right credentials: that answer comes first', async () => {
    const { rest, simulator } = await begin({ name: 'httpStatus', status: 503, count: 1 }, { token: 'tok' });
    assert.equal((await rest('GET', HEALTH)).status, 401);
    assert.equal(simulator.faults().rest.length, 1);
  });

  for (const [fault, message] of [
    [{ name: 'httpStatus' }, /httpStatus: status must be an HTTP status/],
    [{ name: 'httpStatus', status: 503, retryAfter: -1 }, /retryAfter must be seconds or an HTTP date/],
    [{ name: 'httpStatus', status: 503, retryAfter: 'a\r\nb' }, /retryAfter must be/],
    [{ name: 'httpStatus', status: 503, count: 0 }, /count must be a whole number from 1/],
    [
      { name: 'httpStatus', status: 503, match: { verb: 'GET' } },
      /match must be an object with method and path/,
    ],
    [{ name: 'httpDelay', ms: -1 }, /ms must be/],
    [{ name: 'httpReset', when: 'later' }, /when must be one of 'beforeRead'/],
    [{ name: 'httpHang', afterHandling: 1 }, /afterHandling must be true or false/],
    [{ name: 'httpRedirect' }, /to must be a URL/],
    [{ name: 'httpGarbage', port: 'output' }, /its port is rest, not output/],
    [{ name: 'httpGarbage', port: 'both' }, /its port is rest, not both/],
  ] as const)
    it(`refuses ${JSON.stringify(fault)}`, () => assert.throws(() => parseFault(fault), message));

  it('can be said on the command line, short or in JSON', () => {
    for (const [text, fault] of [
      ['httpStatus=503', { name: 'httpStatus', status: 503 }],
      ['rest:httpStatus=503:2', { name: 'httpStatus', port: 'rest', status: 503, retryAfter: 2 }],
      ['httpHang=true:1', { name: 'httpHang', afterHandling: true, count: 1 }],
      ['httpReset=midBody', { name: 'httpReset', when: 'midBody' }],
      [
        '{"name":"httpRedirect","to":"http://x:1/","match":{"method":"GET"}}',
        { name: 'httpRedirect', to: 'http://x:1/', match: { method: 'GET' } },
      ],
    ] as const)
      assert.deepEqual(parseFaultText(text), fault);
    assert.throws(() => parseFaultText('{"name":'), /fault \{"name":/);
    assert.throws(() => parseFaultText('{"name":"fire"}'), /unknown fault/);
  });
});
