/** Every operation of SENSR's REST API: what is sent for it, as the API's own description has it. */
import assert from 'node:assert/strict';
import { builtinModules } from 'node:module';
import { build } from 'esbuild';
import { buildRequest, prepareRequest } from '../../../lib/api/build-request';
import { OPERATIONS, OPERATION_NAMES } from '../../../lib/api/operations';

const ZONE = {
  name: 'dock',
  zone_type: 'Event',
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
};
const TRANSFORM = { base_to_origin: { tx: 1, ty: 2 }, sensor_to_base: { tz: 0, qw: 1, qx: 0, qy: 0, qz: 0 } };
const RANGE = { x_range: [-1, 1], y_range: [-1, 1], z_range: [-1, 1] };
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';
const ALGORITHM = { nodeType: 'master', nodeUri: 'common', configId: 'a.b' };
const ALGORITHM_QUERY = '?node-type=master&node-uri=common&config-id=a.b';

type Row = [
  name: string,
  params: Record<string, unknown>,
  payload: unknown,
  sent: string,
  body?: [text: string, type: string] | undefined,
  timeout?: 'long',
];
const json = (value: unknown): [string, string] => [JSON.stringify(value), JSON_TYPE];

/** `{v}`: the version. */
const ROWS: readonly Row[] = [
  [
    'objects.shape',
    { id: 17, time: '2024-05-06T07:08:09.25Z' },
    0,
    'GET /results/object/shape?id=17&time=2024-05-06T07%3A08%3A09.250Z',
  ],
  ['objects.shape', { id: '17' }, 0, 'GET /results/object/shape?id=17'],
  ['objects.history', { id: 17, length: -1 }, 0, 'GET /results/object/history?id=17&length=-1'],
  ['zones.status', {}, 0, 'GET /results/zone?id=0'],
  ['zones.status', { zoneId: 1203 }, 0, 'GET /results/zone?id=1203'],
  ['zones.status', { id: 1203 }, 0, 'GET /results/zone?id=1203'],
  ['health.get', {}, 0, 'GET /results/health'],
  ['nodes.list', {}, 0, 'GET /results/health'],
  ['edges.list', {}, 0, 'GET /results/health'],
  ['commands.start', { mode: 'runtime' }, 0, 'POST /{v}/commands/start?mode=runtime', undefined, 'long'],
  ['commands.apply', {}, 0, 'POST /{v}/commands/apply-change', undefined, 'long'],
  ['commands.reload', {}, 0, 'POST /{v}/commands/reload', undefined, 'long'],
  ['commands.cancel', {}, 0, 'POST /{v}/commands/cancel', undefined, 'long'],
  ['commands.list', {}, 0, 'GET /{v}/commands/info/list', undefined, 'long'],
  [
    'commands.custom',
    { commandId: 'demo', commandParam: 'a;b' },
    0,
    'POST /{v}/commands/custom?cmd-id=demo&cmd-param=a%3Bb',
    undefined,
    'long',
  ],
  [
    'project.list',
    { path: '/srv/x' },
    0,
    'GET /{v}/commands/project/list?path=%2Fsrv%2Fx',
    undefined,
    'long',
  ],
  ['project.current', {}, 0, 'GET /{v}/commands/project', undefined, 'long'],
  ['project.create', { name: 'yard c' }, 0, 'PUT /{v}/commands/project?name=yard%20c', undefined, 'long'],
  [
    'project.load',
    { name: 'a&b=ü', path: '/x' },
    0,
    'POST /{v}/commands/project?name=a%26b%3D%C3%BC&path=%2Fx',
    undefined,
    'long',
  ],
  ['zones.fields', {}, 0, 'GET /{v}/settings/zone/list'],
  ['zones.list', {}, 0, 'GET /{v}/settings/zone'],
  ['zones.list', { details: true }, 0, 'GET /{v}/settings/zone'],
  ['zones.get', { zoneId: 1203 }, 0, 'GET /{v}/settings/zone?zone-id=1203'],
  ['zones.get', { 'zone-id': '1203' }, 0, 'GET /{v}/settings/zone?zone-id=1203'],
  ['zones.create', {}, { id: 7, ...ZONE }, 'PUT /{v}/settings/zone', json(ZONE)],
  ['zones.update', {}, { id: 7, ...ZONE }, 'POST /{v}/settings/zone', json({ id: 7, ...ZONE })],
  ['zones.delete', { zoneId: 1205 }, 0, 'DELETE /{v}/settings/zone?zone-id=1205'],
  ['zones.deleteAll', {}, 0, 'DELETE /{v}/settings/zone-all'],
  ['sensors.fields', { sensorType: 'lidar' }, 0, 'GET /{v}/settings/sensor-ext/list?sensor-type=lidar'],
  ['sensors.list', {}, 0, 'GET /{v}/settings/sensor-ext'],
  [
    'sensors.list',
    { nodeUri: 'algo_0001', details: 'true' },
    0,
    'GET /{v}/settings/sensor-ext?node-uri=algo_0001',
  ],
  ['sensors.get', { sensorId: 'lidar_0004' }, 0, 'GET /{v}/settings/sensor-ext?sensor-id=lidar_0004'],
  [
    'sensors.create',
    { nodeUri: 'algo_0001', sensorType: 'lidar' },
    { uid: 'x', topic: '/t' },
    'PUT /{v}/settings/sensor-ext?node-uri=algo_0001&sensor-type=lidar',
    json({ topic: '/t' }),
  ],
  [
    'sensors.update',
    {},
    { uid: 'lidar_0004', topic: '/t' },
    'POST /{v}/settings/sensor-ext',
    json({ uid: 'lidar_0004', topic: '/t' }),
  ],
  ['sensors.delete', { sensorId: 'lidar_0006' }, 0, 'DELETE /{v}/settings/sensor-ext?sensor-id=lidar_0006'],
  ['nodes.fields', {}, 0, 'GET /{v}/settings/node/list'],
  ['nodes.get', { nodeUri: 'algo_0001' }, 0, 'GET /{v}/settings/node?node-uri=algo_0001'],
  ['nodes.getTransform', { nodeUri: 'algo_0001' }, 0, 'GET /{v}/settings/node-transform?node-uri=algo_0001'],
  [
    'nodes.getRange',
    { nodeUri: 'algo_0001' },
    0,
    'GET /{v}/settings/node-detection-range?node-uri=algo_0001',
  ],
  [
    'nodes.create',
    {},
    { uid: 'x', ip: '10.0.0.7', port: 5055 },
    'PUT /{v}/settings/node',
    json({ ip: '10.0.0.7', port: '5055' }),
  ],
  [
    'nodes.update',
    {},
    { uid: 'algo_0001', ip: '10.0.0.7' },
    'POST /{v}/settings/node',
    json({ uid: 'algo_0001', ip: '10.0.0.7' }),
  ],
  [
    'nodes.setTransform',
    { nodeUri: 'algo_0001' },
    TRANSFORM,
    'POST /{v}/settings/node-transform?node-uri=algo_0001',
    json(TRANSFORM),
  ],
  [
    'nodes.setRange',
    { nodeUri: 'algo_0001' },
    RANGE,
    'POST /{v}/settings/node-detection-range?node-uri=algo_0001',
    json(RANGE),
  ],
  ['nodes.delete', { nodeUri: 'algo_0002' }, 0, 'DELETE /{v}/settings/node?node-uri=algo_0002'],
  ['edges.get', { edgeNodeUri: 'edge_0003' }, 0, 'GET /{v}/settings/edge-node?edge-node-uri=edge_0003'],
  [
    'edges.create',
    {},
    { algo_uid: 'algo_0001', ip: '10.0.0.32' },
    'PUT /{v}/settings/edge-node',
    json({ algo_uid: 'algo_0001', ip: '10.0.0.32' }),
  ],
  [
    'edges.update',
    {},
    { uid: 'edge_0004', disabled: true },
    'POST /{v}/settings/edge-node',
    json({ uid: 'edge_0004', disabled: true }),
  ],
  ['edges.delete', { edgeNodeUri: 'edge_0004' }, 0, 'DELETE /{v}/settings/edge-node?edge-node-uri=edge_0004'],
  [
    'parameters.get',
    { configKey: 'publish_level_point_cloud' },
    0,
    'GET /{v}/settings/parameters/common?config-key=publish_level_point_cloud',
  ],
  [
    'parameters.set',
    { configKey: 'k' },
    2,
    'POST /{v}/settings/parameters/common?config-key=k',
    ['2', TEXT_TYPE],
  ],
  [
    'algorithm.list',
    { nodeType: 'master', nodeUri: 'common' },
    0,
    'GET /{v}/settings/algorithm/list?node-type=master&node-uri=common',
  ],
  ['algorithm.meta', ALGORITHM, 0, `GET /{v}/settings/algorithm/meta${ALGORITHM_QUERY}`],
  ['algorithm.get', ALGORITHM, 0, `GET /{v}/settings/algorithm${ALGORITHM_QUERY}`],
  ['algorithm.set', ALGORITHM, 0.8, `POST /{v}/settings/algorithm${ALGORITHM_QUERY}`, ['0.8', TEXT_TYPE]],
  ['app.get', { configId: 'c' }, 0, 'GET /{v}/settings/app?config-id=c'],
  ['app.set', { configId: 'c' }, { a: 1 }, 'POST /{v}/settings/app?config-id=c', json({ a: 1 })],
  ['projectSettings.get', { configId: 'c' }, 0, 'GET /{v}/settings/project?config-id=c'],
  [
    'projectSettings.set',
    { configId: 'c' },
    'on',
    'POST /{v}/settings/project?config-id=c',
    ['on', TEXT_TYPE],
  ],
  [
    'sensorSettings.get',
    { configId: 'c', nodeUri: 'n' },
    0,
    'GET /{v}/settings/sensor?config-id=c&node-uri=n',
  ],
  [
    'sensorSettings.set',
    { configId: 'c' },
    true,
    'POST /{v}/settings/sensor?config-id=c',
    ['true', TEXT_TYPE],
  ],
  ['request', { path: '/x' }, { a: 1 }, 'GET /x'],
  [
    'request',
    { method: 'put', path: '/{v}/settings/x?y=1', query: { a: 'b c', n: 2, on: true, list: [1, 2] } },
    { a: 1 },
    'PUT /{v}/settings/x?y=1&a=b%20c&n=2&on=true&list=1&list=2',
    json({ a: 1 }),
  ],
  [
    'request',
    { method: 'POST', path: '/commands/x' },
    'text',
    'POST /commands/x',
    ['text', TEXT_TYPE],
    'long',
  ],
];

