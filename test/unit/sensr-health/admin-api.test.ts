import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AdminAddress } from '../../../nodes/health/admin-address';
import { AdminApi, type AdminCredentials } from '../../../nodes/health/admin-api';

interface Asked {
  readonly what: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** As Node-RED answers with adminAuth: one user, tokens by password. */
describe('the Admin API as a user', () => {
  let server: Server;
  let asked: Asked[];
  let password: string;
  let tokens: Set<string>;
  /** Answers this to the next sign-in, whatever the password. */
  let failNext: number | undefined;
  let redirects: boolean;
  /** Bodies of 200, or other statuses, by the end of the path: what something else than Node-RED answers. */
  let strange: Record<string, string | number>;
  let serial = 0;

  beforeEach(async () => {
    [asked, password, tokens, failNext, redirects, strange] = [[], 'right', new Set(), undefined, false, {}];
    server = createServer((request, response) => {
      void (async () => {
        const what = `${request.method ?? ''} ${request.url ?? ''}`;
        const form = new URLSearchParams(await text(request));
        asked.push({ what, form, headers: request.headers });
        const reply = (status: number, body: object = {}): void => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        };
        if (redirects) {
          response.writeHead(302, { location: `https://${request.headers.host ?? ''}/` }).end();
          return;
        }
        const [, odd] = Object.entries(strange).find(([end]) => what.endsWith(end)) ?? [];
        if (odd !== undefined) {
          response
            .writeHead(typeof odd === 'number' ? odd : 200)
            .end(typeof odd === 'string' ? odd : 'a page');
        } else if (what.endsWith('/auth/login')) {
          reply(200, { type: 'credentials' });
        } else if (what.endsWith('/auth/token')) {
          const status = failNext ?? (form.get('password') === password ? 200 : 403);
          failNext = undefined;
          const token = `token ${++serial}`;
          if (status === 200) tokens.add(token);
          reply(status, { access_token: token });
        } else {
          const isKnown = tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''));
          if (isKnown) reply(request.method === 'POST' ? 204 : 200, { state: 'start' });
          else response.writeHead(401, { 'www-authenticate': 'Bearer realm="Users"' }).end('Unauthorized');
        }
      })();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  // Each test has a port of its own, so that what the process remembers of one is nothing to the others.
  const address = (root = '/'): AdminAddress => ({
    protocol: 'http:',
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    root,
    own: true,
  });
  const api = (credentials: AdminCredentials = {}, root?: string): AdminApi =>
    new AdminApi(address(root), { username: 'admin', password: 'right', ...credentials });
  const count = (end: string): number => asked.filter(({ what }) => what.endsWith(end)).length;

  it('signs in once, however many ask at a time and afterwards', async () => {
    await Promise.all([api().preflight(), api().preflight(), api().reloadFlows()]);
    await api().reloadFlows();
    assert.equal(count('/auth/token'), 1, 'each sign-in leaves a session in Node-RED for a week');
    assert.equal(count('POST /flows'), 2);
    assert.equal(asked.at(-1)?.headers['node-red-deployment-type'], 'reload');
  });

  it('tries a wrong password exactly once, however many ask at a time and afterwards', async () => {
    const wrong = { password: 'wrong' };
    const results = await Promise.allSettled([
      api(wrong).preflight(),
      api(wrong).preflight(),
      api(wrong).reloadFlows(),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    await assert.rejects(api(wrong).reloadFlows(), {
      code: 'SENSR_ADMIN_API',
      message: /'admin' was refused \(403\).* it is not tried again/,
    });
    assert.equal(count('/auth/token'), 1);
    await api().reloadFlows();
    assert.equal(count('/auth/token'), 2, 'the right one is another');
  });

  it('takes a fault of the server for no refusal', async () => {
    failNext = 502;
    await assert.rejects(api().reloadFlows(), /expected a token, got 502/);
    await api().reloadFlows();
    assert.equal(count('POST /flows'), 1);
  });

  it('signs in anew when its token has run out', async () => {
    await api().reloadFlows();
    tokens.clear();
    await api().reloadFlows();
    assert.equal(count('/auth/token'), 2);
    tokens.clear();
    await api().preflight();
    assert.equal(count('/auth/token'), 3);
  });

  it('finds beforehand what is not the Admin API, and names where it looked', async () => {
    const { port } = address();
    const where = `http://127\\.0\\.0\\.1:${port}/`;
    const cases: readonly [Record<string, string | number>, string][] = [
      [{ '/auth/login': 404 }, `expected 200 from GET auth/login at ${where}, got 404: .* under Admin URL`],
      [{ '/auth/login': 401 }, `expected 200 from GET auth/login at ${where}, got 401`],
      [{ '/auth/login': '<html>', '/flows/state': '<html>' }, `the state of the flows .* got something else`],
      [{ '/flows/state': 404 }, `expected 200 from GET flows/state at ${where}, got 404: .* under Admin URL`],
      [{ '/flows/state': 502 }, `expected 200 from GET flows/state at ${where}, got 502`],
    ];
    for (const [answers, message] of cases) {
      strange = answers;
      await assert.rejects(api().preflight(), { code: 'SENSR_ADMIN_API', message: new RegExp(message) });
    }
  });

  it('finds beforehand that flows do not run', async () => {
    strange = { '/flows/state': JSON.stringify({ state: 'stop' }) };
    await assert.rejects(api().preflight(), { code: 'SENSR_ADMIN_API', message: /\(state 'stop'\)/ });
  });

  it('finds beforehand that a fixed token is wrong, or none that a header can carry', async () => {
    tokens.add('fixed');
    await api({ token: 'fixed' }).preflight();
    const refused = {
      code: 'SENSR_ADMIN_API',
      message: /that Node-RED knows, got 401 from GET flows\/state/,
    };
    await assert.rejects(api({ token: 'fixd' }).preflight(), refused);
    await assert.rejects(api({ token: '\u2026' }).preflight(), {
      code: 'SENSR_ADMIN_API',
      message: /cannot be asked: Invalid character in header/,
    });
    assert.equal(count('/auth/token'), 0);
  });

  it('keeps apart what is behind one address', async () => {
    await assert.rejects(api({ password: 'of two' }, '/one/').preflight());
    password = 'of two';
    await api({ password: 'of two' }, '/two/').preflight();
  });

  it('says what to do where Node-RED sends everybody to https', async () => {
    redirects = true;
    for (const act of ['preflight', 'reloadFlows'] as const)
      await assert.rejects(api()[act](), {
        code: 'SENSR_ADMIN_API',
        message:
          /got 302 to https:.*: enter the address at which Node-RED's editor is opened under Admin URL/,
      });
  });
});
