import assert from 'node:assert/strict';
import { ApiClient } from '../../../lib/api/api-client';
import { RequestError, type Outcome } from '../../../lib/http/request-error';
import { SensrError, codeOf } from '../../../lib/errors';
import { FakeClock } from '../../helpers/fake-clock';
import {
  FakeSession,
  FakeVersion,
  deferred,
  failure,
  httpError,
  settled,
  type Reply,
} from './helpers/fake-session';
import { ZONE } from './helpers/zone';

function setup(reply: FakeSession['reply'], ...found: (string | Error)[]) {
  const session = new FakeSession(reply);
  const version = new FakeVersion(...found);
  const clock = new FakeClock();
  const client = new ApiClient(session, version, { clock });
  return { session, version, clock, client };
}

/** Answers by path, without query; 404 to everything else. */
const server =
  (replies: Record<string, Reply>) =>
  ({ method, path }: { method: string; path: string }): Reply =>
    replies[`${method} ${path}`] ?? replies[path.split('?')[0]!] ?? 404;

const outcomeOf = (error: unknown): Outcome | undefined =>
  error instanceof RequestError ? error.outcome : undefined;

describe('ApiClient', () => {
  it('answers with payload, status, headers, duration and attempts', async () => {
    const work = deferred<Reply>();
    const { session, clock, client } = setup(() => work.promise);
    const running = client.run('zones.list');
    await settled();
    clock.advance(40);
    work.resolve('[1203]');
    assert.deepEqual(await running, {
      payload: [1203],
      statusCode: 200,
      headers: { 'content-type': 'text/plain' },
      durationMs: 40,
      attempts: 1,
      cached: false,
    });
    assert.deepEqual(session.paths, ['GET /3.5/settings/zone']);
  });

  it('runs what was prepared earlier, and hands on the signal', async () => {
    const { session, client } = setup(() => new Promise<Reply>(() => undefined));
    const prepared = client.prepare('zones.get', { zoneId: 7 }, undefined);
    assert.deepEqual([prepared.writes, prepared.needsApply, session.requests.length], [false, false, 0]);
    const abortion = new AbortController();
    const running = client.run(prepared, { signal: abortion.signal });
    await settled();
    abortion.abort(new SensrError('SENSR_CLOSED', 'closed'));
    await assert.rejects(running, { code: 'SENSR_CLOSED' });
  });

  it('sends nothing of what is wrong', async () => {
    const { session, version, client } = setup(() => '[]');
    await assert.rejects(client.run('zones.get', { params: { zoneId: 'x' } }), { code: 'SENSR_BAD_REQUEST' });
    await assert.rejects(client.run('zones.create', { payload: {} }), { code: 'SENSR_BAD_REQUEST' });
    assert.deepEqual([session.requests.length, version.detections], [0, 0]);
  });

  describe('with the API version', () => {
    it('finds it out once, and asks for results without', async () => {
      const { session, version, client } = setup(
        server({ '/results/health': '{}', '/v3.4/settings/zone': '[]' }),
        'v3.4',
      );
      await client.run('health.get');
      assert.equal(version.detections, 0);
      await Promise.all([client.run('zones.list'), client.run('zones.list')]);
      assert.deepEqual(session.paths, [
        'GET /results/health',
        'GET /v3.4/settings/zone',
        'GET /v3.4/settings/zone',
      ]);
    });

    it('leaves it out where the edition has none', async () => {
      const { session, client } = setup(() => '0.5', '');
      await client.run('algorithm.get', { params: { nodeType: 'algo', nodeUri: 'x' } });
      await client.run('request', { params: { path: '/{v}/settings/app' } });
      assert.deepEqual(session.paths, [
        'GET /settings/algorithm?node-type=algo&node-uri=x',
        'GET /settings/app',
      ]);
    });

    it('tries results with the version after a 404, and remembers what worked', async () => {
      const { session, client } = setup(
        server({ '/2.4/results/health': '{}', '/2.4/results/zone': 400 }),
        '2.4',
      );
      await client.run('health.get');
      await client.run('health.get');
      assert.deepEqual(session.paths, [
        'GET /results/health',
        'GET /2.4/results/health',
        'GET /2.4/results/health',
      ]);
      session.reply = server({ '/results/health': '{}' });
      await client.run('health.get');
      await client.run('health.get');
      assert.deepEqual(session.paths.slice(-2), ['GET /results/health', 'GET /results/health']);
    });

    it('learns from a 400 too which of the two paths is there', async () => {
      const { session, client } = setup(server({ '/2.4/results/zone': 400 }), '2.4');
      for (let round = 0; round < 2; round += 1)
        await assert.rejects(client.run('zones.status', { params: { zoneId: 5 } }), {
          code: 'SENSR_HTTP_400',
        });
      assert.deepEqual(session.paths, [
        'GET /results/zone?id=5',
        'GET /2.4/results/zone?id=5',
        'GET /2.4/results/zone?id=5',
      ]);
    });

    it('tries settings that 2.x has too without the version after a 404, and no others', async () => {
      const { session, client } = setup(
        server({ '/settings/algorithm': '0.5', '/settings/zone': '[]' }),
        '2.0',
      );
      const params = { nodeType: 'algo', nodeUri: 'x' };
      for (let round = 0; round < 2; round += 1)
        assert.equal((await client.run('algorithm.get', { params })).payload, 0.5);
      assert.deepEqual(
        session.paths.map((path) => path.split('?')[0]),
        ['GET /2.0/settings/algorithm', 'GET /settings/algorithm', 'GET /settings/algorithm'],
      );
      await assert.rejects(client.run('zones.list'), { code: 'SENSR_HTTP_404' });
    });

    it('asks once where there is no version and so no other path', async () => {
      const { session, client } = setup(() => 404, '');
      await assert.rejects(client.run('app.get'), { code: 'SENSR_HTTP_404' });
      assert.deepEqual(session.paths, ['GET /settings/app']);
    });

    it('tells of the usual path when results are on neither', async () => {
      const { session, client } = setup(() => 404, new SensrError('SENSR_BAD_RESPONSE', 'no version'));
      await assert.rejects(client.run('health.get'), { code: 'SENSR_HTTP_404' });
      assert.deepEqual(session.paths, ['GET /results/health']);
    });

    it('finds it out again after a 404, and repeats under another one, also what creates', async () => {
      const { session, version, client } = setup(server({ '/3.5/settings/zone': '"1205"' }), '3.4', '3.5');
      assert.equal((await client.run('zones.create', { payload: ZONE })).payload, 1205);
      assert.deepEqual(session.paths, ['PUT /3.4/settings/zone', 'PUT /3.5/settings/zone']);
      assert.deepEqual(session.requests[0]?.body, session.requests[1]?.body);
      assert.equal(version.detections, 2);
    });

    it('repeats nothing when it is the same, and does not look for it at each 404', async () => {
      const { session, version, clock, client } = setup(() => 404, '3.5');
      const fail = () =>
        assert.rejects(client.run('zones.delete', { params: { zoneId: 7 } }), { code: 'SENSR_HTTP_404' });
      await fail();
      await fail();
      assert.deepEqual(
        [session.requests.length, version.detections],
        [2, 2],
        'at first, and after the first 404',
      );
      clock.advance(60_000);
      await fail();
      assert.equal(version.detections, 3);
    });

    it('looks for it once for many that fail together', async () => {
      const { session, version, client } = setup(
        ({ path }) => (path.startsWith('/3.5/') ? '{}' : 404),
        '3.5',
      );
      version.current = '3.4';
      const ids = Array.from({ length: 5 }, (_, zoneId) => zoneId);
      await Promise.all(ids.map((zoneId) => client.run('zones.get', { params: { zoneId } })));
      assert.deepEqual([version.detections, session.requests.length], [1, 10]);
    });

    it('does not repeat after a 404 that leaves open whether it was done, nor after one of a proxy', async () => {
      for (const outcome of ['unknown', 'notSent'] as const) {
        const { session, version, client } = setup(
          () => failure('SENSR_HTTP_404', outcome, 404),
          '3.4',
          '3.5',
        );
        await assert.rejects(client.run('zones.delete', { params: { zoneId: 7 } }), {
          code: 'SENSR_HTTP_404',
        });
        assert.deepEqual([session.requests.length, version.detections], [1, 1]);
      }
    });

    it('says that a write was not sent when the version cannot be found, whatever its search met', async () => {
      for (const error of [
        failure('SENSR_TIMEOUT', 'unknown'),
        new SensrError('SENSR_BAD_RESPONSE', 'none'),
      ]) {
        const { session, client } = setup(() => 404, error);
        await assert.rejects(
          client.run('zones.create', { payload: ZONE }),
          (found) => outcomeOf(found) === 'notSent' && codeOf(found) === error.code,
        );
        assert.equal(session.requests.length, 0);
      }
    });
  });

  describe('with an answer that cannot be read', () => {
    it('leaves open whether a write was carried out', async () => {
      const { client } = setup(() => '<!DOCTYPE html>', '3.5');
      await assert.rejects(client.run('zones.create', { payload: ZONE }), (error) => {
        assert.ok(error instanceof RequestError);
        assert.deepEqual(
          [error.code, error.outcome, error.statusCode, error.body],
          ['SENSR_BAD_RESPONSE', 'unknown', 200, '<!DOCTYPE html>'],
        );
        assert.match(
          error.message,
          /^zones\.create: expected .*\. It is not known whether SENSR carried it out$/,
        );
        return true;
      });
    });

    it('says of a read only what came', async () => {
      const { client } = setup(() => '<html>', '3.5');
      await assert.rejects(client.run('zones.list'), {
        message: "zones.list: expected SENSR's answer, got '<html>'",
      });
    });
  });

  describe('with kept answers', () => {
    const replies = {
      '/3.5/settings/zone': '[1]',
      '/3.5/settings/sensor-ext': '["s"]',
      '/results/health': '{}',
    };

    it('honors cacheMs, and gives each message objects of its own', async () => {
      const { session, client } = setup(server(replies));
      const results = await Promise.all([1, 2, 3].map(() => client.run('zones.list', { cacheMs: 1000 })));
      results.push(await client.run('zones.list', { cacheMs: 1000 }));
      assert.equal(session.requests.length, 1);
      assert.deepEqual(
        results.map(({ cached, attempts }) => [cached, attempts]),
        [
          [false, 1],
          [true, 0],
          [true, 0],
          [true, 0],
        ],
      );
      for (const { payload } of results) (payload as unknown[]).push('changed by a flow');
      assert.deepEqual((await client.run('zones.list', { cacheMs: 1000 })).payload, [1]);
    });

    it('asks each time without cacheMs, also at the same time', async () => {
      const { session, client } = setup(server(replies));
      await Promise.all([client.run('zones.list'), client.run('zones.list', { cacheMs: 0 })]);
      assert.equal(session.requests.length, 2);
    });

    it('keeps no answer that cannot be read', async () => {
      const { session, client } = setup(() => '[1');
      await assert.rejects(client.run('zones.list', { cacheMs: 1000 }), { code: 'SENSR_BAD_RESPONSE' });
      session.reply = () => '[1]';
      assert.deepEqual((await client.run('zones.list', { cacheMs: 1000 })).payload, [1]);
    });

    const kept = async (client: ApiClient): Promise<string[]> => {
      const names = ['zones.list', 'sensors.list', 'health.get', 'nodes.list'];
      const answers = await Promise.all(names.map((name) => client.run(name, { cacheMs: 60_000 })));
      return names.filter((_, index) => answers[index]!.cached);
    };
    const writes: [string, object, string[]][] = [
      ['zones.delete', { params: { zoneId: 1 } }, ['sensors.list', 'health.get', 'nodes.list']],
      ['sensors.delete', { params: { sensorId: 's' } }, ['zones.list', 'health.get', 'nodes.list']],
      ['nodes.delete', { params: { nodeUri: 'n' } }, ['zones.list']],
      ['commands.apply', {}, []],
      ['commands.reload', {}, []],
      ['commands.cancel', {}, []],
      ['commands.start', { params: { mode: 'runtime' } }, []],
      ['project.load', { params: { name: 'x' } }, []],
      ['project.create', { params: { name: 'x' } }, []],
      ['request', { params: { method: 'POST', path: '/x' } }, []],
      ['request', { params: { path: '/x' } }, ['zones.list', 'sensors.list', 'health.get', 'nodes.list']],
    ];
    for (const [name, options, left] of writes)
      it(`keeps after ${name} ${JSON.stringify(options)} only ${left.join(', ') || 'nothing'}`, async () => {
        const { session, client } = setup(server(replies));
        await kept(client);
        const read = session.reply;
        session.reply = (request) =>
          request.method === 'GET' && request.path !== '/x' ? read(request) : 'ok';
        await client.run(name, options);
        assert.deepEqual(await kept(client), left);
      });

    const outcomes: [Error, boolean][] = [
      [failure('SENSR_TIMEOUT', 'unknown'), false],
      [httpError(500), false],
      [httpError(400), true],
      [failure('SENSR_UNREACHABLE', 'notSent'), true],
    ];
    for (const [error, isKept] of outcomes)
      it(`${isKept ? 'keeps' : 'drops'} what it has after a write that ends with ${error.message}`, async () => {
        const { session, client } = setup(server(replies));
        await client.run('zones.list', { cacheMs: 60_000 });
        session.reply = () => error;
        await assert.rejects(client.run('zones.delete', { params: { zoneId: 1 } }));
        session.reply = server(replies);
        assert.equal((await client.run('zones.list', { cacheMs: 60_000 })).cached, isKept);
      });

    it('does not keep what was read while a write was under way', async () => {
      const read = deferred<Reply>();
      const { session, client } = setup(({ method }) => (method === 'GET' ? read.promise : 'ok'));
      const early = client.run('zones.list', { cacheMs: 60_000 });
      await settled();
      await client.run('zones.delete', { params: { zoneId: 1 } });
      read.resolve('[1]');
      await early;
      session.reply = () => '[]';
      assert.deepEqual((await client.run('zones.list', { cacheMs: 60_000 })).payload, []);
    });
  });

  it('applies once after many writes, and says for how many', async () => {
    const { session, clock, client } = setup(() => 'ok');
    const told: unknown[] = [];
    client.applyLater((error, writes) => told.push([error, writes]));
    client.applyLater((error, writes) => told.push([error, writes]));
    clock.advance(300);
    await settled();
    assert.deepEqual(
      [session.paths, told],
      [
        ['POST /3.5/commands/apply-change'],
        [
          [undefined, 2],
          [undefined, 2],
        ],
      ],
    );
  });

  it('close() applies what waits, twice is once, and leaves no timer', async () => {
    for (const [answer, unapplied] of [
      ['ok', 0],
      [new SensrError('SENSR_UNREACHABLE', 'gone'), 1],
    ] as const) {
      const { clock, client } = setup(() => answer);
      client.applyLater(() => undefined);
      const closed = [client.close(), client.close()];
      assert.deepEqual(await Promise.all(closed), [unapplied, unapplied]);
      assert.equal(clock.pending, 0);
    }
  });
});