describe('the operation table', () => {
  for (const [name, params, payload, sent, body, timeout] of ROWS)
    it(`${name} ${JSON.stringify(params)} sends ${sent}`, () => {
      const prepared = prepareRequest(name, params, payload);
      const request = buildRequest(prepared, sent.includes('{v}') ? 'v3.5' : undefined);
      const [text, contentType] = body ?? [];
      assert.deepEqual(
        [`${request.method} ${request.path}`, request.body, request.contentType, request.timeout],
        [sent.replace('{v}', 'v3.5'), text, contentType, timeout ?? 'normal'],
      );
      assert.equal(prepared.bytes, prepared.path.length + Buffer.byteLength(text ?? ''));
      const bare = buildRequest(prepared, '');
      assert.equal(`${bare.method} ${bare.path}`, sent.replace('/{v}', ''), 'where paths have no version');
    });

  it('has each operation in the rows above, but for the report', () => {
    const tried = new Set(ROWS.map(([name]) => name));
    assert.deepEqual(
      OPERATION_NAMES.filter((name) => !tried.has(name)),
      ['report.get'],
    );
    assert.equal(new Set(OPERATION_NAMES).size, OPERATION_NAMES.length, 'each name once');
  });

  it('lets the version stand where the edition has it', () => {
    const byPrefix = (prefix: string) => OPERATIONS.filter((one) => one.prefix === prefix);
    assert.deepEqual(
      byPrefix('results').map(({ path }) => path.startsWith('/results/')),
      byPrefix('results').map(() => true),
    );
    assert.deepEqual(
      byPrefix('none').map(({ name }) => name),
      ['report.get', 'request'],
    );
  });

  it('calls everything a write that is not a GET, and knows what destroys', () => {
    for (const { name, method, writes } of OPERATIONS) assert.equal(writes, method !== 'GET', name);
    assert.deepEqual(
      OPERATIONS.filter(({ destructive }) => destructive)
        .map(({ name }) => name)
        .sort(),
      [
        'commands.reload',
        'commands.start',
        'nodes.delete',
        'project.create',
        'project.load',
        'sensors.delete',
        'zones.deleteAll',
      ],
    );
  });

  it('has to be applied where settings are written', () => {
    for (const { name, path, needsApply, writes, noun } of OPERATIONS) {
      if (['app', 'projectSettings', 'sensorSettings'].includes(noun)) continue;
      assert.equal(needsApply, writes && path.startsWith('/settings/'), name);
    }
  });

  it('goes into a browser bundle', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ['lib/api/operations.ts'],
      bundle: true,
      platform: 'browser',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    assert.ok(outputFiles[0]!.contents.length > 1000);
    const inputs = Object.keys(metafile.inputs);
    assert.deepEqual(
      inputs.filter((path) => !path.startsWith('lib/api/operation')),
      [],
    );
    assert.ok(builtinModules.every((name) => !inputs.includes(name)));
  });
});

