/** What each edition of the API has, and where; the operations of 2.x; the size of the site. */

import assert from 'node:assert/strict';
import type { ApiVersion, SimulatorOptions } from '../../../../simulator/server';
import { endAll, start } from '../helpers/clients';
import { DONE, type Rest, restOf } from '../helpers/rest';

const begin = async (options: Partial<SimulatorOptions>): Promise<Rest> => restOf(await start(options));

/** A harmless request of each family, as the edition with the version in all paths has it. */
const PROBES = {
  results: '/results/health',
  'prefixed results': '/{v}/results/health',
  commands: '/{v}/commands/reload',
  'list of commands': '/{v}/commands/info/list',
  project: '/{v}/commands/project',
  zone: '/{v}/settings/zone',
  'sensor-ext': '/{v}/settings/sensor-ext',
  node: '/{v}/settings/node?node-uri=algo_0000',
  transform: '/{v}/settings/node-transform?node-uri=algo_0000',
  'edge-node': '/{v}/settings/edge-node?edge-node-uri=edge_0000',
  parameters: '/{v}/settings/parameters/common?config-key=downsampling_resolution',
  algorithm: '/{v}/settings/algorithm?node-type=master&node-uri=common&config-id=merging.distance',
  'bare algorithm': '/settings/algorithm?node-type=master&node-uri=common&config-id=merging.distance',
  'bare node': '/settings/node?node-uri=algo_0000',
  'bare transform': '/settings/node-transform?node-uri=algo_0000',
  app: '/settings/app?config-id=log.level',
} as const;
type Probe = keyof typeof PROBES;

const THREE: Probe[] = [
  'results',
  'commands',
  'project',
  'zone',
  'sensor-ext',
  'node',
  'transform',
  'edge-node',
  'parameters',
];
const TWO_ZERO: Probe[] = ['prefixed results', 'commands', 'bare algorithm', 'bare node', 'app'];
const EXPECTED: Readonly<Record<ApiVersion, Probe[]>> = {
  '3.5': THREE,
  '3.2': THREE,
  '3.0': THREE.filter((probe) => probe !== 'edge-node'),
  '2.4': [
    'prefixed results',
    'commands',
    'list of commands',
    'zone',
    'sensor-ext',
    'node',
    'transform',
    'algorithm',
  ],
  '2.1': TWO_ZERO,
  '2.0': TWO_ZERO,
};

describe('simulator REST editions', () => {
  afterEach(endAll);

  for (const [api, expected] of Object.entries(EXPECTED) as [ApiVersion, Probe[]][])
    it(`${api} has its families in their places, and nothing else`, async () => {
      const rest = await begin({ api });
      const found: Probe[] = [];
      for (const [name, path] of Object.entries(PROBES) as [Probe, string][]) {
        const method = name === 'commands' ? 'POST' : 'GET';
        const { status, text } = await rest(method, path.replace('{v}', api));
        if (status === 200) found.push(name);
        else assert.equal(status, 404, `${name}: ${text}`);
      }
      assert.deepEqual(found, expected);
    });

  it('takes the version of the edition only, or the one it was given, or any', async () => {
    const status = async (options: Partial<SimulatorOptions>, version: string) =>
      (await (await begin(options))('GET', `/${version}/settings/zone`)).status;
    assert.equal(await status({}, '3.5'), 200);
    for (const wrong of ['v3.5', '3.5.0', '3.4', 'latest', ''])
      assert.equal(await status({}, wrong), 404, wrong);
    assert.equal(await status({ versionPrefix: 'v3.5.0' }, 'v3.5.0'), 200);
    assert.equal(await status({ versionPrefix: 'v3.5.0' }, '3.5'), 404);
    assert.equal(await status({ versionPrefix: '*' }, 'whatever'), 200);
    assert.equal(await status({ api: '2.4' }, '2.4'), 200);
  });

  it('names an option that cannot be', async () => {
    await assert.rejects(start({ api: '9' as ApiVersion }), /api must be one of 3\.5, .* not 9/);
    for (const versionPrefix of ['', 'a/b', 'a b'])
      await assert.rejects(start({ versionPrefix }), /versionPrefix must be one segment/);
    await assert.rejects(start({ sensors: -1 }), /sensors must be a whole number from 0/);
  });
});

