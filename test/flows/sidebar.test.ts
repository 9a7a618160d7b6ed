/** The sidebar's routes on a real Node-RED with sign-in: who may what, and what looking costs. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import type { LiveAnswer, StateAnswer } from '../../plugins/sensr-sidebar/protocol';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../helpers/embedded-node-red';

const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  owner: ['*'],
  reader: ['sensr.read'],
  stranger: ['flows.read'],
};

interface Got<T> {
  readonly status: number;
  readonly json: T;
}

describe('sidebar: routes', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  const call = async <T>(path: string, user?: string, body?: object): Promise<Got<T>> => {
    const response = await fetch(`${nodeRed.url}/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        ...(user === undefined ? {} : { authorization: `Bearer ${user}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, json: (response.ok ? JSON.parse(text) : text) as T };
  };
  const state = async (): Promise<StateAnswer> =>
    (await call<StateAnswer>('sensr/sidebar/state', 'owner')).json;
  const live = async (query = ''): Promise<LiveAnswer> =>
    (await call<LiveAnswer>(`sensr/sidebar/servers/server/live?${query}`, 'owner')).json;

  const server = (): FlowNode => ({
    ...{ id: 'server', type: 'sensr-config', name: 'Yard', host: '127.0.0.1', retries: 0 },
    outputPort: simulator.outputPort,
    pointsPort: simulator.pointsPort,
    restPort: simulator.restPort,
  });
  const STREAM = { type: 'sensr-stream', z: 'tab', server: 'server', stream: 'objects', wires: [] };
  const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'tab' };
  const deploy = async (...streams: string[]): Promise<void> => {
    // As who may: the helper knows no sign-in.
    const response = await fetch(`${nodeRed.url}/flows`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer owner',
        'Node-RED-Deployment-Type': 'nodes',
      },
      body: JSON.stringify([TAB, server(), ...streams.map((id) => ({ id, ...STREAM }))]),
    });
    assert.ok(response.ok, String(response.status));
  };

  before(async () => {
    simulator = await startSimulator({ busy: true, details: false, pointsHz: 0 });
    nodeRed = await startEmbeddedNodeRed({
      adminAuth: {
        type: 'credentials',
        users: [],
        tokens: (token: string) =>
          Promise.resolve(token in PERMISSIONS ? { username: token, permissions: PERMISSIONS[token] } : null),
      },
    });
    await deploy('stream');
    await simulator.waitForConnection('output');
  });
  after(async () => {
    await nodeRed.stop();
    await simulator.close();
  });

  it('answer only to those who may', async () => {
    const reads = ['sensr/sidebar/state', 'sensr/sidebar/view.js', 'sensr/sidebar/servers/server/live'];
    const writes = [
      'sensr/sidebar/recycle',
      'sensr/sidebar/servers/server/reconnect',
      'sensr/servers/server/test-connection',
    ];
    for (const user of [undefined, 'stranger'])
      for (const path of [...reads, ...writes]) {
        const { status } = await call(path, user, writes.includes(path) ? {} : undefined);
        assert.equal(status, 401, `${path} for ${user ?? 'nobody'}`);
      }
    assert.equal((await call('sensr/sidebar/state', 'reader')).status, 200);
    for (const path of writes) assert.equal((await call(path, 'reader', {})).status, 401, path);
    assert.equal(simulator.stats().ports.output.connectionsEver, 1, 'nothing was reconnected');
  });

  it('tell no secret, and of a stream what its node counts', async () => {
    const { servers } = await state();
    assert.deepEqual(
      servers.map(({ id, name, host }) => ({ id, name, host })),
      [{ id: 'server', name: 'Yard', host: '127.0.0.1' }],
    );
    const [stream, ...others] = servers[0]?.streams ?? [];
    assert.ok(stream);
    assert.equal(stream.received, stream.emitted + stream.filtered + stream.dropped + stream.queued);
    assert.deepEqual(others, []);
  });

  it('make the numbers once for all who ask in the same second', async () => {
    const answers = await Promise.all([state(), state(), state()]);
    assert.equal(new Set(answers.map(({ atMs }) => atMs)).size, 1);
  });

  it('hand each browser the newest picture, over the connection that is there', async () => {
    const [first, other] = await Promise.all([live(), live()]);
    assert.equal(first.state, 'open');
    assert.ok(first.objects && first.objects.list.length > 10);
    assert.equal(first.objects.version, other.objects?.version, 'one producer for both');
    const next = await live(`objects=${first.objects.version}`);
    assert.ok(next.objects && next.objects.version > first.objects.version);
    assert.ok(next.objects.timestamp > first.objects.timestamp);
    assert.equal(simulator.stats().ports.output.connectionsEver, 1);
    assert.equal((await state()).servers[0]?.streams.length, 1, 'who looks is no stream');
  });

  it('reconnect, and refuse what is no socket', async () => {
    const path = 'sensr/sidebar/servers/server/reconnect';
    assert.deepEqual((await call(path, 'owner', { socket: 'points' })).json, { hadSocket: false });
    assert.equal((await call(path, 'owner', { socket: 'rest' })).status, 400);
    assert.equal((await call('sensr/sidebar/servers/nobody/reconnect', 'owner', {})).status, 404);
    assert.deepEqual((await call(path, 'owner', { socket: 'output' })).json, { hadSocket: true });
    await simulator.waitForConnection('output', 2);
  });

  it('do not hold the connection when the last node that needs it goes', async () => {
    // The simulator sees the new connection of the test before, before our side does.
    let before = await live();
    while (before.state !== 'open') before = await live();
    const closed = simulator.waitForClose('output', simulator.stats().ports.output.connectionsEver);
    await deploy();
    const answer = await live();
    assert.equal(answer.state, 'unused');
    await closed;
    const { connectionsEver } = simulator.stats().ports.output;
    for (let look = 0; look < 3; look += 1) assert.equal((await live()).state, 'unused');
    assert.equal(simulator.stats().ports.output.connectionsEver, connectionsEver);
  });

  it('connect when somebody wants to watch, and leave when it is over', async () => {
    const { connectionsEver } = simulator.stats().ports.output;
    let answer = await live('watch=1');
    while (!answer.objects) answer = await live('watch=1');
    assert.equal(simulator.stats().ports.output.connectionsEver, connectionsEver + 1);
    const closed = simulator.waitForClose('output', connectionsEver + 1);
    await closed;
  });

  it('go on with a redeployed server', async () => {
    await deploy('stream');
    const before = await live();
    await deploy('stream', 'another');
    let answer = await live(`objects=${before.objects?.version ?? 0}`);
    while (!answer.objects) answer = await live(`objects=${before.objects?.version ?? 0}`);
    assert.ok(answer.objects.list.length > 10);
  });
});
