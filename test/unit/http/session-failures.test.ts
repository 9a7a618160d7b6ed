import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { HttpSessionOptions } from '../../../lib/http/session';
import type { HttpRequest } from '../../../lib/http/request';
import type { RequestError } from '../../../lib/http/request-error';
import { tcpServer, unusedPort } from '../socket/helpers/servers';
import { closeAll, failureOf, get, openSession, until, webServer } from './helpers/sessions';

/** A server that says these bytes to each request, and then ends the connection if it is to. */
const saying = (text: string | Buffer, thenEnd = true): Promise<number> =>
  tcpServer((socket: Socket) => {
    socket.once('data', () => {
      socket.write(text);
      if (thenEnd) socket.end();
    });
  });

const failing = (
  port: number,
  request: Partial<HttpRequest> = {},
  change: Partial<HttpSessionOptions> = {},
): Promise<RequestError> => failureOf(openSession(port, change).request({ ...get('/a?b=1'), ...request }));

describe('HttpSession failures', () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  before(() => process.on('warning', note));
  after(() => {
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });
  afterEach(closeAll);

  it('names a port on which nobody listens', async () => {
    const port = await unusedPort();
    const error = await failing(port);
    assert.deepEqual([error.code, error.outcome], ['SENSR_UNREACHABLE', 'notSent']);
    assert.equal(
      error.message,
      `http://127.0.0.1:${port}/a?b=1 refused the connection: is SENSR running, and is the port right?`,
    );
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  });

  it('names the refusal of a host with several addresses', async () => {
    const error = await failing(await unusedPort(), {}, { host: 'localhost' });
    assert.match(error.message, /^http:\/\/localhost:\d+\/a\?b=1 refused the connection/);
  });

  it('names a host that nobody knows, and does not try again', async () => {
    const error = await failing(80, {}, { host: 'no-such-host.invalid', retries: 3 });
    assert.equal(error.code, 'SENSR_UNREACHABLE');
    // Without a network the name server does not answer, which passes by itself.
    if (error.message.includes('is not a known host name')) assert.equal(error.attempts, 1);
    assert.equal(error.outcome, 'notSent');
  });

  it('names the limit for the connection', async () => {
    const port = await tcpServer((socket) => socket.resume());
    const startMs = performance.now();
    const error = await failing(port, {}, { secure: { checkServerName: true }, connectTimeoutMs: 100 });
    assert.deepEqual([error.code, error.outcome], ['SENSR_TIMEOUT', 'notSent']);
    assert.equal(error.message, `https://127.0.0.1:${port}/a?b=1 did not answer within 0.1 s: no connection`);
    assert.ok(performance.now() - startMs < 2000);
  });

  for (const [what, bytes] of [
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ] as const)
    it(`calls ${what} and then the end a break before the answer`, async () => {
      const error = await failing(await saying(bytes), { method: 'PUT' });
      assert.deepEqual([error.code, error.outcome], ['SENSR_UNREACHABLE', 'unknown']);
      assert.match(error.message, /before it answered.*It is not known whether SENSR carried it out$/);
    });

  for (const [what, bytes] of [
    ['a body shorter than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
    ['a body cut between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['a body cut inside a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc'],
    [
      'a body cut on a connection that was to end',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nabc',
    ],
  ] as const)
    it(`calls ${what} a break in the middle of the answer`, async () => {
      const error = await failing(await saying(bytes), { method: 'POST' });
      assert.deepEqual([error.code, error.outcome], ['SENSR_UNREACHABLE', 'unknown']);
      assert.match(
        error.message,
        /^POST http:\/\/.*\/a\?b=1: the connection broke in the middle of the answer/,
      );
    });

  it('takes an answer that ends with its connection', async () => {
    const port = await saying('HTTP/1.0 200 OK\r\n\r\nold school');
    assert.equal((await openSession(port).request(get())).text, 'old school');
  });

  it('takes no harm from a body that is longer than announced', async () => {
    const port = await saying(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\nmore',
      false,
    );
    const session = openSession(port, { connections: 1 });
    assert.equal((await session.request(get())).text, 'ok');
    assert.equal((await session.request(get())).text, 'ok');
  });

  for (const [what, bytes] of [
    ['garbage', 'what do you want?\r\n'],
    ['binary garbage', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7) % 256))],
    ['HTTP/0.9', '<html>hello</html>'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'X-Much: of the same\r\n'.repeat(5000)}`],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['"go on" that nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ] as const)
    it(`calls ${what} a bad response`, async () => {
      const error = await failing(await saying(bytes, false), { method: 'PUT' }, { retries: 3 });
      assert.deepEqual([error.code, error.outcome, error.attempts], ['SENSR_BAD_RESPONSE', 'unknown', 1]);
      assert.match(
        error.message,
        /\/a\?b=1: expected an HTTP answer, got something else \(.+\): check the port/,
      );
    });

  it('calls a compressed answer a bad response, since it asked for none', async () => {
    const { port } = await webServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'));
    });
    const error = await failing(port);
    assert.equal(error.code, 'SENSR_BAD_RESPONSE');
    assert.match(error.message, /expected an answer that is not compressed, got 'gzip'/);
  });

  it('takes the encoding that is none', async () => {
    const { port } = await webServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'Identity' }).end('plain');
    });
    assert.equal((await openSession(port).request(get())).text, 'plain');
  });

  it('tells the status of an error even if its text is compressed', async () => {
    const { port } = await webServer((_, response) => {
      response.writeHead(404, { 'content-encoding': 'gzip' }).end(gzipSync('nothing here'));
    });
    const error = await failing(port);
    assert.deepEqual([error.code, error.body], ['SENSR_HTTP_404', '']);
  });

  it('ignores what a HEAD answer says of a body', async () => {
    const { port } = await webServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '999999999' }).end();
    });
    assert.equal((await openSession(port).request({ ...get(), method: 'HEAD' })).text, '');
  });

  it('takes a byte order mark off', async () => {
    const { port } = await webServer((_, response) => response.end('\uFEFF{"a":1}'));
    assert.equal((await openSession(port).request(get())).text, '{"a":1}');
  });

  it('passes over information that comes before the answer', async () => {
    const port = await saying(
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    assert.equal((await openSession(port).request(get())).text, 'ok');
  });

  it('does not take such information for the answer', async () => {
    const port = await saying('HTTP/1.1 102 Processing\r\n\r\n', false);
    assert.match(
      (await failing(port, {}, { responseTimeoutMs: 100 })).message,
      /was not answered within 0.1 s$/,
    );
  });

  it('wonders whether the port expects TLS only where that connection never answered', async () => {
    const { port, sockets } = await webServer((request, response) => {
      if (request.url === '/good') response.end();
      else request.socket.resetAndDestroy();
    });
    const session = openSession(port, { connections: 1 });
    await session.request(get('/good'));
    assert.match((await failureOf(session.request(get('/bad')))).message, /broke the connection \(reset\)$/);
    await session.request(get('/good'));
    for (const socket of sockets) socket.destroy();
    await until(() => session.statistics().connected === 0);
    assert.match((await failureOf(session.request(get('/bad')))).message, /if the port expects TLS/);
  });

  it('tells status, reason and the words of an error answer', async () => {
    const { port } = await webServer((_, response) => {
      response.writeHead(400, 'Bad Request', { 'x-a': 'b' }).end(`zone ${'9'.repeat(300)} unknown`);
    });
    const error = await failing(port);
    const said = `zone ${'9'.repeat(195)}…`;
    assert.equal(
      error.message,
      `GET http://127.0.0.1:${port}/a?b=1 was answered with HTTP 400 Bad Request: it says '${said}'`,
    );
    assert.deepEqual([error.statusCode, error.headers?.['x-a'], error.body?.length], [400, 'b', 313]);
  });

  it('tells the title of an error page', async () => {
    const { port } = await webServer((_, response) => {
      const page = '<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>';
      response.writeHead(502, { 'content-type': 'text/html' }).end(page);
    });
    assert.match((await failing(port)).message, /502 Bad Gateway: it says '502 Bad Gateway'$/);
  });

  it('says what to do about a sign-in that failed, and tells no credentials', async () => {
    const { port } = await webServer((_, response) => response.writeHead(401).end());
    const error = await failing(port, {}, { headers: { authorization: 'Bearer s3cret' } });
    assert.match(error.message, /401 Unauthorized: user name, password or token are missing or wrong$/);
    assert.ok(!JSON.stringify({ ...error, message: error.message }).includes('s3cret'));
  });

  for (const [what, request] of [
    ['path', { path: '/ä ö' }],
    ['path without a slash', { path: 'x' }],
    ['content type', { contentType: 'a\nb' }],
  ] as const)
    it(`refuses a ${what} that cannot be sent, at once`, async () => {
      const { port, seen } = await webServer((_, response) => response.end());
      const error = await failing(port, request, { retries: 3 });
      assert.deepEqual([error.code, error.outcome, error.attempts], ['SENSR_BAD_REQUEST', 'notSent', 1]);
      assert.equal(seen.length, 0);
    });

  it('survives a server that does anything at any time', async () => {
    let count = 0;
    const port = await tcpServer((socket) => {
      socket.on('data', () => {
        count += 1;
        const choices = [
          () => socket.resetAndDestroy(),
          () => socket.destroy(),
          () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
          () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
          () => socket.write('\0\0'),
          () => {
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok');
            setImmediate(() => socket.resetAndDestroy());
          },
          () => socket.write('HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 500 x\r\n\r\n'),
        ];
        choices[count % choices.length]?.();
      });
    });
    const session = openSession(port, { retries: 2, responseTimeoutMs: 500 });
    const all = await Promise.allSettled(
      Array.from({ length: 300 }, (_, i) => session.request(get(`/${i}`))),
    );
    assert.equal(all.length, 300);
    assert.ok(all.some(({ status }) => status === 'fulfilled'));
    await session.close();
    assert.equal(session.statistics().connected, 0);
  });

  it('names a port that expects TLS, whose server says so', async () => {
    // A TLS alert, "unexpected message", as some servers send it to plain text.
    const error = await failing(await saying(Buffer.from([0x15, 3, 3, 0, 2, 2, 10])));
    assert.equal(error.code, 'SENSR_TLS');
    assert.equal(error.outcome, 'notSent');
    assert.match(error.message, /expects a secure connection: choose a TLS configuration$/);
  });

  it('uses none of the process-wide dispatchers', async () => {
    const { port } = await webServer((_, response) => response.end('direct'));
    const key = Symbol.for('undici.globalDispatcher.1');
    const globals = globalThis as unknown as Record<symbol, unknown>;
    const before = globals[key];
    globals[key] = { dispatch: () => assert.fail('The process-wide dispatcher was used') };
    try {
      assert.equal((await openSession(port).request(get())).text, 'direct');
    } finally {
      globals[key] = before;
    }
  });

  it('does not keep a keep-alive connection in use that the server ends after the answer', async () => {
    const server = http.createServer((_, response) =>
      response.writeHead(200, { connection: 'close' }).end('x'),
    );
    server.listen(0, '127.0.0.1');
    await until(() => server.listening);
    const session = openSession((server.address() as net.AddressInfo).port, { connections: 1 });
    for (let i = 0; i < 10; i += 1) assert.equal((await session.request(get())).text, 'x');
    assert.equal(session.statistics().opened, 10);
    await session.close();
    server.close();
  });
});