describe('simulator REST 2.4', () => {
  let rest: Rest;
  beforeEach(async () => {
    rest = await begin({ api: '2.4' });
  });
  afterEach(endAll);
  const algorithm = (query: string, part = ''): string =>
    `/2.4/settings/algorithm${part}?node-type=master&node-uri=common${query}`;

  it('lists commands and has no custom one', async () => {
    const { json } = await rest('GET', '/2.4/commands/info/list');
    assert.ok((json as string[]).includes('apply-change'));
    assert.equal((await rest('POST', '/2.4/commands/custom?cmd-id=demo&cmd-param=a;b')).status, 404);
    assert.equal((await rest('POST', '/2.4/commands/custom')).status, 400);
  });

  it('has nodes with a master, a port as text and a user', async () => {
    const created = await rest('PUT', '/2.4/settings/node', { ip: '10.0.0.1', port: 5056 });
    assert.equal(created.text, '"algo_0001"');
    const { json } = await rest('GET', '/2.4/settings/node?node-uri=algo_0001');
    assert.deepEqual(json, {
      uid: 'algo_0001',
      ip: '10.0.0.1',
      name: '',
      rosbag_path: '',
      preset: 'outdoor',
      enable_gpu: false,
      master_ip: '127.0.0.1',
      port: '5056',
      bin: '',
      username: 'sensr',
    });
    const same = await rest('PUT', '/2.4/settings/node', { ip: '10.0.0.1', port: '5056' });
    assert.match(same.text, /is the address of algo_0001/);
    assert.equal((await rest('PUT', '/2.4/settings/node', { ip: '10.0.0.3', port: 'x' })).status, 400);
  });

  it('reads, describes and sets algorithm values by dotted paths', async () => {
    assert.deepEqual((await rest('GET', algorithm('', '/list'))).json, {
      output: { publish_point_cloud: 'Int', update_interval: 'Float' },
      merging: { enabled: 'Bool', distance: 'Float' },
    });
    assert.deepEqual((await rest('GET', algorithm('&config-id=merging', '/list'))).json, {
      enabled: 'Bool',
      distance: 'Float',
    });
    assert.deepEqual((await rest('GET', algorithm('&config-id=merging.distance', '/meta'))).json, {
      datatype: 'Float',
      show: true,
      display_name: 'Merging distance',
      use_tooltip: false,
      step_size: 0.1,
      min: 0,
      max: 10,
    });
    assert.equal((await rest('GET', algorithm('&config-id=merging.distance'))).text, '1.5');
    assert.deepEqual(await rest('POST', algorithm('&config-id=merging.distance'), '0.8'), DONE);
    assert.equal((await rest('GET', algorithm('&config-id=merging.distance'))).text, '0.8');
    assert.deepEqual((await rest('GET', algorithm('&config-id=merging'))).json, {
      enabled: true,
      distance: 0.8,
    });
    await rest('POST', '/2.4/commands/reload');
    assert.equal((await rest('GET', algorithm('&config-id=merging.distance'))).text, '1.5');
  });

  it('keeps the values of each node apart', async () => {
    const at = (uri: string): string =>
      `/2.4/settings/algorithm?node-type=algo&node-uri=${uri}&config-id=clustering.min_points`;
    await rest('POST', at('algo_0000'), '9');
    assert.equal((await rest('GET', at('algo_0000'))).text, '9');
    assert.equal((await rest('GET', at('common'))).text, '5');
    assert.equal((await rest('GET', at('algo_0007'))).status, 404);
  });

  for (const [method, path, status] of [
    ['GET', algorithm('&config-id=moon'), 404],
    ['GET', algorithm('&config-id=merging.moon', '/meta'), 404],
    ['GET', '/2.4/settings/algorithm?node-type=moon&node-uri=common', 400],
    ['GET', '/2.4/settings/algorithm?node-uri=common', 400],
    ['POST', algorithm(''), 400],
    ['POST', algorithm('&config-id=merging'), 404],
    ['POST', algorithm('&config-id=merging.distance'), 400],
  ] as const)
    it(`answers ${status} to ${method} ${path}`, async () => {
      assert.equal((await rest(method, path, method === 'POST' ? 'far' : undefined)).status, status);
    });
});

