/** `settings/*` of 3.x: every operation on zones, sensors, nodes, edge nodes and parameters, and what each refuses. */

import assert from 'node:assert/strict';
import type { Simulator } from '../../../../simulator/server';
import { endAll, start } from '../helpers/clients';
import { DONE, type Rest, restOf } from '../helpers/rest';

let simulator: Simulator;
let rest: Rest;
const at = (path: string): string => `/3.5/settings/${path}`;
const get = async (path: string): Promise<unknown> => (await rest('GET', at(path))).json;
const refused = async (method: string, path: string, body: unknown, reason: RegExp, status = 400) => {
  const answer = await rest(method, at(path), body);
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.type, 'text/plain; charset=utf-8');
  assert.match(answer.text, reason);
};
const begin = async (): Promise<void> => {
  simulator = await start();
  rest = restOf(simulator);
};

const DOCK = {
  name: 'dock',
  zone_type: 'Event',
  speed_limit: 4.5,
  loitering_threshold: 30,
  min_z: 0,
  max_z: 3,
  vertices: [
    [7, 0],
    [9, 0],
    [9, 2],
  ],
};

describe('simulator REST settings/zone', () => {
  beforeEach(begin);
  afterEach(endAll);

  it('creates with an id of its own, answered as text, numbers in the list', async () => {
    const created = await rest('PUT', at('zone'), { ...DOCK, id: 5 });
    assert.deepEqual([created.status, created.type, created.text], [200, 'application/json', '"1003"']);
    assert.deepEqual(await get('zone'), [1001, 1002, 1003]);
    assert.deepEqual(await get('zone?zone-id=1003'), { id: 1003, ...DOCK });
    assert.equal((await rest('PUT', at('zone'), DOCK)).json, '1004');
  });

  it('updates the zone of the body; what is left out stays', async () => {
    await rest('PUT', at('zone'), DOCK);
    assert.deepEqual(await rest('POST', at('zone'), { id: 1003, name: 'ramp', max_z: 4 }), DONE);
    assert.deepEqual(await get('zone?zone-id=1003'), { id: 1003, ...DOCK, name: 'ramp', max_z: 4 });
  });

  it('deletes one or all, and never gives an id twice', async () => {
    await rest('PUT', at('zone'), DOCK);
    assert.deepEqual(await rest('DELETE', at('zone?zone-id=1003')), DONE);
    assert.deepEqual(await get('zone'), [1001, 1002]);
    assert.deepEqual(await rest('DELETE', at('zone-all')), DONE);
    assert.deepEqual(await get('zone'), []);
    assert.equal((await rest('PUT', at('zone'), DOCK)).json, '1004');
  });

  it('lists its fields: those of a zone', async () => {
    const [fields] = (await get('zone/list')) as [object];
    assert.deepEqual(fields, {
      id: 'Int',
      name: 'String',
      zone_type: 'String',
      speed_limit: 'Float',
      loitering_threshold: 'Int',
      min_z: 'Float',
      max_z: 'Float',
      vertices: 'Array[Vector2]',
    });
  });

  for (const [method, path, body, reason] of [
    ['GET', 'zone?zone-id=7', undefined, /there is no zone 7/],
    ['GET', 'zone?zone-id=x', undefined, /zone-id must be a whole number, not "x"/],
    ['PUT', 'zone', '{', /the body must be JSON/],
    ['PUT', 'zone', '[]', /the body must be an object, not \[\]/],
    ['PUT', 'zone', { ...DOCK, speed_limit: 'fast' }, /zone\.speed_limit must be Float, not "fast"/],
    ['PUT', 'zone', { ...DOCK, loitering_threshold: 1.5 }, /loitering_threshold must be Int, not 1\.5/],
    ['PUT', 'zone', { ...DOCK, vertices: [[1, 2]] }, /zone\.vertices must be 3 or more, not 1/],
    ['PUT', 'zone', { ...DOCK, vertices: [[1]] }, /zone\.vertices must be Array\[Vector2\], not \[\[1\]\]/],
    ['PUT', 'zone', { ...DOCK, min_z: 3 }, /min_z must be below zone\.max_z/],
    ['PUT', 'zone', { ...DOCK, speed_limit: -1 }, /must not be negative/],
    ['POST', 'zone', DOCK, /there is no zone undefined/],
    ['POST', 'zone', { ...DOCK, id: 7 }, /there is no zone 7/],
    ['DELETE', 'zone', undefined, /zone-id is required/],
    ['DELETE', 'zone?zone-id=7', undefined, /there is no zone 7/],
  ] as const)
    it(`refuses ${method} ${path} ${JSON.stringify(body) ?? ''}: ${reason.source}`, async () => {
      await refused(method, path, body, reason);
      assert.deepEqual(await get('zone'), [1001, 1002]);
      assert.equal((await rest('PUT', at('zone'), DOCK)).json, '1003', 'no id was spent');
    });
});

