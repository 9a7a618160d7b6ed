import assert from 'node:assert/strict';
import net from 'node:net';
import tls from 'node:tls';
import { closeReason, type Ending } from '../../../lib/socket/close-reason';
import type { CloseReason, SocketOptions } from '../../../lib/thread/protocol';
import { socketOptions } from '../../helpers/fake-link';
import { makeCertificate } from './helpers/certificates';
import { endOf } from './helpers/ending';
import {
  closeServers,
  listening,
  refusingServer,
  tcpServer,
  unusedPort,
  webSocketServer,
} from './helpers/servers';

const ws = (port: number): Partial<SocketOptions> => ({ url: `ws://127.0.0.1:${port}` });
const wss = (
  port: number,
  secure: Partial<NonNullable<SocketOptions['secure']>> = {},
  host = '127.0.0.1',
): Partial<SocketOptions> => ({
  url: `wss://${host}:${port}`,
  secure: { rejectUnauthorized: true, checkServerName: true, ...secure },
});

/** @param expected code, catalogue key, whether a person is needed, and a part of the text */
function assertReason(
  reason: CloseReason,
  expected: readonly [code: string, textKey: string, needsPerson: boolean, text: RegExp],
): void {
  const { code, textKey, needsPerson, message } = reason;
  assert.deepEqual([code, textKey, needsPerson], expected.slice(0, 3), message);
  assert.match(message, expected[3]);
  // What a status and a log show must tell which server.
  assert.match(message, /wss?:\/\//);
}

const reasonOf = (ending: Ending, change: Partial<SocketOptions> = {}): CloseReason =>
  closeReason(ending, socketOptions(change));

describe('closeReason of a real connection', () => {
  const authority = makeCertificate({ name: 'Test CA', isAuthority: true });
  const trusted = { ca: authority.cert };
  const good = makeCertificate({ name: 'sensr', issuer: authority, addresses: ['127.0.0.1'] });

  afterEach(closeServers);

  it('names a port on which nobody listens', async () => {
    const { reason } = await endOf(ws(await unusedPort()));
    assertReason(reason, ['SENSR_UNREACHABLE', 'refused', false, /refused/]);
    assert.equal(reason.cause?.code, 'ECONNREFUSED');
  });

  it('names a reset during the handshake', async () => {
    const port = await tcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    assertReason((await endOf(ws(port))).reason, ['SENSR_UNREACHABLE', 'lost', false, /reset/]);
  });

  it('names a reset of an open connection', async () => {
    const { port } = await webSocketServer((_, { socket }) => (socket as net.Socket).resetAndDestroy());
    const { reason, calls } = await endOf(ws(port));
    assertReason(reason, ['SENSR_UNREACHABLE', 'lost', false, /reset|without a word/]);
    assert.deepEqual(calls, ['open', 'end']);
  });

  it('names a host that nobody knows', async () => {
    const { reason } = await endOf({ url: 'ws://no-such-host.invalid:5050' });
    // Without a name server at all, the look-up fails in the other way.
    assert.equal(reason.textKey, 'hostNotFound');
    assert.match(reason.cause?.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
    assert.equal(reason.needsPerson, reason.cause?.code === 'ENOTFOUND');
  });

  for (const [status, hint] of [
    [401, /user name, password or token/],
    [403, /may not use the stream/],
    [404, /is this SENSR's port/],
  ] as const)
    it(`asks for a person when the upgrade is answered with ${status}`, async () => {
      const { reason } = await endOf(ws(await refusingServer(status, 'x'.repeat(1000))));
      assertReason(reason, [`SENSR_HTTP_${status}`, 'http', true, hint]);
    });

  for (const status of [500, 503])
    it(`just tries again when the upgrade is answered with ${status}`, async () => {
      const { reason } = await endOf(ws(await refusingServer(status)));
      assertReason(reason, [`SENSR_HTTP_${status}`, 'http', false, new RegExp(`HTTP ${status} `)]);
    });

  it('tells a web server from a stream when the upgrade is answered with 200', async () => {
    const { reason } = await endOf(ws(await refusingServer(200, '<html></html>')));
    assertReason(reason, ['SENSR_NOT_WEBSOCKET', 'notWebSocket', true, /web server/]);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await webSocketServer(() => assert.fail('it was followed'));
    const header = `Location: ws://127.0.0.1:${elsewhere.port}/`;
    const { reason } = await endOf(ws(await refusingServer(302, '', header)));
    assertReason(reason, ['SENSR_HTTP_302', 'http', true, /302/]);
  });

  it('names a port that answers with something else than HTTP', async () => {
    const port = await tcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
    assertReason((await endOf(ws(port))).reason, [
      'SENSR_NOT_WEBSOCKET',
      'notWebSocket',
      true,
      /does not speak/,
    ]);
  });

  it('names a port that upgrades in a wrong way', async () => {
    const port = await tcpServer((socket) => {
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n',
        ),
      );
    });
    assertReason((await endOf(ws(port))).reason, ['SENSR_NOT_WEBSOCKET', 'notWebSocket', true, /Accept/]);
  });

  it('mentions the TLS configuration when a port that expects TLS just hangs up', async () => {
    const { port } = await webSocketServer(undefined, { key: good.key, cert: good.cert });
    // OpenSSL sends no alert when it is asked in plain HTTP; a server that dies at this moment looks the same.
    assertReason((await endOf(ws(port))).reason, ['SENSR_UNREACHABLE', 'lost', false, /TLS configuration/]);
  });

  it('names a missing TLS configuration when the port answers with a TLS alert', async () => {
    const port = await tcpServer((socket) => {
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])));
    });
    assertReason((await endOf(ws(port))).reason, ['SENSR_TLS', 'tls', true, /choose a TLS configuration/]);
  });

  it('names a superfluous TLS configuration when the port speaks plain WebSocket', async () => {
    const { port } = await webSocketServer();
    assertReason((await endOf(wss(port, trusted))).reason, ['SENSR_TLS', 'tls', true, /no TLS on that port/]);
  });

  it('accepts a certificate of a known authority with the right name', async () => {
    const { port } = await webSocketServer((socket) => socket.close(), { key: good.key, cert: good.cert });
    const { calls } = await endOf(wss(port, trusted));
    assert.deepEqual(calls, ['open', 'end']);
  });

  it('names a certificate for another name', async () => {
    const other = makeCertificate({ name: 'other', issuer: authority, names: ['other.example'] });
    const { port } = await webSocketServer(undefined, { key: other.key, cert: other.cert });
    assertReason((await endOf(wss(port, trusted))).reason, ['SENSR_TLS', 'tls', true, /another name/]);
  });

  it('accepts another name when the name is not to be checked', async () => {
    const other = makeCertificate({ name: 'other', issuer: authority, names: ['other.example'] });
    const { port } = await webSocketServer((socket) => socket.close(), { key: other.key, cert: other.cert });
    const { calls } = await endOf(wss(port, { ...trusted, checkServerName: false }));
    assert.deepEqual(calls, ['open', 'end']);
  });

  it('still checks the chain when the name is not to be checked', async () => {
    const stranger = makeCertificate({ name: 'stranger', addresses: ['127.0.0.1'] });
    const { port } = await webSocketServer(undefined, { key: stranger.key, cert: stranger.cert });
    const { reason } = await endOf(wss(port, { ...trusted, checkServerName: false }));
    assertReason(reason, ['SENSR_TLS', 'tls', true, /self-signed/]);
  });

  it('accepts any certificate when certificates are not to be checked', async () => {
    const stranger = makeCertificate({ name: 'stranger' });
    const { port } = await webSocketServer((socket) => socket.close(), {
      key: stranger.key,
      cert: stranger.cert,
    });
    const { calls } = await endOf(wss(port, { rejectUnauthorized: false }));
    assert.deepEqual(calls, ['open', 'end']);
  });

  it('names an expired certificate', async () => {
    const old = makeCertificate({
      name: 'old',
      issuer: authority,
      addresses: ['127.0.0.1'],
      fromDays: -10,
      toDays: -1,
    });
    const { port } = await webSocketServer(undefined, { key: old.key, cert: old.cert });
    assertReason((await endOf(wss(port, trusted))).reason, ['SENSR_TLS', 'tls', true, /has expired/]);
  });

  it('names a certificate that is not valid yet', async () => {
    const young = makeCertificate({
      name: 'young',
      issuer: authority,
      addresses: ['127.0.0.1'],
      fromDays: 1,
    });
    const { port } = await webSocketServer(undefined, { key: young.key, cert: young.cert });
    assertReason((await endOf(wss(port, trusted))).reason, ['SENSR_TLS', 'tls', true, /not valid yet/]);
  });

  it('names a self-signed certificate', async () => {
    const own = makeCertificate({ name: 'own', addresses: ['127.0.0.1'] });
    const { port } = await webSocketServer(undefined, { key: own.key, cert: own.cert });
    assertReason((await endOf(wss(port))).reason, ['SENSR_TLS', 'tls', true, /self-signed/]);
  });

  it('names an unknown authority', async () => {
    const { port } = await webSocketServer(undefined, { key: good.key, cert: good.cert });
    assertReason((await endOf(wss(port))).reason, ['SENSR_TLS', 'tls', true, /authority is unknown/]);
  });

  it('names an authority that is sent along and not trusted', async () => {
    const { port } = await webSocketServer(undefined, { key: good.key, cert: good.cert + authority.cert });
    assertReason((await endOf(wss(port))).reason, ['SENSR_TLS', 'tls', true, /authority is not trusted/]);
  });

  it('names a client certificate that the server asked for and did not get', async () => {
    const secure = { key: good.key, cert: good.cert, ca: authority.cert, requestCert: true };
    const { port } = await webSocketServer(undefined, {
      ...secure,
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.2',
    });
    assertReason((await endOf(wss(port, trusted))).reason, [
      'SENSR_TLS',
      'tls',
      true,
      /secure connection failed/,
    ]);
  });

  it('presents the client certificate of the TLS configuration', async () => {
    const client = makeCertificate({ name: 'client', issuer: authority });
    const secure = { key: good.key, cert: good.cert, ca: authority.cert, requestCert: true };
    const names: unknown[] = [];
    const { port } = await webSocketServer((socket, { socket: carrier }) => {
      names.push((carrier as tls.TLSSocket).getPeerCertificate().subject.CN);
      socket.close();
    }, secure);
    const pem = { cert: Buffer.from(client.cert), key: client.key };
    await endOf(wss(port, { ...trusted, ...pem }));
    assert.deepEqual(names, ['client']);
  });

  for (const [what, secure] of [
    ['a certificate that is none', { cert: 'nonsense', key: good.key }],
    ['a key that is none', { cert: good.cert, key: 'nonsense' }],
    ['a key of another certificate', { cert: good.cert, key: authority.key }],
    ['a container that is none', { pfx: Buffer.from('nonsense') }],
  ] as const)
    it(`calls ${what} a matter of TLS that needs a person`, async () => {
      const { port } = await webSocketServer(undefined, { key: good.key, cert: good.cert });
      let reason: CloseReason;
      try {
        ({ reason } = await endOf(wss(port, secure)));
      } catch (error) {
        reason = reasonOf({ kind: 'error', error, opened: false }, wss(port));
      }
      assertReason(reason, ['SENSR_TLS', 'tls', true, /secure connection failed/]);
    });

  it('tells that the server found this client unresponsive', async () => {
    const { port } = await webSocketServer((socket) => socket.close(1001, 'timeout'));
    const { reason } = await endOf(ws(port));
    assertReason(reason, ['SENSR_CLOSED_BY_SERVER', 'closedByServer', false, /unresponsive/]);
  });

  it("tells that the server's buffer for this client was full", async () => {
    const { port } = await webSocketServer((socket) => socket.close(1011, 'Writing buffer is full'));
    assertReason((await endOf(ws(port))).reason, ['SENSR_TOO_SLOW', 'tooSlow', false, /buffer .* was full/]);
  });

  it('tells a server that goes away from one that found this client unresponsive', async () => {
    const { port } = await webSocketServer((socket) => socket.close(1001, 'restart'));
    const { reason } = await endOf(ws(port));
    assertReason(reason, ['SENSR_CLOSED_BY_SERVER', 'closedByServer', false, /\(1001 'restart'\)/]);
  });

  it('passes on any other close code and reason', async () => {
    const { port } = await webSocketServer((socket) => socket.close(1011, 'out of memory'));
    const { reason } = await endOf(ws(port));
    assertReason(reason, ['SENSR_CLOSED_BY_SERVER', 'closedByServer', false, /\(1011 'out of memory'\)/]);
  });

  it('tells an end without a closing handshake', async () => {
    const { port } = await webSocketServer((socket) => socket.terminate());
    const { reason } = await endOf(ws(port));
    assertReason(reason, ['SENSR_UNREACHABLE', 'lost', false, /without a word/]);
  });

  it('names maxFrameMB when a frame is larger', async () => {
    const { port } = await webSocketServer((socket) => socket.send(Buffer.alloc(3 * 1_048_576)));
    const { reason, calls } = await endOf({ ...ws(port), maxFrameBytes: 2 * 1_048_576 });
    assertReason(reason, ['SENSR_FRAME_TOO_LARGE', 'frameTooLarge', true, /more than 2 MB.*maxFrameMB/]);
    assert.deepEqual(calls, ['open', 'end']);
  });

  it('names a peer that breaks the protocol', async () => {
    const { port } = await webSocketServer((_, { socket }) => socket.write(Buffer.from([0xff, 0xff, 0xff])));
    assertReason((await endOf(ws(port))).reason, [
      'SENSR_PROTOCOL',
      'protocol',
      false,
      /broke the WebSocket/,
    ]);
  });

  it('names a port that speaks TLS but no WebSocket', async () => {
    const port = await listening(
      tls.createServer({ key: good.key, cert: good.cert }, (socket) => socket.end('hello\r\n')),
    );
    const { reason } = await endOf(wss(port, trusted));
    assertReason(reason, ['SENSR_NOT_WEBSOCKET', 'notWebSocket', true, /does not speak/]);
  });
});

