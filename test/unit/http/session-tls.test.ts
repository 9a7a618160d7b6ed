import assert from 'node:assert/strict';
import type { TLSSocket } from 'node:tls';
import type { RequestError } from '../../../lib/http/request-error';
import type { SecureOptions } from '../../../lib/tls-options';
import { makeCertificate, type CertificateOptions, type Identity } from '../socket/helpers/certificates';
import { closeAll, failureOf, get, openSession, webServer, type WebServer } from './helpers/sessions';

const pem = ({ key, cert }: Identity): Pick<SecureOptions, 'key' | 'cert'> => ({ key, cert });

describe('HttpSession with TLS', () => {
  const authority = makeCertificate({ name: 'authority', isAuthority: true });
  const good = makeCertificate({ name: 'good', issuer: authority, addresses: ['127.0.0.1'] });
  const trusted: SecureOptions = { ca: authority.cert, checkServerName: true };

  afterEach(closeAll);

  const server = (key: string, cert: string, change = {}): Promise<WebServer> =>
    webServer((_, response) => response.end('secret'), { key, cert, ...change });

  const serverWith = (options: CertificateOptions): Promise<WebServer> => {
    const { key, cert } = makeCertificate(options);
    return server(key, cert);
  };

  async function failing(
    { port, seen }: Pick<WebServer, 'port' | 'seen'>,
    secure: SecureOptions = trusted,
    message = /./,
  ): Promise<RequestError> {
    const session = openSession(port, { secure, retries: 3 });
    const error = await failureOf(session.request({ ...get('/p'), method: 'PUT' }));
    assert.deepEqual([error.code, error.outcome, error.attempts], ['SENSR_TLS', 'notSent', 1]);
    assert.match(error.message, message);
    assert.match(error.message, new RegExp(`^https://127.0.0.1:${port}/p`));
    assert.ok(error.cause instanceof Error);
    assert.equal(seen.length, 0);
    return error;
  }

  it('speaks to a server whose authority is trusted', async () => {
    const { port, connections } = await server(good.key, good.cert);
    const session = openSession(port, { secure: trusted });
    assert.match(session.url, /^https:/);
    for (let i = 0; i < 3; i += 1) assert.equal((await session.request(get())).text, 'secret');
    assert.equal(connections.ever, 1);
  });

  it('names a self-signed certificate', async () => {
    const own = await serverWith({ name: 'own', addresses: ['127.0.0.1'] });
    await failing(own, { checkServerName: true }, /self-signed and not trusted; add it as CA/);
  });

  it('names an unknown authority', async () => {
    await failing(await server(good.key, good.cert), { checkServerName: true }, /authority is unknown/);
  });

  it('names an authority that is sent along and not trusted', async () => {
    const chain = await server(good.key, good.cert + authority.cert);
    await failing(chain, { checkServerName: true }, /authority is not trusted/);
  });

  it('names a certificate that has expired', async () => {
    const options = { name: 'old', issuer: authority, addresses: ['127.0.0.1'], fromDays: -9, toDays: -1 };
    await failing(await serverWith(options), trusted, /has expired/);
  });

  it('names a certificate that is not valid yet', async () => {
    const options = { name: 'young', issuer: authority, addresses: ['127.0.0.1'], fromDays: 1 };
    await failing(await serverWith(options), trusted, /not valid yet; check the clocks/);
  });

  const elsewhere = { name: 'elsewhere', issuer: authority, names: ['elsewhere.example'] };

  it('names a certificate for another name', async () => {
    await failing(await serverWith(elsewhere), trusted, /for another name; use that name as host, or untick/);
  });

  it('honors the servername of the TLS configuration', async () => {
    const { port } = await serverWith(elsewhere);
    const secure = { ...trusted, servername: 'elsewhere.example' };
    assert.equal((await openSession(port, { secure }).request(get())).text, 'secret');
  });

  it('honors the checkServerName option: the chain is still checked', async () => {
    const { port, seen } = await serverWith(elsewhere);
    const secure = { ...trusted, checkServerName: false };
    assert.equal((await openSession(port, { secure }).request(get())).text, 'secret');
    seen.length = 0;
    await failing({ port, seen }, { checkServerName: false }, /authority is unknown/);
  });

  it('honors the rejectUnauthorized option', async () => {
    const { port } = await serverWith({ name: 'own' });
    const secure = { rejectUnauthorized: false, checkServerName: true };
    assert.equal((await openSession(port, { secure }).request(get())).text, 'secret');
  });

  const demanding = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };

  it('names a handshake that fails since a client certificate is missing', async () => {
    const strict = await server(good.key, good.cert, { ...demanding, maxVersion: 'TLSv1.2' });
    await failing(strict, trusted, /the secure connection failed: /);
  });

  for (const [what, own] of [
    ['is missing', {}],
    ['is of an unknown authority', pem(makeCertificate({ name: 'stranger' }))],
  ] as const)
    it(`says what may be wrong when the server breaks off as the client certificate ${what}`, async () => {
      const { port, seen } = await server(good.key, good.cert, demanding);
      const session = openSession(port, { secure: { ...trusted, ...own } });
      const error = await failureOf(session.request(get()));
      assert.equal(error.code, 'SENSR_UNREACHABLE');
      assert.match(error.message, /before it answered; if it demands a client certificate, choose one/);
      assert.equal(seen.length, 0);
    });

  it('presents the client certificate of the TLS configuration', async () => {
    const { key, cert } = makeCertificate({ name: 'client', issuer: authority });
    const secure = { key: good.key, cert: good.cert, ca: authority.cert, requestCert: true };
    const { port } = await webServer((request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    }, secure);
    const answer = await openSession(port, { secure: { ...trusted, key, cert } }).request(get());
    assert.equal(answer.text, 'client');
  });

  it('names a port without TLS', async () => {
    const plain = await webServer((_, response) => response.end());
    await failing(plain, trusted, /no TLS on that port; remove the TLS configuration or change the port/);
  });

  it('says of a port that breaks off at plain text that it may expect TLS', async () => {
    const { port } = await server(good.key, good.cert);
    const error = await failureOf(openSession(port).request(get()));
    assert.match(error.message, /choose a TLS configuration/);
  });

  for (const [what, secure] of [
    ['a certificate that is none', { cert: 'nonsense', key: good.key }],
    ['a key that is none', { cert: good.cert, key: 'nonsense' }],
    ['a container that is none', { pfx: Buffer.from('nonsense') }],
  ] as const)
    it(`calls ${what} a matter of TLS`, async () => {
      await failing(await server(good.key, good.cert), { ...trusted, ...secure });
    });
});