describe('simulator REST settings/sensor-ext', () => {
  beforeEach(begin);
  afterEach(endAll);
  const create = (body: object) => rest('PUT', at('sensor-ext?node-uri=algo_0000&sensor-type=lidar'), body);

  it('lists ids, all or of one node, and shows one with all its fields', async () => {
    assert.deepEqual(await get('sensor-ext'), ['lidar_0000', 'lidar_0001']);
    assert.deepEqual(await get('sensor-ext?node-uri=algo_0000'), ['lidar_0000', 'lidar_0001']);
    const sensor = (await get('sensor-ext?sensor-id=lidar_0001')) as Record<string, unknown>;
    assert.deepEqual(
      [sensor['uid'], sensor['topic'], sensor['connected_to_edge_node'], sensor['edge_uid']],
      ['lidar_0001', '/lidar_1', true, 'edge_0000'],
    );
    const [fields] = (await get('sensor-ext/list?sensor-type=lidar')) as [object];
    assert.deepEqual(Object.keys(sensor).sort(), Object.keys(fields).sort());
    for (const type of ['odom', 'can'])
      assert.equal((await rest('GET', at(`sensor-ext/list?sensor-type=${type}`))).status, 200);
    await refused('GET', 'sensor-ext/list?sensor-type=radar', undefined, /no sensor-type "radar"/, 404);
  });

  it('creates, updates by uid in the body, deletes', async () => {
    const created = await create({ topic: '/roof', sensor: 'Livox', base_to_origin: { tx: 3 } });
    assert.deepEqual([created.status, created.text], [200, '"lidar_0002"']);
    const sensor = (await get('sensor-ext?sensor-id=lidar_0002')) as { base_to_origin: object };
    assert.deepEqual(sensor.base_to_origin, { tx: 3, ty: 0 });
    const update = { ...sensor, name: 'roof', pose_correction: { qw: 1 } };
    assert.deepEqual(await rest('POST', at('sensor-ext'), update), DONE);
    assert.deepEqual(await get('sensor-ext?sensor-id=lidar_0002'), {
      ...sensor,
      name: 'roof',
      pose_correction: { tx: 0, ty: 0, tz: 0, qw: 1, qx: 0, qy: 0, qz: 0 },
    });
    assert.deepEqual(await rest('DELETE', at('sensor-ext?sensor-id=lidar_0002')), DONE);
    assert.deepEqual(await get('sensor-ext'), ['lidar_0000', 'lidar_0001']);
    assert.equal((await create({ topic: '/roof' })).json, 'lidar_0003');
  });

  it('counts the ids of each sensor type apart', async () => {
    const odom = await rest('PUT', at('sensor-ext?node-uri=algo_0000&sensor-type=odom'), { topic: '/odom' });
    assert.equal(odom.json, 'odom_0000');
  });

  it('wants topics unique within a node only', async () => {
    await refused(
      'PUT',
      'sensor-ext?node-uri=algo_0000&sensor-type=lidar',
      { topic: '/lidar_0' },
      /sensor\.topic "\/lidar_0" is used by lidar_0000 of algo_0000/,
    );
    await refused('POST', 'sensor-ext', { uid: 'lidar_0001', topic: '/lidar_0' }, /is used by lidar_0000/);
    await rest('PUT', at('node'), { ip: '10.0.1.1' });
    const other = await rest('PUT', at('sensor-ext?node-uri=algo_0001&sensor-type=lidar'), {
      topic: '/lidar_0',
    });
    assert.equal(other.status, 200, other.text);
    assert.deepEqual(await get('sensor-ext?node-uri=algo_0001'), ['lidar_0002']);
  });

  for (const [method, path, body, reason] of [
    ['GET', 'sensor-ext?sensor-id=lidar_0009', undefined, /there is no sensor "lidar_0009"/],
    ['GET', 'sensor-ext?node-uri=algo_0009', undefined, /there is no node "algo_0009"/],
    ['PUT', 'sensor-ext?sensor-type=lidar', { topic: '/a' }, /node-uri is required/],
    ['PUT', 'sensor-ext?node-uri=algo_0000', { topic: '/a' }, /sensor-type is required/],
    ['PUT', 'sensor-ext?node-uri=algo_0000&sensor-type=x', { topic: '/a' }, /no sensor-type "x"/],
    ['PUT', 'sensor-ext?node-uri=algo_0000&sensor-type=lidar', {}, /topic must not be empty/],
    [
      'PUT',
      'sensor-ext?node-uri=algo_0000&sensor-type=lidar',
      { topic: '/a', connected_to_edge_node: true, edge_uid: 'edge_0007' },
      /edge_uid must be an edge node of algo_0000, not "edge_0007"/,
    ],
    [
      'PUT',
      'sensor-ext?node-uri=algo_0000&sensor-type=lidar',
      { topic: '/a', sensor_to_base: { qw: 'one' } },
      /sensor\.sensor_to_base\.qw must be Float, not "one"/,
    ],
    ['POST', 'sensor-ext', { topic: '/a' }, /there is no sensor undefined/],
    ['DELETE', 'sensor-ext', undefined, /sensor-id is required/],
  ] as const)
    it(`refuses ${method} ${path} ${JSON.stringify(body) ?? ''}`, async () => {
      await refused(method, path, body, reason);
      assert.deepEqual(await get('sensor-ext'), ['lidar_0000', 'lidar_0001']);
    });
});

