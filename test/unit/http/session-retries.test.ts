import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import type { Clock } from '../../../lib/clock';
import type { Method } from '../../../lib/http/request';
import { FakeClock } from '../../helpers/fake-clock';
import { unusedPort } from '../socket/helpers/servers';
import { closeAll, failureOf, get, openSession, until, webServer } from './helpers/sessions';

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(code, headers).end('no');
  };
/** What the sessions of these tests have by default. */
const DEADLINE_MS = 2000;
const METHODS: readonly Method[] = ['GET', 'HEAD', 'DELETE', 'PUT', 'POST', 'PATCH'];
const REPEATABLE: readonly Method[] = ['GET', 'HEAD', 'DELETE'];

describe('HttpSession retries', () => {
  afterEach(closeAll);

  for (const method of METHODS) {
    const times = REPEATABLE.includes(method) ? 4 : 1;

    for (const code of [429, 500, 502, 503, 504])
      it(`sends ${method} ${times === 1 ? 'once' : `${times} times`} when the answer is ${code}`, async () => {
        const { port, seen } = await webServer(status(code));
        const error = await failureOf(openSession(port, { retries: 3 }).request({ ...get(), method }));
        assert.deepEqual([error.code, error.statusCode], [`SENSR_HTTP_${code}`, code]);
        assert.deepEqual([seen.length, error.attempts], [times, times]);
        assert.equal(error.outcome, code === 429 ? 'refused' : 'unknown');
        const isDoubtful = /It is not known whether SENSR carried it out$/.test(error.message);
        assert.equal(isDoubtful, code !== 429 && method !== 'GET' && method !== 'HEAD');
      });

    it(`sends ${method} ${times === 1 ? 'once' : `${times} times`} when the connection is reset`, async () => {
      const { port, seen } = await webServer((request) => request.socket.resetAndDestroy());
      const error = await failureOf(openSession(port, { retries: 3 }).request({ ...get(), method }));
      assert.deepEqual([error.code, error.outcome], ['SENSR_UNREACHABLE', 'unknown']);
      assert.equal(seen.length, times);
    });

    it(`sends ${method} ${times === 1 ? 'once' : `${times} times`} when no answer comes in time`, async () => {
      const { port, seen } = await webServer(() => undefined);
      const session = openSession(port, { retries: 3, responseTimeoutMs: 30 });
      const error = await failureOf(session.request({ ...get(), method }));
      assert.deepEqual([error.code, error.outcome], ['SENSR_TIMEOUT', 'unknown']);
      assert.equal(seen.length, times);
    });

    for (const code of [400, 401, 403, 404, 409, 501])
      it(`sends ${method} once when the answer is ${code}`, async () => {
        const { port, seen } = await webServer(status(code));
        const error = await failureOf(openSession(port, { retries: 3 }).request({ ...get(), method }));
        assert.deepEqual([error.code, seen.length], [`SENSR_HTTP_${code}`, 1]);
        assert.equal(error.outcome, code < 500 ? 'refused' : 'unknown');
      });

    it(`tries ${method} again when nobody listens`, async () => {
      const port = await unusedPort();
      const error = await failureOf(openSession(port, { retries: 2 }).request({ ...get(), method }));
      assert.deepEqual([error.code, error.outcome, error.attempts], ['SENSR_UNREACHABLE', 'notSent', 3]);
      assert.match(error.message, /\(tried 3 times\)$/);
    });

    it(`delivers ${method} once when the server comes up meanwhile`, async () => {
      const clock = new FakeClock();
      const port = await unusedPort();
      const session = openSession(port, { retries: 3, retryDelayMs: 300 }, clock);
      const answer = session.request({ ...get(), method });
      await until(() => clock.pending === 1);
      const seen: string[] = [];
      const server = net.createServer((socket) => {
        socket.on('data', (data) => {
          seen.push(data.toString().split(' ')[0] ?? '');
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        });
      });
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      clock.advance(300);
      assert.equal((await answer).attempts, 2);
      assert.deepEqual(seen, [method]);
      server.close();
    });
  }

  it('makes one attempt when retrying is switched off', async () => {
    const { port, seen } = await webServer(status(503));
    await failureOf(openSession(port, { retries: 3 }).request(get('/x', { retry: false })));
    assert.equal(seen.length, 1);
  });

  it('answers with what a later attempt brought', async () => {
    let count = 0;
    const { port } = await webServer((_, response) => {
      count += 1;
      response.writeHead(count < 3 ? 502 : 200).end('at last');
    });
    const answer = await openSession(port, { retries: 3 }).request(get());
    assert.deepEqual([answer.text, answer.attempts], ['at last', 3]);
  });

  it('waits twice as long each time', async () => {
    const { waits, clock } = hastyClock();
    const { port, seen } = await webServer(status(500));
    const session = openSession(port, { retries: 3, retryDelayMs: 300 }, clock, () => 1);
    await failureOf(session.request(get()));
    assert.deepEqual(waits, [300, 600, 1200]);
    assert.equal(seen.length, 4);
  });

  it('draws each wait', async () => {
    const { waits, clock } = hastyClock();
    const { port } = await webServer(status(500));
    await failureOf(openSession(port, { retries: 2, retryDelayMs: 300 }, clock, () => 0).request(get()));
    assert.deepEqual(waits, [225, 450]);
  });

  it('honors Retry-After in seconds', async () => {
    const { waits, clock } = hastyClock();
    const { port, seen } = await webServer(status(503, { 'retry-after': '7' }));
    await failureOf(openSession(port, { retries: 2 }, clock).request(get()));
    assert.deepEqual(waits, [7000, 7000]);
    assert.equal(seen.length, 3);
  });

  it('honors Retry-After as a date', async () => {
    const { waits, clock } = hastyClock();
    const date = new Date(Math.ceil(clock.wallMs() / 1000) * 1000 + 5000);
    const { port } = await webServer(status(429, { 'retry-after': date.toUTCString() }));
    await failureOf(openSession(port, { retries: 1 }, clock).request(get()));
    assert.deepEqual(waits, [date.getTime() - clock.wallMs()]);
  });

  it('gives up, and says when to try again, if Retry-After is longer than 30 s', async () => {
    const { port, seen } = await webServer(status(503, { 'retry-after': '31' }));
    const error = await failureOf(openSession(port, { retries: 3 }).request(get()));
    assert.match(error.message, /503 Service Unavailable: it says 'no'. Try again in 31 s, it says$/);
    assert.equal(seen.length, 1);
  });

  it('says of a DELETE that a later attempt was told is not there that the first may have done it', async () => {
    let count = 0;
    const { port } = await webServer((request, response) => {
      count += 1;
      if (count === 1) request.socket.resetAndDestroy();
      else response.writeHead(404).end();
    });
    const error = await failureOf(openSession(port, { retries: 3 }).request({ ...get(), method: 'DELETE' }));
    assert.deepEqual([error.code, error.outcome, error.attempts], ['SENSR_HTTP_404', 'unknown', 2]);
    assert.match(
      error.message,
      /An earlier attempt may have carried it out: it is not known whether SENSR did$/,
    );
  });

  it('lets other requests use the connection while one waits', async () => {
    const clock = new FakeClock();
    const { port, seen } = await webServer((request, response) => {
      response.writeHead(request.url === '/bad' ? 503 : 200).end();
    });
    const session = openSession(port, { connections: 1, retries: 1, retryDelayMs: 60_000 }, clock);
    const failed = failureOf(session.request(get('/bad')));
    await until(() => seen.length === 1);
    await session.request(get('/good'));
    await session.close();
    assert.equal((await failed).code, 'SENSR_CLOSED');
  });
});

/** Time that stands still, in which every wait is over at once, and every limit is never reached. */
function hastyClock(): { waits: number[]; clock: Clock } {
  const waits: number[] = [];
  const still = new FakeClock();
  const after: Clock['after'] = (delayMs, action) => {
    if (delayMs === DEADLINE_MS) return () => undefined;
    waits.push(delayMs);
    const immediate = setImmediate(action);
    return () => {
      clearImmediate(immediate);
    };
  };
  return { waits, clock: { ...still, after } };
}