describe('simulator REST 2.0', () => {
  let rest: Rest;
  beforeEach(async () => {
    rest = await begin({ api: '2.0' });
  });
  afterEach(endAll);

  it('has app, project and sensor settings, read and set by config-id', async () => {
    for (const [path, before, after] of [
      ['/settings/app?config-id=log.level', 'info', 'debug'],
      ['/settings/project?config-id=ground.height', '0', '0.25'],
      ['/settings/sensor?node-uri=localhost&config-id=disabled', 'false', 'true'],
    ] as const) {
      assert.equal((await rest('GET', path)).text, before);
      assert.deepEqual(await rest('POST', path, after), DONE);
      assert.equal((await rest('GET', path)).text, after);
    }
    assert.equal((await rest('GET', '/settings/sensor?config-id=disabled')).status, 400);
    assert.equal((await rest('GET', '/settings/app?config-id=moon')).status, 400);
  });

  it('has nodes with all four methods, and names them by address in algorithm paths', async () => {
    assert.equal((await rest('PUT', '/settings/node', { ip: '10.0.0.5' })).json, 'algo_0001');
    assert.deepEqual(await rest('POST', '/settings/node', { uid: 'algo_0001', name: 'x' }), DONE);
    const at = (uri: string) => `/settings/algorithm/list?node-type=algo&node-uri=${uri}`;
    for (const uri of ['localhost', '10.0.0.5', 'algo_0001'])
      assert.equal((await rest('GET', at(uri))).status, 200, uri);
    assert.equal((await rest('GET', at('10.9.9.9'))).status, 400);
    assert.deepEqual(await rest('DELETE', '/settings/node?node-uri=algo_0001'), DONE);
  });
});

describe('simulator site size', () => {
  afterEach(endAll);

  it('is as large as asked for, in settings, health and stream alike', async () => {
    const simulator = await start({ sensors: 50, zones: 20 });
    const rest = restOf(simulator);
    const ids = (await rest('GET', '/3.5/settings/sensor-ext')).json as string[];
    assert.equal(new Set(ids).size, 50);
    assert.deepEqual([ids[0], ids[49]], ['lidar_0000', 'lidar_0049']);
    const zones = (await rest('GET', '/3.5/settings/zone')).json as number[];
    assert.deepEqual([zones.length, zones[0], zones[19]], [20, 1001, 1020]);
    for (const id of ids)
      assert.equal((await rest('GET', `/3.5/settings/sensor-ext?sensor-id=${id}`)).status, 200);
    const { stream } = simulator.publishOutput();
    assert.equal(stream?.zones?.length, 20);
    const nodes = Object.values(stream?.health?.nodes ?? {});
    const topics = nodes.flatMap(({ sensors, edges }) => [
      ...Object.keys(sensors ?? {}),
      ...Object.values(edges ?? {}).flatMap((edge) => Object.keys(edge.sensors ?? {})),
    ]);
    assert.deepEqual([nodes.length, new Set(topics).size], [5, 50]);
  });

  it('may be empty', async () => {
    const rest = await begin({ sensors: 0, zones: 0 });
    assert.deepEqual((await rest('GET', '/3.5/settings/sensor-ext')).json, []);
    assert.deepEqual((await rest('GET', '/3.5/settings/zone')).json, []);
    assert.deepEqual((await rest('GET', '/results/zone?id=0')).json, { zones: [] });
  });
});