describe('simulator REST settings/node', () => {
  beforeEach(begin);
  afterEach(endAll);
  const NODE = {
    ip: '10.0.0.7',
    name: 'yard east',
    rosbag_path: '',
    preset: 'outdoor_gpu',
    enable_gpu: true,
    disabled: false,
  };

  it('creates, shows, updates and deletes; its sensors and edge nodes go with it', async () => {
    assert.equal((await rest('PUT', at('node'), NODE)).text, '"algo_0001"');
    assert.deepEqual(await get('node?node-uri=algo_0001'), { uid: 'algo_0001', ...NODE });
    assert.deepEqual(await rest('POST', at('node'), { uid: 'algo_0001', name: 'east' }), DONE);
    assert.deepEqual(await get('node?node-uri=algo_0001'), { uid: 'algo_0001', ...NODE, name: 'east' });
    const [fields] = (await get('node/list')) as [object];
    assert.deepEqual(Object.keys(fields), ['uid', ...Object.keys(NODE)]);
    assert.deepEqual(await rest('DELETE', at('node?node-uri=algo_0000')), DONE);
    assert.deepEqual(await get('sensor-ext'), []);
    await refused('GET', 'edge-node?edge-node-uri=edge_0000', undefined, /no edge node "edge_0000"/);
    await refused('GET', 'node?node-uri=algo_0000', undefined, /there is no node "algo_0000"/);
  });

  it('has a transform and a range of its own', async () => {
    const turned = {
      base_to_origin: { tx: 1.5, ty: 0.5 },
      sensor_to_base: { tz: 0, qw: Math.SQRT1_2, qx: 0, qy: 0, qz: Math.SQRT1_2 },
    };
    assert.deepEqual(await rest('POST', at('node-transform?node-uri=algo_0000'), turned), DONE);
    assert.deepEqual(await get('node-transform?node-uri=algo_0000'), turned);
    const range = { x_range: [-30, 40], y_range: [-15, 15], z_range: [-1, 4] };
    assert.deepEqual(await rest('POST', at('node-detection-range?node-uri=algo_0000'), range), DONE);
    assert.deepEqual(await get('node-detection-range?node-uri=algo_0000'), range);
  });

  for (const [method, path, body, reason] of [
    ['GET', 'node', undefined, /node-uri is required/],
    ['GET', 'node-transform?node-uri=algo_0009', undefined, /there is no node/],
    ['GET', 'node-detection-range', undefined, /node-uri is required/],
    ['PUT', 'node', { name: 'x' }, /node\.ip must not be empty/],
    ['PUT', 'node', { ip: '10.0.0.1' }, /node\.ip "10\.0\.0\.1" is the address of algo_0000/],
    ['POST', 'node', { ip: '10.0.0.9' }, /there is no node undefined/],
    ['POST', 'node', { uid: 'algo_0000', enable_gpu: 'yes' }, /enable_gpu must be Bool, not "yes"/],
    ['POST', 'node-transform', {}, /node-uri is required/],
    ['POST', 'node-transform?node-uri=algo_0000', { sensor_to_base: { qx: 0.5 } }, /about Z only/],
    ['POST', 'node-transform?node-uri=algo_0000', { sensor_to_base: { qw: 2 } }, /norm 1/],
    ['POST', 'node-transform?node-uri=algo_0000', { sensor_to_base: { tz: 1 } }, /tz must be 0, not 1/],
    ['POST', 'node-detection-range?node-uri=algo_0000', { x_range: [1, 1] }, /x_range must be \[min, max\]/],
    ['DELETE', 'node', undefined, /node-uri is required/],
  ] as const)
    it(`refuses ${method} ${path} ${JSON.stringify(body) ?? ''}`, async () => {
      const before = await get('node?node-uri=algo_0000');
      await refused(method, path, body, reason);
      assert.deepEqual(await get('node?node-uri=algo_0000'), before);
      assert.equal(simulator.site().hasPendingChanges, false);
    });
});

