import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Worker } from 'node:worker_threads';
import { FakeClock } from '../../helpers/fake-clock';
import { unusedPort } from '../socket/helpers/servers';
import { closeAll, failureOf, get, openSession, until, webServer } from './helpers/sessions';

const ANSWER_IN_A_THREAD = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((_, response) => {
    setTimeout(() => response.end('in time'), 20);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

describe('HttpSession', () => {
  afterEach(closeAll);

  it('returns status, headers, text, attempts and duration of an answer', async () => {
    const { port } = await webServer((_, response) => {
      response.writeHead(201, { 'x-some': 'header' }).end('{"a":"ü"}');
    });
    const answer = await openSession(port).request(get());
    assert.equal(answer.statusCode, 201);
    assert.equal(answer.headers['x-some'], 'header');
    assert.equal(answer.text, '{"a":"ü"}');
    assert.equal(answer.attempts, 1);
    assert.ok(answer.durationMs > 0 && answer.durationMs < 2000);
  });

  it('sends method, path, body, content type and the headers of the session', async () => {
    let got: unknown;
    const { port } = await webServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { host, authorization, 'content-type': type, 'content-length': length } = request.headers;
        got = [request.method, request.url, body, host, authorization, type, length];
        response.end();
      });
    });
    const session = openSession(port, { headers: { authorization: 'Bearer t' } });
    await session.request({
      ...get('/a/b?c=%20'),
      method: 'PUT',
      body: '{"x":"ä"}',
      contentType: 'application/json',
    });
    assert.deepEqual(got, [
      'PUT',
      '/a/b?c=%20',
      '{"x":"ä"}',
      `127.0.0.1:${port}`,
      'Bearer t',
      'application/json',
      '10',
    ]);
  });

  it('asks for no compression', async () => {
    let encoding: unknown = 'none asked';
    const { port } = await webServer((request, response) => {
      encoding = request.headers['accept-encoding'];
      response.end();
    });
    await openSession(port).request(get());
    assert.equal(encoding, undefined);
  });

  it('never opens more connections than allowed, whatever is asked at once', async () => {
    const { port, connections, seen } = await webServer((_, response) => {
      setImmediate(() => response.end('ok'));
    });
    const session = openSession(port, { connections: 5 });
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => session.request(get(`/${i}`))));
    assert.equal(answers.length, 1000);
    assert.equal(seen.length, 1000);
    assert.equal(connections.ever, 5);
    assert.deepEqual([session.statistics().opened, session.statistics().connected], [5, 5]);
  });

  it('uses one connection for requests one after the other', async () => {
    const { port, connections } = await webServer((_, response) => response.end('ok'));
    const session = openSession(port);
    for (let i = 0; i < 30; i += 1) await session.request(get());
    assert.equal(connections.ever, 1);
  });

  it('serves waiting requests in the order of coming', async () => {
    const { port, seen } = await webServer((_, response) => response.end());
    const session = openSession(port, { connections: 1 });
    const paths = Array.from({ length: 20 }, (_, i) => `/${i}`);
    await Promise.all(paths.map((path) => session.request(get(path))));
    assert.deepEqual(
      seen,
      paths.map((path) => `GET ${path}`),
    );
  });

  it('replaces a connection that is older than its life, between two requests and never during one', async () => {
    const clock = new FakeClock();
    const open: ServerResponse[] = [];
    const { port, connections } = await webServer((_, response) => open.push(response));
    const session = openSession(
      port,
      { connections: 1, connectionLifeMs: 1000, responseTimeoutMs: 1e6 },
      clock,
    );
    const first = session.request(get('/first'));
    await until(() => open.length === 1);
    clock.advance(5000);
    const second = session.request(get('/second'));
    open[0]?.end('first');
    assert.equal((await first).text, 'first');
    await until(() => open.length === 2);
    open[1]?.end('second');
    assert.equal((await second).text, 'second');
    assert.deepEqual([connections.ever, session.statistics().connected], [2, 1]);
    clock.advance(999);
    const third = session.request(get('/third'));
    await until(() => open.length === 3);
    open[2]?.end();
    await third;
    assert.equal(connections.ever, 2, 'still young');
  });

  it('makes a new connection when the server has closed an idle one', async () => {
    const { port, sockets } = await webServer((_, response) => response.end());
    const session = openSession(port, { connections: 1 });
    await session.request(get());
    for (const socket of sockets) socket.destroy();
    await until(() => session.statistics().connected === 0);
    await session.request(get());
    assert.deepEqual([session.statistics().opened, session.statistics().connected], [2, 1]);
  });

  it('follows no redirection', async () => {
    const { port, seen } = await webServer((_, response) => {
      response.writeHead(302, { location: 'http://user:secret@elsewhere/y' }).end();
    });
    const error = await failureOf(openSession(port).request(get()));
    assert.equal(error.code, 'SENSR_HTTP_302');
    assert.match(error.message, /leads to http:\/\/elsewhere\/y, which is not followed/);
    assert.equal(seen.length, 1);
  });

  describe('deadline', () => {
    for (const [timeout, ms] of [
      ['probe', 5000],
      ['normal', 10_000],
      ['long', 30_000],
    ] as const)
      it(`gives an answer of class ${timeout} ${ms} ms`, async () => {
        const clock = new FakeClock();
        const { port, seen } = await webServer(() => undefined);
        const limits = { responseTimeoutMs: 10_000, longResponseTimeoutMs: 30_000 };
        const session = openSession(port, limits, clock);
        let isSettled = false;
        const failed = failureOf(session.request(get('/slow', { timeout }))).finally(() => {
          isSettled = true;
        });
        await until(() => seen.length === 1);
        clock.advance(ms - 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(isSettled, false);
        clock.advance(1);
        const error = await failed;
        assert.equal(error.code, 'SENSR_TIMEOUT');
        assert.equal(
          error.message,
          `GET http://127.0.0.1:${port}/slow was not answered within ${ms / 1000} s`,
        );
        assert.deepEqual([error.outcome, error.attempts, error.durationMs], ['unknown', 1, ms]);
        assert.equal(clock.pending, 0);
      });

    it('gives a probe no more than an ordinary answer', async () => {
      const { port } = await webServer(() => undefined);
      const session = openSession(port, { responseTimeoutMs: 50 });
      const error = await failureOf(session.request(get('/x', { timeout: 'probe' })));
      assert.match(error.message, /within 0.05 s$/);
    });

    it('starts when the request is sent: the wait for a connection does not count', async () => {
      const clock = new FakeClock();
      const open: ServerResponse[] = [];
      const { port } = await webServer((_, response) => open.push(response));
      const session = openSession(port, { connections: 1, responseTimeoutMs: 1000 }, clock);
      const first = session.request(get());
      const second = session.request(get());
      await until(() => open.length === 1);
      clock.advance(900);
      open[0]?.end();
      await first;
      await until(() => open.length === 2);
      clock.advance(900);
      open[1]?.end('late');
      const answer = await second;
      assert.deepEqual([answer.text, answer.durationMs], ['late', 1800]);
    });

    it('holds for the whole body: a server that sends a byte at a time gains nothing', async () => {
      const { port, connections } = await webServer((_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 10);
        response.on('close', () => {
          clearInterval(timer);
        });
      });
      const startMs = performance.now();
      const error = await failureOf(openSession(port, { responseTimeoutMs: 200 }).request(get()));
      assert.match(error.message, /was not answered in full within 0.2 s$/);
      assert.ok(performance.now() - startMs < 1000);
      await until(() => connections.open === 0);
      assert.equal(connections.ever, 1);
    });
  });

  it('takes an answer that came while the event loop was held', async () => {
    const server = new Worker(ANSWER_IN_A_THREAD, { eval: true });
    const [port] = (await once(server, 'message')) as [number];
    const session = openSession(port, { responseTimeoutMs: 100 });
    await session.request(get());
    const answer = session.request(get());
    // Until it is on its way.
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    assert.equal((await answer).text, 'in time');
    await server.terminate();
  });

  describe('size', () => {
    it('ends an endless body early, with a bounded memory', async () => {
      const chunk = Buffer.alloc(65_536, 'x');
      let sentBytes = 0;
      const { port } = await webServer((_, response) => {
        const more = (): void => {
          while (!response.destroyed && sentBytes < 2 ** 30) {
            sentBytes += chunk.length;
            if (!response.write(chunk)) break;
          }
        };
        response.on('drain', more);
        more();
      });
      const error = await failureOf(
        openSession(port, { maxBodyBytes: 1_048_576 }).request({ ...get('/all'), method: 'DELETE' }),
      );
      assert.equal(error.code, 'SENSR_BAD_RESPONSE');
      assert.match(error.message, /\/all: expected an answer of at most 1 MB, got a larger one/);
      assert.equal(error.outcome, 'unknown');
      assert.ok(sentBytes < 20_000_000, `${sentBytes} bytes were sent`);
    });

    it('reads nothing of a body that is announced as too large', async () => {
      const { port } = await webServer((_, response) => {
        response.writeHead(200, { 'content-length': '2000000' }).write('x');
      });
      const error = await failureOf(openSession(port, { maxBodyBytes: 1_048_576 }).request(get()));
      assert.match(error.message, /got a larger one/);
    });

    it('takes a body of exactly the limit', async () => {
      const { port } = await webServer((_, response) => response.end('x'.repeat(1000)));
      const answer = await openSession(port, { maxBodyBytes: 1000 }).request(get());
      assert.equal(answer.text.length, 1000);
    });

    it('keeps the status of an error whose body is endless, and 64 KB of it', async () => {
      const { port } = await webServer((_, response) => {
        response.writeHead(404);
        const more = (): void => {
          while (!response.destroyed && response.write('y'.repeat(10_000)));
        };
        response.on('drain', more);
        more();
      });
      const error = await failureOf(openSession(port).request(get()));
      assert.equal(error.code, 'SENSR_HTTP_404');
      assert.equal(error.body?.length, 65_536);
    });
  });

  it('counts requests, errors and what is pending, and measures answers', async () => {
    const clock = new FakeClock();
    const open: ServerResponse[] = [];
    const { port } = await webServer((_, response) => open.push(response));
    const session = openSession(port, {}, clock);
    assert.deepEqual(session.statistics(), {
      connected: 0,
      opened: 0,
      pending: 0,
      requests: 0,
      errors: 0,
      p50Ms: null,
      p99Ms: null,
    });
    for (const [index, ms] of [10, 20, 30].entries()) {
      const answer = session.request(get());
      await until(() => open.length === index + 1);
      clock.advance(ms);
      open[index]?.end();
      await answer;
    }
    const failed = failureOf(session.request(get()));
    await until(() => open.length === 4);
    assert.equal(session.statistics().pending, 1);
    open[3]?.writeHead(404).end();
    await failed;
    const { pending, requests, errors, p50Ms, p99Ms } = session.statistics();
    assert.deepEqual([pending, requests, errors, p50Ms, p99Ms], [0, 4, 1, 20, 30]);
  });

  it('names itself with brackets around an IPv6 address', async () => {
    const session = openSession(await unusedPort(), { host: '::1', secure: { checkServerName: true } });
    assert.match(session.url, /^https:\/\/\[::1\]:\d+$/);
  });
});
