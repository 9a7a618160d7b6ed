import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import type { HttpSessionOptions } from '../../../lib/http/session';
import { makeCertificate } from '../socket/helpers/certificates';
import { listening, tcpServer, unusedPort } from '../socket/helpers/servers';
import { closeAll, failureOf, get, openSession, until, webServer } from './helpers/sessions';

interface Proxy {
  readonly port: number;
  readonly url: string;
  /** What CONNECT asked for, and how it signed in. */
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[];
  readonly open: Set<Socket>;
  readonly most: () => number;
}

/** A proxy that opens tunnels, unless `refuse` has a status for it. */
async function proxyServer(refuse?: number): Promise<Proxy> {
  const asked: Proxy['asked'] = [];
  const open = new Set<Socket>();
  let most = 0;
  const server = http.createServer((_, response) => response.writeHead(405).end());
  server.on('connection', (socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('close', () => open.delete(socket));
  });
  server.on('connect', (request, client: Socket) => {
    asked.push({
      target: request.url ?? '',
      authorization: request.headers['proxy-authorization'],
    });
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = net.connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) socket.on('error', () => undefined);
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  const port = await listening(server);
  return { port, url: `http://127.0.0.1:${port}`, asked, open, most: () => most };
}

describe('HttpSession through a proxy', () => {
  const authority = makeCertificate({ name: 'authority', isAuthority: true });
  const good = makeCertificate({ name: 'good', issuer: authority, addresses: ['127.0.0.1'] });

  afterEach(closeAll);

  it('asks it for a tunnel and signs in to nobody', async () => {
    const proxy = await proxyServer();
    const { port } = await webServer((request, response) => {
      response.end(`${request.url ?? ''} ${String(request.headers['proxy-authorization'])}`);
    });
    const answer = await openSession(port, { proxyUrl: proxy.url }).request(get('/a'));
    assert.equal(answer.text, '/a undefined');
    assert.deepEqual(proxy.asked, [{ target: `127.0.0.1:${port}`, authorization: undefined }]);
  });

  for (const [given, expected] of [
    ['user:p%40ss@', 'user:p@ss'],
    ['user@', 'user:'],
  ] as const)
    it(`signs in with '${given}', and tells that to the proxy alone`, async () => {
      const proxy = await proxyServer();
      const { port } = await webServer((request, response) => response.end(JSON.stringify(request.headers)));
      const session = openSession(port, { proxyUrl: `http://${given}127.0.0.1:${proxy.port}` });
      const answer = await session.request(get());
      const authorization = `Basic ${Buffer.from(expected).toString('base64')}`;
      assert.equal(proxy.asked[0]?.authorization, authorization);
      assert.ok(!answer.text.includes(authorization.slice(6)));
    });

  it('keeps to its number of connections, uses them again and counts them', async () => {
    const proxy = await proxyServer();
    const { port } = await webServer((_, response) => setImmediate(() => response.end('ok')));
    const session = openSession(port, { proxyUrl: proxy.url, connections: 3 });
    await Promise.all(Array.from({ length: 200 }, () => session.request(get())));
    assert.equal(proxy.asked.length, 3);
    assert.equal(proxy.most(), 3);
    assert.deepEqual([session.statistics().opened, session.statistics().connected], [3, 3]);
    await session.close();
    await until(() => proxy.open.size === 0);
    assert.equal(session.statistics().connected, 0);
  });

  it('goes through it to a secure server', async () => {
    const proxy = await proxyServer();
    const { port } = await webServer((_, response) => response.end('secret'), {
      key: good.key,
      cert: good.cert,
    });
    const secure = { ca: authority.cert, checkServerName: true };
    const session = openSession(port, { proxyUrl: proxy.url, secure });
    for (let i = 0; i < 3; i += 1) assert.equal((await session.request(get())).text, 'secret');
    assert.equal(proxy.asked.length, 1);
    const stranger = openSession(port, { proxyUrl: proxy.url, secure: { checkServerName: true } });
    const error = await failureOf(stranger.request(get()));
    assert.deepEqual([error.code, error.outcome], ['SENSR_TLS', 'notSent']);
    assert.match(error.message, /authority is unknown/);
  });

  it('checks the name of the secure server, not that of the proxy', async () => {
    const proxy = await proxyServer();
    const { key, cert } = makeCertificate({ name: 'x', issuer: authority, names: ['elsewhere.example'] });
    const { port } = await webServer((_, response) => response.end('secret'), { key, cert });
    const change = (checkServerName: boolean): Partial<HttpSessionOptions> => ({
      proxyUrl: proxy.url,
      secure: { ca: authority.cert, checkServerName },
    });
    assert.equal((await openSession(port, change(false)).request(get())).text, 'secret');
    assert.match((await failureOf(openSession(port, change(true)).request(get()))).message, /another name/);
  });

  for (const [status, attempts, text] of [
    [407, 1, /the proxy 127.0.0.1:\d+ answered HTTP 407: its user name or password are missing or wrong$/],
    [403, 1, /the proxy 127.0.0.1:\d+ answered HTTP 403$/],
    [502, 3, /the proxy 127.0.0.1:\d+ answered HTTP 502 \(tried 3 times\)$/],
  ] as const)
    it(`says that the proxy answered ${status}, and that nothing was sent`, async () => {
      const proxy = await proxyServer(status);
      const { port, seen } = await webServer((_, response) => response.end());
      const proxyUrl = `http://user:s3cret@127.0.0.1:${proxy.port}`;
      const session = openSession(port, { proxyUrl, retries: 2 });
      const error = await failureOf(session.request({ ...get(), method: 'PUT' }));
      assert.deepEqual([error.code, error.outcome], [`SENSR_HTTP_${status}`, 'notSent']);
      assert.deepEqual([error.attempts, proxy.asked.length, seen.length], [attempts, attempts, 0]);
      assert.match(error.message, text);
      assert.ok(!error.message.includes('s3cret'));
    });

  it('names a proxy that is not there', async () => {
    const proxyUrl = `http://127.0.0.1:${await unusedPort()}`;
    const error = await failureOf(openSession(9, { proxyUrl }).request(get()));
    assert.deepEqual([error.code, error.outcome], ['SENSR_UNREACHABLE', 'notSent']);
    assert.match(error.message, /^http:\/\/127.0.0.1:9\/x: the proxy 127.0.0.1:\d+ cannot be reached/);
  });

  it('names a proxy that does not answer, within the limit for connections', async () => {
    const port = await tcpServer((socket) => socket.resume());
    const session = openSession(9, { proxyUrl: `http://127.0.0.1:${port}`, connectTimeoutMs: 100 });
    const error = await failureOf(session.request(get()));
    assert.deepEqual([error.code, error.outcome], ['SENSR_TIMEOUT', 'notSent']);
    assert.match(
      error.message,
      /did not answer within 0.1 s, through the proxy 127.0.0.1:\d+: no connection$/,
    );
  });

  it('closes at once even if the proxy hangs', async () => {
    const sockets: Socket[] = [];
    const port = await tcpServer((socket) => sockets.push(socket.resume()));
    const session = openSession(9, { proxyUrl: `http://127.0.0.1:${port}` });
    const failed = failureOf(session.request(get()));
    await until(() => sockets.length === 1);
    const startMs = performance.now();
    await session.close();
    assert.equal((await failed).code, 'SENSR_CLOSED');
    assert.ok(performance.now() - startMs < 500);
    await until(() => sockets[0]?.destroyed === true);
  });

  it('survives a tunnel that breaks, and makes another one', async () => {
    const proxy = await proxyServer();
    const { port, sockets } = await webServer((_, response) => response.end('ok'));
    const session = openSession(port, { proxyUrl: proxy.url, connections: 1 });
    await session.request(get());
    for (const socket of sockets) socket.resetAndDestroy();
    await until(() => session.statistics().connected === 0);
    assert.equal((await session.request(get())).text, 'ok');
    assert.equal(proxy.asked.length, 2);
  });

  for (const [proxyUrl, expected] of [
    ['no address', /expected the address of an HTTP proxy/],
    ['ftp://user:s3cret@x', /expected the address of an HTTP proxy/],
    ['socks5://user:s3cret@x:1080', /expected the address of an HTTP proxy/],
    ['http://user:s3cret%@x', /expected user name and password of the proxy/],
  ] as const)
    it(`refuses '${proxyUrl}' as a proxy without telling a password`, async () => {
      const error = await failureOf(openSession(9, { proxyUrl, retries: 3 }).request(get()));
      assert.deepEqual([error.code, error.outcome, error.attempts], ['SENSR_BAD_CONFIG', 'notSent', 1]);
      assert.match(error.message, expected);
      assert.ok(!`${error.message} ${String(error.cause)}`.includes('s3cret'));
    });
});
