import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { openLink, type Link } from '../../../lib/socket/link';
import { proxyFor } from '../../../lib/server/proxy';
import type { SocketOptions } from '../../../lib/thread/protocol';
import { socketOptions } from '../../helpers/fake-link';
import { makeCertificate } from './helpers/certificates';
import { endOf } from './helpers/ending';
import { closeServers, listening, tcpServer, webSocketServer } from './helpers/servers';

/** Opens a link and waits until it is open; `calls` keeps what it says. */
async function openedLink(
  change: Partial<SocketOptions>,
): Promise<{ link: Link; calls: string[]; next: () => Promise<string> }> {
  const calls: string[] = [];
  let wake = (): void => undefined;
  const say = (call: string): void => {
    calls.push(call);
    wake();
  };
  let read = 0;
  const next = async (): Promise<string> => {
    if (calls.length === read) await new Promise<void>((resolve) => (wake = resolve));
    return calls[read++] ?? '';
  };
  const link = openLink(socketOptions(change), {
    onOpen: () => {
      say('open');
    },
    onMessage: (data, isBinary) => {
      say(`${isBinary ? 'binary' : 'text'} ${data.byteLength}`);
    },
    onPong: () => {
      say('pong');
    },
    onEnd: (ending) => {
      say(`end ${ending.kind}`);
    },
  });
  assert.deepEqual(calls, [], 'nothing is called before it has returned');
  assert.equal(await next(), 'open');
  return { link, calls, next };
}

/** An HTTP proxy that tunnels, and what it was asked for. */
async function proxyServer(): Promise<{ port: number; asked: { url: string; authorization: string }[] }> {
  const asked: { url: string; authorization: string }[] = [];
  const server = http.createServer();
  server.on('connect', (request: http.IncomingMessage, client: net.Socket, head: Buffer) => {
    const credentials = request.headers['proxy-authorization']?.replace('Basic ', '') ?? '';
    asked.push({ url: request.url ?? '', authorization: Buffer.from(credentials, 'base64').toString() });
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const target = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
  });
  return { port: await listening(server), asked };
}