describe('simulator REST settings/edge-node', () => {
  beforeEach(begin);
  afterEach(endAll);

  it('creates below a node, shows no parent, updates and deletes', async () => {
    const ramp = { ip: '10.0.0.32', name: 'ramp', disabled: false };
    const created = await rest('PUT', at('edge-node'), { algo_uid: 'algo_0000', ...ramp });
    assert.equal(created.text, '"edge_0001"');
    assert.deepEqual(await get('edge-node?edge-node-uri=edge_0001'), { uid: 'edge_0001', ...ramp });
    assert.deepEqual(await rest('POST', at('edge-node'), { uid: 'edge_0001', disabled: true }), DONE);
    assert.deepEqual(await get('edge-node?edge-node-uri=edge_0001'), {
      uid: 'edge_0001',
      ...ramp,
      disabled: true,
    });
    assert.deepEqual(await rest('DELETE', at('edge-node?edge-node-uri=edge_0000')), DONE);
    const sensor = (await get('sensor-ext?sensor-id=lidar_0001')) as Record<string, unknown>;
    assert.deepEqual([sensor['connected_to_edge_node'], sensor['edge_uid']], [false, '']);
  });

  for (const [method, path, body, reason] of [
    ['GET', 'edge-node', undefined, /edge-node-uri is required/],
    ['PUT', 'edge-node', { ip: '10.0.0.32' }, /algo_uid must be a node's uid, not undefined/],
    ['PUT', 'edge-node', { algo_uid: 'algo_0000' }, /ip must not be empty/],
    ['PUT', 'edge-node', { algo_uid: 'algo_0000', ip: '10.0.0.2' }, /is the address of edge_0000/],
    ['POST', 'edge-node', { ip: '10.0.0.3' }, /there is no edge node undefined/],
    ['DELETE', 'edge-node?edge-node-uri=edge_0009', undefined, /there is no edge node "edge_0009"/],
  ] as const)
    it(`refuses ${method} ${path} ${JSON.stringify(body) ?? ''}`, () => refused(method, path, body, reason));
});

describe('simulator REST settings/parameters', () => {
  beforeEach(begin);
  afterEach(endAll);
  const common = (key: string): string => at(`parameters/common?config-key=${key}`);

  it('reads and sets bare values as text', async () => {
    for (const [key, before, sent, after] of [
      ['publish_level_point_cloud', '1', '2', '2'],
      ['point_cloud_update_interval', '1', '0.5', '0.5'],
      ['enable_point_cloud_bandwidth_reduction', 'false', 'true', 'true'],
      ['downsampling_resolution', '0.1', ' "0.2"\n', '0.2'],
    ] as const) {
      const { text, type } = await rest('GET', common(key));
      assert.deepEqual([text, type], [before, 'text/plain; charset=utf-8']);
      assert.deepEqual(await rest('POST', common(key), sent), DONE);
      assert.equal((await rest('GET', common(key))).text, after);
    }
  });

  for (const [method, path, body, reason] of [
    ['GET', 'parameters/common', undefined, /config-key is required/],
    ['GET', 'parameters/common?config-key=moon', undefined, /no config-key "moon"/],
    ['GET', 'parameters/common?config-key=toString', undefined, /no config-key "toString"/],
    ['POST', 'parameters/common?config-key=publish_level_point_cloud', 'all', /must be Int, not "all"/],
    ['POST', 'parameters/common?config-key=publish_level_point_cloud', '4', /must be from 0 to 3, not 4/],
    ['POST', 'parameters/common?config-key=publish_level_point_cloud', '1.5', /must be Int/],
  ] as const)
    it(`refuses ${method} ${path} ${body ?? ''}`, () => refused(method, path, body, reason));

  it('knows no other place of parameters', () =>
    refused('GET', 'parameters/master?config-key=publish_level_point_cloud', undefined, /nothing at/, 404));
});