describe('closeReason', () => {
  it('honors connectTimeout in its text', () => {
    const reason = reasonOf({ kind: 'connectTimeout' }, { connectTimeoutMs: 2500 });
    assertReason(reason, ['SENSR_TIMEOUT', 'timeout', false, /within 2\.5 s/]);
  });

  it('honors pongTimeout in its text', () => {
    const reason = reasonOf({ kind: 'silent' }, { pongTimeoutMs: 1500 });
    assertReason(reason, ['SENSR_SILENT', 'silent', false, /for 1\.5 s after a ping/]);
  });

  it('tells the limit for frames as it was set', () => {
    const error = Object.assign(new Error('Max payload size exceeded'), {
      code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
    });
    // 0.1 MB are no whole number of bytes.
    const reason = reasonOf({ kind: 'error', error, opened: true }, { maxFrameBytes: 104_857 });
    assert.match(reason.message, /more than 0\.1 MB/);
  });

  it('calls a connection that was closed by request no failure of anybody', () => {
    assertReason(reasonOf({ kind: 'requested' }), ['SENSR_CLOSED', 'closed', false, /by request/]);
  });

  for (const [code, errorCode, textKey, needsPerson] of [
    ['ECONNREFUSED', 'SENSR_UNREACHABLE', 'refused', false],
    ['ECONNRESET', 'SENSR_UNREACHABLE', 'lost', false],
    ['EPIPE', 'SENSR_UNREACHABLE', 'lost', false],
    ['ENOTFOUND', 'SENSR_UNREACHABLE', 'hostNotFound', true],
    ['EAI_AGAIN', 'SENSR_UNREACHABLE', 'hostNotFound', false],
    ['EHOSTUNREACH', 'SENSR_UNREACHABLE', 'unreachable', false],
    ['ENETUNREACH', 'SENSR_UNREACHABLE', 'unreachable', false],
    ['ETIMEDOUT', 'SENSR_TIMEOUT', 'timeout', false],
    ['EMFILE', 'SENSR_UNREACHABLE', 'unreachable', false],
  ] as const)
    it(`turns ${code} into ${errorCode} with the text ${textKey}`, () => {
      const error = Object.assign(new Error(`connect ${code}`), { code });
      const reason = reasonOf({ kind: 'error', error, opened: false });
      assertReason(reason, [errorCode, textKey, needsPerson, /./]);
      assert.deepEqual(reason.cause, { message: `connect ${code}`, code });
    });

  it('finds words for an error without any', () => {
    for (const error of [new Error(''), new AggregateError([]), undefined, 'text'])
      assertReason(reasonOf({ kind: 'error', error, opened: false }), [
        'SENSR_UNREACHABLE',
        'unreachable',
        false,
        /cannot be reached: \S/,
      ]);
  });

  it('takes no reset of an open connection for a missing TLS configuration', () => {
    const error = Object.assign(new Error('Parse Error'), {
      code: 'ECONNRESET',
      rawPacket: Buffer.from([0x15]),
    });
    assert.equal(reasonOf({ kind: 'error', error, opened: true }).textKey, 'lost');
  });

  it('gives a reason that crosses a thread', () => {
    const reason = reasonOf({ kind: 'error', error: new Error('x', { cause: 1 }), opened: true });
    assert.deepEqual(structuredClone(reason), reason);
  });
});
