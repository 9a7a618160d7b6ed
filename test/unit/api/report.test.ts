/** Answers made of several requests: the report, and lists with details. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { ApiClient } from '../../../lib/api/api-client';
import type { ErrorCode } from '../../../lib/errors';
import type { HttpRequest } from '../../../lib/http/request';
import { SensrError } from '../../../lib/errors';
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

const PROJECT = '/3.5/commands/project';
const SENSORS = '/3.5/settings/sensor-ext';
const ZONES = '/3.5/settings/zone';
const HEALTH = '/results/health';

const SITE: Readonly<Record<string, Reply>> = {
  [PROJECT]: '{"project_name":"yard"}',
  [SENSORS]: '["lidar_0","lidar_1"]',
  [`${SENSORS}?sensor-id=lidar_0`]: '{"uid":"lidar_0"}',
  [`${SENSORS}?sensor-id=lidar_1`]: '{"uid":"lidar_1"}',
  [ZONES]: '[1001,1002,1003]',
  [`${ZONES}?zone-id=1001`]: '{"id":1001}',
  [`${ZONES}?zone-id=1002`]: '{"id":1002}',
  [`${ZONES}?zone-id=1003`]: '{"id":1003}',
  [HEALTH]: '{"master":"OK"}',
};

function setup(change: Readonly<Record<string, Reply | Promise<Reply>>> = {}) {
  const site = { ...SITE, ...change };
  const session = new FakeSession(({ path }: HttpRequest) => site[path] ?? 404);
  return { session, client: new ApiClient(session, new FakeVersion('3.5'), { clock: new FakeClock() }) };
}

describe('a list with details', () => {
  it('gives the objects in the order of the list', async () => {
    const slow = deferred<Reply>();
    const { session, client } = setup({ [`${ZONES}?zone-id=1001`]: slow.promise });
    const running = client.run('zones.list', { params: { details: true } });
    await settled();
    assert.equal(session.requests.length, 4, 'all at once');
    slow.resolve('{"id":1001}');
    const { payload, errors, attempts, cached } = await running;
    assert.deepEqual(payload, [{ id: 1001 }, { id: 1002 }, { id: 1003 }]);
    assert.deepEqual([errors, attempts, cached], [undefined, 1, false]);
  });

  it('hands the filter to the list alone', async () => {
    const { session, client } = setup({ [`${SENSORS}?node-uri=algo_1`]: '["lidar_1"]' });
    const { payload } = await client.run('sensors.list', { params: { nodeUri: 'algo_1', details: true } });
    assert.deepEqual(payload, [{ uid: 'lidar_1' }]);
    assert.deepEqual(session.paths, [`GET ${SENSORS}?node-uri=algo_1`, `GET ${SENSORS}?sensor-id=lidar_1`]);
  });

  it('is empty where the list is', async () => {
    const { client } = setup({ [ZONES]: 'No zones' });
    assert.deepEqual((await client.run('zones.list', { params: { details: true } })).payload, []);
  });

  it('leaves out what fails, and says what and why', async () => {
    const { client } = setup({ [`${ZONES}?zone-id=1002`]: 400 });
    const { payload, errors } = await client.run('zones.list', { params: { details: true } });
    assert.deepEqual(payload, [{ id: 1001 }, { id: 1003 }]);
    const { code, message } = httpError(400);
    assert.deepEqual(errors, [{ operation: 'zones.get', params: { zoneId: 1002 }, code, message }]);
  });

  it('fails when all of them do, and when the list does', async () => {
    const broken = { [`${SENSORS}?sensor-id=lidar_0`]: 500, [`${SENSORS}?sensor-id=lidar_1`]: 400 };
    await assert.rejects(setup(broken).client.run('sensors.list', { params: { details: true } }), {
      code: 'SENSR_HTTP_500',
    });
    await assert.rejects(
      setup({ [SENSORS]: 400 }).client.run('sensors.list', { params: { details: true } }),
      { code: 'SENSR_HTTP_400' },
    );
  });

  it('is kept in parts', async () => {
    const { session, client } = setup();
    const options = { params: { details: true }, cacheMs: 1000 };
    await client.run('zones.list', options);
    const { cached, attempts } = await client.run('zones.list', options);
    assert.deepEqual([cached, attempts, session.requests.length], [true, 0, 4]);
    await client.run('zones.get', { params: { zoneId: 1001 }, cacheMs: 1000 });
    assert.equal(session.requests.length, 4);
  });
});

describe('report.get', () => {
  it('has project, sensors, zones and health, all asked for at once', async () => {
    const { session, client } = setup();
    const { payload, statusCode, attempts } = await client.run('report.get');
    assert.deepEqual(payload, {
      project: { project_name: 'yard' },
      sensors: [{ uid: 'lidar_0' }, { uid: 'lidar_1' }],
      zones: [{ id: 1001 }, { id: 1002 }, { id: 1003 }],
      health: { master: 'OK' },
      errors: [],
    });
    assert.deepEqual([statusCode, attempts, session.requests.length], [200, 1, 9]);
  });

  it('has null for a part that fails, and says why', async () => {
    const { client } = setup({
      [PROJECT]: 400,
      [ZONES]: '<html>',
      [`${SENSORS}?sensor-id=lidar_0`]: failure('SENSR_TIMEOUT', 'unknown'),
    });
    const { payload } = await client.run('report.get');
    const { project, sensors, zones, health, errors } = payload as Record<string, unknown> & {
      errors: { operation: string; params: object; code: string }[];
    };
    assert.deepEqual([project, sensors, zones, health], [null, [{ uid: 'lidar_1' }], null, { master: 'OK' }]);
    assert.deepEqual(
      errors.map(({ operation, params, code }) => [operation, params, code]),
      [
        ['project.current', {}, 'SENSR_HTTP_400'],
        ['zones.list', { details: true }, 'SENSR_BAD_RESPONSE'],
        ['sensors.get', { sensorId: 'lidar_0' }, 'SENSR_TIMEOUT'],
      ],
    );
  });

  it('fails when every part does', async () => {
    const { client } = setup({ [PROJECT]: 500, [SENSORS]: 500, [ZONES]: 500, [HEALTH]: 500 });
    await assert.rejects(client.run('report.get'), { code: 'SENSR_HTTP_500' });
  });

  const fatal: ErrorCode[] = [
    'SENSR_UNREACHABLE',
    'SENSR_TLS',
    'SENSR_CLOSED',
    'SENSR_HTTP_401',
    'SENSR_HTTP_403',
  ];
  for (const code of fatal)
    it(`fails at once with ${code} of any part, and gives up the others`, async () => {
      const { session, client } = setup({
        [`${ZONES}?zone-id=1002`]: failure(code, 'refused', code === 'SENSR_HTTP_401' ? 401 : undefined),
        [HEALTH]: new Promise<Reply>(() => undefined),
      });
      await assert.rejects(client.run('report.get'), { code });
      assert.equal(session.requests.find(({ path }) => path === HEALTH)?.signal?.aborted, true);
    });

  it('is given up with its signal', async () => {
    const { session, client } = setup({ [HEALTH]: new Promise<Reply>(() => undefined) });
    const abortion = new AbortController();
    const running = client.run('report.get', { signal: abortion.signal });
    await settled();
    abortion.abort(new SensrError('SENSR_CLOSED', 'closed'));
    await assert.rejects(running, { code: 'SENSR_CLOSED' });
    assert.ok(session.requests.some(({ signal }) => signal?.aborted));
    await assert.rejects(client.run('report.get', { signal: abortion.signal }), { code: 'SENSR_CLOSED' });
  });

  it('gives each request a signal of its own, lest dozens of listeners on one count as a leak', async () => {
    const { session, client } = setup();
    await client.run('report.get', { signal: new AbortController().signal });
    assert.equal(new Set(session.requests.map(({ signal }) => signal)).size, 9);
  });

  it('leaves no listener on its signal', async () => {
    const { signal } = new AbortController();
    await setup().client.run('report.get', { signal, cacheMs: 1000 });
    await setup().client.run('zones.list', { signal, cacheMs: 1000 });
    await assert.rejects(setup({ [HEALTH]: 401 }).client.run('report.get', { signal }));
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  it('comes from kept parts, with cacheMs', async () => {
    const { session, client } = setup();
    await client.run('report.get', { cacheMs: 1000 });
    const { cached } = await client.run('report.get', { cacheMs: 1000 });
    assert.deepEqual([cached, session.requests.length], [true, 9]);
    await client.run('report.get');
    assert.equal(session.requests.length, 18);
  });
});
