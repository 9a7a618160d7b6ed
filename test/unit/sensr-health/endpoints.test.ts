import assert from 'node:assert/strict';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import type { HealthState } from '../../../lib/health/decide/states';
import {
  registerEndpoints,
  type EndpointOptions,
  type EndpointSource,
} from '../../../nodes/health/endpoints';
import type { Red } from '../../../nodes/common/red-types';
import { parseExposition } from '../health/export/helpers/exposition';
import { REPORT, SAMPLE, SERVER, SNAPSHOT, SOCKET } from '../health/export/helpers/snapshot';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const HISTORY = { fine: [SAMPLE], coarse: [SAMPLE] };

/** What a test changes of what the endpoints ask. */
class FakeSource implements EndpointSource {
  options: EndpointOptions | undefined = { side: 'http', prefix: '', token: undefined };
  state: HealthState = 'normal';
  sample: typeof SAMPLE | undefined = SAMPLE;
  failure: Error | undefined;
  asked = 0;

  readonly endpoints = (): EndpointOptions | undefined => {
    this.asked += 1;
    return this.options;
  };
  readonly snapshot = () => {
    if (this.failure) throw this.failure;
    return { ...SNAPSHOT, sample: this.sample, report: { ...REPORT, status: this.state } };
  };
  readonly status = () => {
    if (this.failure) throw this.failure;
    return { ...REPORT, status: this.state, sample: this.sample };
  };
  readonly history = () => HISTORY;
}