describe('prepareRequest', () => {
  const refused = (name: string, params: unknown, payload: unknown, message: RegExp): void => {
    assert.throws(() => prepareRequest(name, params, payload), { code: 'SENSR_BAD_REQUEST', message });
  };

  it('names the operations of the noun, for one that is unknown', () => {
    refused('edges.lst', {}, 0, /^operation: expected one of edges\.list, edges\.get, .*, got 'edges\.lst'$/);
    refused('constructor', {}, 0, /^operation: expected a name such as zones\.list, got 'constructor'$/);
  });

  for (const path of ['results/health', 'http://elsewhere/x', '//elsewhere/x', 'elsewhere:80', ''])
    it(`refuses the path '${path}'`, () => {
      refused('request', { path }, 0, /^request: params\.path: expected /);
    });

  it('encodes what a URL cannot hold, and what is encoded stays', () => {
    const path = '/a b/%41/%zz/ü#x?q={w}\r\nHost: y';
    assert.equal(
      buildRequest(prepareRequest('request', { path }, 0), undefined).path,
      '/a%20b/%41/%25zz/%C3%BC%23x?q=%7Bw%7D%0D%0AHost:%20y',
    );
  });

  it('does not take a value for the place of the version', () => {
    const prepared = prepareRequest('request', { path: '/x', query: { a: '{v}' } }, 0);
    assert.deepEqual([prepared.prefix, prepared.path], ['none', '/x?a=%7Bv%7D']);
  });

  it('sends no body with GET, HEAD and DELETE, whatever the message holds', () => {
    for (const method of ['GET', 'HEAD', 'DELETE'])
      assert.equal(prepareRequest('request', { method, path: '/x' }, { a: 1 }).body, undefined);
  });

  it('knows by the method whether a request writes, and by the path whether that has to be applied', () => {
    const of = (method: string, path: string) => {
      const { writes, needsApply } = prepareRequest('request', { method, path }, undefined);
      return [writes, needsApply];
    };
    assert.deepEqual(of('GET', '/{v}/settings/zone'), [false, false]);
    assert.deepEqual(of('POST', '/{v}/settings/zone'), [true, true]);
    assert.deepEqual(of('POST', '/{v}/commands/cancel'), [true, false]);
  });
});
