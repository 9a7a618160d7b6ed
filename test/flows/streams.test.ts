import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type Received } from '../helpers/embedded-node-red';
import { CONFIG, TAB, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';

interface Sensr {
  readonly server: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly receivedAt: number;
  readonly sequence: number;
  readonly queued: number;
  readonly dropped: number;
}
const sensrOf = ({ msg }: Received): Sensr => msg['sensr'] as Sensr;
const payloadOf = <T>({ msg }: Received): T => msg['payload'] as T;

describe('sensr-stream in a flow', function () {
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    simulator = await startSimulator({
      busy: true,
      details: false,
      outputHz: 50,
      pointsHz: 5,
      groundPoints: 300,
      backgroundPoints: 500,
    });
  });
  after(async () => {
    await nodeRed.stop();
    await simulator.close();
  });
  beforeEach(() => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
  });

  const run = (name: string, more: Record<string, unknown> = {}): Promise<void> =>
    nodeRed.deploy([
      tab(),
      config(simulator),
      stream('s1', name, 'k1', more),
      sinkNode('k1', name),
      ...catchNodes(),
    ]);
  const input = (msg: Record<string, unknown>): void => {
    nodeRed.node('s1').receive(msg as never);
  };

  it('sends objects with topic, payload and the sensr part', async () => {
    await run('objects');
    const got = await nodeRed.sink.wait('objects', 3);
    const first = got[0]!;
    assert.equal(first.msg['topic'], 'site/objects');
    const objects = payloadOf<Record<string, unknown>[]>(first);
    assert.ok(objects.length > 30, `${objects.length} objects`);
    assert.deepEqual(Object.keys(objects[0] ?? {}), [
      ...['id', 'label', 'confidence', 'bbox', 'velocity', 'trackingStatus', 'yawRate', 'retroReflective'],
      ...['lastObserved', 'isStatic', 'zoneIds'],
    ]);
    const sensr = sensrOf(first);
    assert.deepEqual([sensr.server, sensr.stream], ['site', 'objects']);
    assert.ok(Math.abs(sensr.receivedAt - Date.now()) < 10_000);
    assert.ok(sensr.timestamp > 1e12);
    assert.deepEqual(
      got.slice(0, 3).map((one) => sensrOf(one).sequence - sensr.sequence),
      [0, 1, 2],
    );
  });

  it('sends each event as a message of its own, and those the server published', async () => {
    await run('events', { types: ['ENTRY', 'EXIT'] });
    const got = await nodeRed.sink.wait('events', 5);
    const published = new Set(
      simulator.publishedEvents().map(({ type, zoneId, objectId }) => `${type} ${zoneId} ${objectId}`),
    );
    for (const one of got) {
      const { type, zoneId, object } = payloadOf<{ type: string; zoneId: number; object: { id: number } }>(
        one,
      );
      assert.ok(
        published.has(`${type} ${zoneId} ${object.id}`),
        `${type} ${zoneId} ${object.id} was never published`,
      );
    }
  });

  it('sends health, zones and the whole output message', async () => {
    for (const name of ['health', 'zones', 'output', 'custom']) {
      if (name === 'custom') continue;
      await run(name);
      const [first] = await nodeRed.sink.wait(name);
      assert.ok(first && typeof first.msg['payload'] === 'object');
    }
    const [health] = nodeRed.sink.of('health');
    assert.equal(payloadOf<{ master: string }>(health!).master, 'OK');
  });

  it('sends points as aligned buffers that a Float32Array can view', async () => {
    await run('points', { types: ['GROUND'] });
    const [first] = await nodeRed.sink.wait('points');
    const { clouds } = payloadOf<{ clouds: { type: string; count: number; points: Buffer }[] }>(first!);
    assert.deepEqual(
      clouds.map(({ type, count }) => [type, count]),
      [['GROUND', 300]],
    );
    const { points } = clouds[0]!;
    assert.equal(points.byteOffset % 4, 0);
    assert.equal(new Float32Array(points.buffer, points.byteOffset, points.length / 4).length, 900);
    assert.equal(sensrOf(first!).timestamp, sensrOf(first!).receivedAt);
  });

  it('gives several nodes of one server the same frames over one connection', async () => {
    const before = simulator.stats().ports.output.connectionsEver;
    await nodeRed.deploy([
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1'), sinkNode('k1', 'one')],
      ...[
        stream('s2', 'objects', 'k2'),
        sinkNode('k2', 'two'),
        stream('s3', 'raw-output', 'k3'),
        sinkNode('k3', 'three'),
      ],
    ]);
    const [one] = await nodeRed.sink.wait('one', 5);
    const two = await nodeRed.sink.wait('two', 5);
    const three = await nodeRed.sink.wait('three', 5);
    assert.equal(simulator.stats().ports.output.connectionsEver - before, 1);
    const twin = two.find((other) => sensrOf(other).receivedAt === sensrOf(one!).receivedAt);
    assert.ok(twin, 'the second node never got the frame of the first');
    assert.deepEqual(twin.msg['payload'], one!.msg['payload']);
    assert.notEqual(twin.msg['payload'], one!.msg['payload']);
    assert.ok(Buffer.isBuffer(three[0]?.msg['payload']) && three[0].msg['payload'].length > 100);
  });

  it('honours the interval option: least time between two frames, the rest counted as filtered', async () => {
    await run('objects', { interval: 0.2 });
    const got = await nodeRed.sink.wait('objects', 4);
    const gaps = got.slice(1).map((one, index) => sensrOf(one).receivedAt - sensrOf(got[index]!).receivedAt);
    for (const gap of gaps) assert.ok(gap >= 199, `gap of ${gap} ms`);
    assert.ok(got.every((one) => sensrOf(one).dropped === 0));
  });

  it('pauses, resumes, and tells in the message how many frames that cost', async () => {
    await run('objects', { queueSize: 5 });
    await nodeRed.sink.wait('objects', 2);
    input({ action: 'pause' });
    await nodeRed.sink.wait('objects', 2);
    const seen = nodeRed.sink.of('objects').length;
    const published = simulator.stats().frames.output;
    while (simulator.stats().frames.output < published + 30) await new Promise((done) => setImmediate(done));
    assert.ok(nodeRed.sink.of('objects').length <= seen + 1);
    input({ action: 'resume' });
    const after = await nodeRed.sink.wait('objects', 1, (one) => sensrOf(one).dropped > 0);
    assert.ok(sensrOf(after[0]!).dropped >= 20, `${sensrOf(after[0]!).dropped} dropped`);
  });

  it('sends nothing in pacing request but one message for each next, and all that waits on flush', async () => {
    simulator.setRates({ outputHz: 0 });
    const connections = simulator.stats().ports.output.connectionsEver;
    await run('objects', { pacing: 'request', queueSize: 4 });
    await simulator.waitForConnection('output', connections + 1);
    for (let count = 1; count <= 2; count += 1) {
      input({ action: 'next' });
      simulator.publishOutput();
      await nodeRed.sink.wait('objects', count);
    }
    const server = nodeRed.node(CONFIG)['server'] as {
      report(): { streams: Record<string, { received: number }> };
    };
    // One after the other: a frame still in the flow's hands would count against the queue.
    for (let count = 3; count <= 12; count += 1) {
      simulator.publishOutput();
      while (server.report().streams['s1']?.received !== count)
        await new Promise((done) => setImmediate(done));
    }
    assert.equal(nodeRed.sink.of('objects').length, 2);
    input({ action: 'flush' });
    const all = await nodeRed.sink.wait('objects', 6);
    assert.deepEqual(
      all.map((one) => sensrOf(one).sequence),
      [1, 2, 9, 10, 11, 12],
    );
    simulator.setRates({ outputHz: 50 });
  });

  it('honours the rate option', async () => {
    await run('objects', { pacing: 'rate', rate: 10 });
    const got = await nodeRed.sink.wait('objects', 5);
    const gaps = got.slice(1).map(({ atMs }, index) => atMs - got[index]!.atMs);
    for (const gap of gaps) assert.ok(gap > 80, `gap of ${gap} ms`);
  });

  it('waits in pacing complete until the flow is done with a message, over a delay and a fork', async () => {
    await nodeRed.deploy([
      ...[
        tab(),
        config(simulator),
        { ...stream('s1', 'objects', 'k1', { pacing: 'complete' }), wires: [['k1', 'k3']] },
      ],
      { ...sinkNode('k1', 'begun'), wires: [['d1']] },
      {
        id: 'd1',
        type: 'delay',
        z: TAB,
        pauseType: 'delay',
        timeout: '100',
        timeoutUnits: 'milliseconds',
        wires: [['k2']],
      },
      ...[sinkNode('k2', 'done'), sinkNode('k3', 'branch'), ...catchNodes()],
    ]);
    await nodeRed.sink.wait('done', 4);
    const begun = nodeRed.sink.of('begun');
    const done = nodeRed.sink.of('done');
    for (const [index, one] of done.entries()) {
      const next = begun[index + 1];
      if (next)
        assert.ok(
          next.atMs >= one.atMs - 1,
          `message ${index + 1} came before the flow was done with ${index}`,
        );
    }
    assert.deepEqual(nodeRed.sink.of('errors'), []);
  });

  it('gives up a message after stallTimeout and names the node that holds it', async () => {
    await nodeRed.deploy([
      ...[tab(), config(simulator), stream('s1', 'objects', 'k1', { pacing: 'complete', stallTimeout: 0.3 })],
      { ...sinkNode('k1', 'begun'), wires: [['d1']] },
      {
        id: 'd1',
        type: 'delay',
        z: TAB,
        name: 'the slow one',
        pauseType: 'delay',
        timeout: '5',
        timeoutUnits: 'seconds',
        wires: [[]],
      },
      ...catchNodes(),
    ]);
    const [error] = await nodeRed.sink.wait('errors');
    const { code, message } = error!.msg['error'] as { code: string; message: string };
    assert.equal(code, 'SENSR_STALLED');
    assert.match(message, /within 0\.3 s: it is still held by delay 'the slow one'/);
    await nodeRed.sink.wait('begun', 2);
  });

  it('says in its status how fast messages come', async () => {
    await run('objects');
    const { fill, shape } = await nodeRed.waitForStatus('s1', ({ text }) => /^\d+\.\d\/s$/.test(text ?? ''));
    assert.deepEqual([fill, shape], ['green', 'dot']);
  });

  it('reports an unknown action to Catch with a code and goes on', async () => {
    await run('objects');
    await nodeRed.sink.wait('objects');
    input({ action: 'explode' });
    const [error] = await nodeRed.sink.wait('errors');
    const { code, message } = error!.msg['error'] as { code: string; message: string };
    assert.equal(code, 'SENSR_BAD_REQUEST');
    assert.match(message, /expected one of next, pause, resume, flush, reconnect, got 'explode'/);
    const seen = nodeRed.sink.of('objects').length;
    await nodeRed.sink.wait('objects', seen + 3);
  });

  it('warns once and says what to do when SENSR reports that its output overflows', async () => {
    await run('objects');
    await nodeRed.sink.wait('objects');
    const warnings: string[] = [];
    const node = nodeRed.node(CONFIG);
    const warn = node.warn.bind(node);
    node.warn = (text: unknown): void => {
      warnings.push(String(text));
      warn(text);
    };
    simulator.setHealth({ master: 5, nodes: new Map() } as never);
    await nodeRed.sink.wait('objects', nodeRed.sink.of('objects').length + 120);
    simulator.setHealth({ master: 1, nodes: new Map() } as never);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /publish_level_point_cloud/);
  });
});