describe('health endpoints', () => {
  let source: FakeSource;
  let server: Server;
  let logged: string[];
  let red: Red;
  let permissions: string[];

  beforeEach(async () => {
    source = new FakeSource();
    logged = [];
    permissions = [];
    const [httpNode, httpAdmin] = [express(), express()];
    red = {
      httpNode,
      httpAdmin,
      log: { error: (message: string) => logged.push(message) },
      auth: {
        needsPermission: (permission: string) => {
          const middleware: express.RequestHandler = (request, response, next) => {
            permissions.push(permission);
            const user = request.headers['x-user'];
            if (user === 'nobody') response.status(401).end();
            else {
              if (user !== undefined) Object.assign(request, { user: { anonymous: user === 'anonymous' } });
              next();
            }
          };
          return middleware;
        },
      },
    } as unknown as Red;
    registerEndpoints(red, source);
    // As Node-RED does it: each side below its root.
    const main = express();
    main.use('/admin', httpAdmin);
    main.use('/api', httpNode);
    httpNode.get('/flow', (_, response) => {
      response.send('of a flow');
    });
    server = createServer(main as RequestListener).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    const { port } = server.address() as AddressInfo;
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }).end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  }

  const offer = (options: Partial<EndpointOptions>): void => {
    source.options = { side: 'http', prefix: '', token: undefined, ...options };
  };

  it('answer /sensr/health with the state, and nothing that is secret', async () => {
    const { status, headers, body } = await ask('/api/sensr/health');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-store');
    assert.deepEqual(JSON.parse(body), { status: 'normal', uptimeS: 1100, version: '1.2.3' });
  });

  it('answer 503 in the states that a supervisor may end, and in no others', async () => {
    const expected: Readonly<Record<HealthState, number>> = {
      ...{ starting: 200, normal: 200, warning: 200, critical: 200, recovering: 200, locked: 200 },
      ...{ unhealthy: 503, stopping: 503 },
    };
    for (const [state, status] of Object.entries(expected)) {
      source.state = state as HealthState;
      assert.equal((await ask('/api/sensr/health')).status, status, state);
      assert.equal((await ask('/api/sensr/health?ready=1')).status, status, `${state}, ready`);
    }
  });

  it('are not ready while SENSR is disconnected, and alive all the same', async () => {
    const output = { ...SOCKET, state: 'waiting' as const };
    for (const sample of [{ ...SAMPLE, servers: { crossing: { ...SERVER, output } } }, undefined]) {
      source.sample = sample;
      const ready = await ask('/api/sensr/health?ready=1');
      assert.equal(ready.status, 503);
      assert.equal((JSON.parse(ready.body) as { connected: boolean }).connected, false);
      assert.equal((await ask('/api/sensr/health')).status, 200);
      assert.equal((await ask('/api/sensr/health?ready=0')).status, 200);
    }
  });

  it('answer with details whatever the state', async () => {
    source.state = 'unhealthy';
    const { status, body } = await ask('/api/sensr/health/detailed');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), JSON.parse(JSON.stringify({ ...source.status(), history: HISTORY })));
    const history = await ask('/api/sensr/health/metrics');
    assert.deepEqual(JSON.parse(history.body), JSON.parse(JSON.stringify(HISTORY)));
  });

  it('answer Prometheus in its own format', async () => {
    const { status, headers, body } = await ask('/api/sensr/metrics');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-store');
    assert.ok(parseExposition(body).has('sensr_health_state'));
  });

  it('answer HEAD without a body, and other methods with 405', async () => {
    const head = await ask('/api/sensr/health', {}, 'HEAD');
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.ok(Number(head.headers['content-length']) > 0);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const refused = await ask('/api/sensr/health', {}, method);
      assert.deepEqual([refused.status, refused.headers.allow], [405, 'GET, HEAD'], method);
    }
  });

  it('are not there while no node offers them, and touch no other path', async () => {
    for (const path of ['/api/sensr', '/api/sensr/healthy', '/api/sensr/health/other', '/api/x/sensr/health'])
      assert.equal((await ask(path)).status, 404, path);
    assert.equal((await ask('/api/flow')).body, 'of a flow');
    assert.equal((await ask('/api/sensr/health/')).status, 200);
    for (const path of ['/api//', '/api/%zz', '/api/constructor', '/api/sensr/health/__proto__'])
      assert.ok([400, 404].includes((await ask(path)).status), path);
    source.options = undefined;
    assert.equal((await ask('/api/sensr/health')).status, 404);
    assert.equal((await ask('/api/sensr/metrics')).status, 404);
    assert.equal((await ask('/admin/sensr/health')).status, 404);
  });

  it('are on the side and below the prefix that the node says, as it is deployed', async () => {
    for (const prefix of ['plant', '/plant/', '/plant']) {
      offer({ prefix });
      assert.equal((await ask('/api/plant/sensr/health')).status, 200, prefix);
      assert.equal((await ask('/api/sensr/health')).status, 404);
    }
    offer({ side: 'admin' });
    assert.equal((await ask('/admin/sensr/health')).status, 200);
    assert.equal((await ask('/api/sensr/health')).status, 404);
  });

  it('ask for the token, and say so', async () => {
    offer({ token: 'secret-1' });
    for (const path of [
      '/sensr/health',
      '/sensr/health/detailed',
      '/sensr/health/metrics',
      '/sensr/metrics',
    ]) {
      const refused = await ask(`/api${path}`);
      assert.equal(refused.status, 401, path);
      assert.match(refused.headers['www-authenticate'] ?? '', /^Bearer /);
      assert.equal(refused.headers['cache-control'], 'no-store');
      assert.equal((await ask(`/api${path}`, { authorization: 'Bearer secret-1' })).status, 200, path);
    }
    for (const authorization of [
      'Bearer secret-2',
      'Bearer secret-11',
      'Bearer ',
      'Basic secret-1',
      'secret-1',
    ])
      assert.equal((await ask('/api/sensr/health', { authorization })).status, 401, authorization);
    assert.equal((await ask('/api/sensr/health', { authorization: 'bearer secret-1' })).status, 200);
  });

  it('need the permission on the admin side, each of them', async () => {
    offer({ side: 'admin' });
    for (const path of [
      '/sensr/health',
      '/sensr/health/detailed',
      '/sensr/health/metrics',
      '/sensr/metrics',
    ]) {
      assert.equal((await ask(`/admin${path}`, { 'x-user': 'nobody' })).status, 401, path);
      assert.equal((await ask(`/admin${path}`, { 'x-user': 'jane' })).status, 200, path);
    }
    assert.deepEqual(new Set(permissions), new Set(['sensr-health.read']));
    permissions = [];
    await ask('/admin/elsewhere');
    assert.deepEqual(permissions, []);
  });

  it('ask on the admin side for the token of whoever has not signed in', async () => {
    offer({ side: 'admin', token: 'secret' });
    const authorization = 'Bearer secret';
    assert.equal((await ask('/admin/sensr/health')).status, 401);
    assert.equal((await ask('/admin/sensr/health', { 'x-user': 'anonymous' })).status, 401);
    assert.equal((await ask('/admin/sensr/health', { 'x-user': 'anonymous', authorization })).status, 200);
    assert.equal((await ask('/admin/sensr/health', { 'x-user': 'jane' })).status, 200);
    assert.equal((await ask('/admin/sensr/health', { 'x-user': 'nobody', authorization })).status, 401);
  });

  it('answer 500 when something goes wrong inside, tell the log once, and go on', async () => {
    source.failure = new Error('boom');
    for (const path of ['/sensr/health', '/sensr/health/detailed', '/sensr/metrics']) {
      const { status, body } = await ask(`/api${path}`);
      assert.equal(status, 500, path);
      assert.ok(!body.includes('boom'));
    }
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? '', /boom/);
    source.failure = undefined;
    assert.equal((await ask('/api/sensr/health')).status, 200);
  });

  it('let every other request pass when the source fails before it is known whose it is', async () => {
    offer({ prefix: 'not a path' });
    assert.equal((await ask('/api/flow')).body, 'of a flow');
    assert.equal((await ask('/api/sensr/health')).status, 404);
  });

  it('are registered once, and follow the source that came last', async () => {
    const newer = new FakeSource();
    newer.state = 'unhealthy';
    registerEndpoints(red, newer);
    assert.equal((await ask('/api/sensr/health')).status, 503);
    newer.options = undefined;
    assert.equal((await ask('/api/sensr/health')).status, 404);
    assert.equal(source.asked, 0);
  });

  it('do without a side that Node-RED does not have', () => {
    const sidesOf = (httpNode: unknown, httpAdmin: unknown): string[] => [
      ...registerEndpoints({ ...red, httpNode, httpAdmin } as unknown as Red, source),
    ];
    assert.deepEqual(sidesOf(undefined, express()), ['admin']);
    assert.deepEqual(sidesOf(false, false), []);
    assert.deepEqual(sidesOf(express(), express()), ['http', 'admin']);
  });
});