describe('openLink', () => {
  afterEach(closeServers);

  it('hands on binary and text messages, an empty one too', async () => {
    const { port } = await webSocketServer((socket) => {
      socket.send(Buffer.alloc(70_000));
      socket.send('hello');
      socket.send(Buffer.alloc(0));
      socket.close();
    });
    const calls: string[] = [];
    await new Promise<void>((resolve) => {
      openLink(socketOptions({ url: `ws://127.0.0.1:${port}` }), {
        onOpen: () => calls.push('open'),
        onMessage: (data, isBinary) => calls.push(`${Buffer.isBuffer(data)} ${isBinary} ${data.byteLength}`),
        onPong: () => undefined,
        onEnd: () => {
          resolve();
        },
      });
    });
    assert.deepEqual(calls, ['open', 'true true 70000', 'true false 5', 'true true 0']);
  });

  it('sends the headers it was given and offers no compression', async () => {
    const seen: http.IncomingHttpHeaders[] = [];
    const { port } = await webSocketServer(
      (socket, request) => {
        seen.push(request.headers);
        socket.close();
      },
      undefined,
      { perMessageDeflate: true },
    );
    await endOf({ url: `ws://127.0.0.1:${port}`, headers: { authorization: 'Bearer abc' } });
    assert.equal(seen[0]?.authorization, 'Bearer abc');
    assert.equal(seen[0]?.['sec-websocket-extensions'], undefined);
  });

  it('accepts a frame of exactly maxFrameMB', async () => {
    const { port } = await webSocketServer((socket) => {
      socket.send(Buffer.alloc(2000));
      socket.close();
    });
    const { calls } = await endOf({ url: `ws://127.0.0.1:${port}`, maxFrameBytes: 2000 });
    assert.deepEqual(calls, ['open', 'message', 'end']);
  });

  it('hears the pong to its ping', async () => {
    const { port } = await webSocketServer();
    const { link, next } = await openedLink({ url: `ws://127.0.0.1:${port}` });
    link.ping();
    assert.equal(await next(), 'pong');
    link.destroy();
  });

  it('answers pings of the server', async () => {
    const { port, server } = await webSocketServer();
    const { link } = await openedLink({ url: `ws://127.0.0.1:${port}` });
    const [client] = server.clients;
    assert.ok(client);
    client.ping('x');
    const [data] = (await once(client, 'pong')) as [Buffer];
    assert.equal(data.toString(), 'x');
    link.destroy();
  });

  it('counts bytes of a frame that is still under way', async () => {
    const { port } = await webSocketServer((_, { socket }) => {
      // A binary frame of 60,000 bytes, and only the first 1000 of them.
      socket.write(Buffer.concat([Buffer.from([0x82, 126, 60_000 >> 8, 60_000 & 0xff]), Buffer.alloc(1000)]));
    });
    const { link, calls } = await openedLink({ url: `ws://127.0.0.1:${port}` });
    const startBytes = link.bytesRead();
    while (link.bytesRead() < 1004) await new Promise(setImmediate);
    assert.ok(startBytes <= link.bytesRead());
    assert.deepEqual(calls, ['open']);
    link.destroy();
  });

  it('still knows its bytes after its end', async () => {
    const { port } = await webSocketServer((socket) => {
      socket.send(Buffer.alloc(5000));
      socket.close();
    });
    let link: Link | undefined;
    await endOf({ url: `ws://127.0.0.1:${port}` }, (opened) => (link = opened));
    assert.ok((link?.bytesRead() ?? 0) > 5000);
    link?.destroy();
    assert.ok((link?.bytesRead() ?? 0) > 5000);
  });

  it('says goodbye with 1000 and ends once when the peer answers', async () => {
    const codes: number[] = [];
    const { port } = await webSocketServer((socket) => socket.on('close', (code) => codes.push(code)));
    const { link, calls, next } = await openedLink({ url: `ws://127.0.0.1:${port}` });
    link.close();
    assert.equal(await next(), 'end closed');
    await new Promise(setImmediate);
    assert.deepEqual(calls, ['open', 'end closed']);
    assert.deepEqual(codes, [1000]);
  });

  it('ends at once and silently when destroyed, in whatever state', async () => {
    const { port, server } = await webSocketServer((socket) => socket.send('hello'));
    const silent = await tcpServer(() => undefined);
    const say = (): void => assert.fail('An event came after destroy');
    const events = { onOpen: say, onMessage: say, onPong: say, onEnd: say };
    const connecting = openLink(socketOptions({ url: `ws://127.0.0.1:${silent}` }), events);
    connecting.destroy();
    connecting.destroy();
    const starting = openLink(socketOptions({ url: `ws://127.0.0.1:${port}` }), events);
    starting.destroy();
    const { link, calls } = await openedLink({ url: `ws://127.0.0.1:${port}` });
    link.ping();
    const [client] = server.clients;
    assert.ok(client);
    const before = calls.length;
    link.destroy();
    link.destroy();
    link.ping();
    link.close();
    await once(client, 'close');
    assert.equal(calls.length, before);
  });

  it('survives whatever the peer does after it was destroyed', async () => {
    let peer: net.Socket | undefined;
    const port = await tcpServer((socket) => (peer = socket.resume()));
    const link = openLink(socketOptions({ url: `ws://127.0.0.1:${port}` }), {
      onOpen: () => assert.fail(),
      onMessage: () => assert.fail(),
      onPong: () => assert.fail(),
      onEnd: () => assert.fail(),
    });
    while (!peer) await new Promise(setImmediate);
    peer.write('garbage');
    link.destroy();
    if (!peer.destroyed) await once(peer, 'close');
  });

  describe('through a proxy', () => {
    it('reaches a plain server, with the credentials of the proxy', async () => {
      const { port } = await webSocketServer((socket) => socket.close());
      const proxy = await proxyServer();
      const { calls } = await endOf({
        url: `ws://127.0.0.1:${port}`,
        proxyUrl: `http://user:secret@127.0.0.1:${proxy.port}/`,
      });
      assert.deepEqual(calls, ['open', 'end']);
      assert.deepEqual(proxy.asked, [{ url: `127.0.0.1:${port}`, authorization: 'user:secret' }]);
    });

    it('checks the certificate of the server behind it', async () => {
      const authority = makeCertificate({ name: 'CA', isAuthority: true });
      const { key, cert } = makeCertificate({ name: 'x', issuer: authority, addresses: ['127.0.0.1'] });
      const { port } = await webSocketServer((socket) => socket.close(), { key, cert });
      const { port: proxyPort } = await proxyServer();
      const to = { url: `wss://127.0.0.1:${port}`, proxyUrl: `http://127.0.0.1:${proxyPort}` };
      const secure = { rejectUnauthorized: true, checkServerName: true };
      const good = await endOf({ ...to, secure: { ...secure, ca: authority.cert } });
      assert.deepEqual(good.calls, ['open', 'end'], good.reason.message);
      const bad = await endOf({ ...to, secure });
      assert.equal(bad.reason.code, 'SENSR_TLS');
    });

    it('counts the bytes that arrive', async () => {
      const { port } = await webSocketServer((socket) => socket.send(Buffer.alloc(3000)));
      const { port: proxyPort } = await proxyServer();
      const { link, next } = await openedLink({
        url: `ws://127.0.0.1:${port}`,
        proxyUrl: `http://127.0.0.1:${proxyPort}`,
      });
      assert.equal(await next(), 'binary 3000');
      assert.ok(link.bytesRead() > 3000);
      link.destroy();
    });

    it('passes on a password of any characters', async () => {
      const { port } = await webSocketServer((socket) => socket.close());
      const proxy = await proxyServer();
      const url = `ws://127.0.0.1:${port}`;
      for (const password of ['a:b@c/d', 'ä ö', '100%', 'a%20b']) {
        const node = { url: `http://127.0.0.1:${proxy.port}`, noProxy: [], username: 'us er', password };
        const proxyUrl = proxyFor(url, node, {});
        assert.ok(proxyUrl);
        const { calls } = await endOf({ url, proxyUrl });
        assert.deepEqual(calls, ['open', 'end'], password);
        assert.equal(proxy.asked.at(-1)?.authorization, `us er:${password}`);
      }
    });

    it('leaves no connection to a proxy that never answers', async () => {
      for (const url of ['ws://10.0.0.5:5050', 'wss://10.0.0.5:5050']) {
        let peer: net.Socket | undefined;
        const port = await tcpServer((socket) => (peer = socket.resume()));
        const say = (): void => assert.fail('An event came after destroy');
        const options = socketOptions({ url, proxyUrl: `http://127.0.0.1:${port}` });
        const link = openLink(options, { onOpen: say, onMessage: say, onPong: say, onEnd: say });
        while (!peer) await new Promise(setImmediate);
        link.destroy();
        if (!peer.destroyed) await once(peer, 'close', { signal: AbortSignal.timeout(5000) });
      }
    });

    it('says so when the proxy refuses', async () => {
      const server = http.createServer();
      server.on('connect', (_, client) => client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
      const proxyPort = await listening(server);
      const { reason } = await endOf({
        url: 'ws://127.0.0.1:1',
        proxyUrl: `http://127.0.0.1:${proxyPort}`,
      });
      assert.equal(reason.code, 'SENSR_HTTP_407');
      assert.equal(reason.needsPerson, true);
    });
  });
});
