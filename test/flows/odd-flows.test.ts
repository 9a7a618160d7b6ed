import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import {
  startEmbeddedNodeRed,
  type DeployType,
  type EmbeddedNodeRed,
  type FlowNode,
} from '../helpers/embedded-node-red';
import { CONFIG, TAB, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';
import type { StreamCounts } from '../../lib/server/stream-counts';

/** Without a place, Node-RED takes a node for a config node. */
const placed = (nodes: readonly FlowNode[]): FlowNode[] =>
  nodes.map((node) => ('wires' in node ? { x: 0, y: 0, ...node } : node));

describe('odd flows', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  const uncaught: unknown[] = [];
  const keep = (error: unknown): void => {
    uncaught.push(error);
  };

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    process.on('unhandledRejection', keep);
    process.on('uncaughtExceptionMonitor', keep);
  });
  after(async () => {
    await nodeRed.stop();
    process.off('unhandledRejection', keep);
    process.off('uncaughtExceptionMonitor', keep);
  });
  beforeEach(async () => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
    simulator = await startSimulator({
      ...{ outputHz: 50, pointsHz: 20, details: false, busy: true },
      ...{ groundPoints: 300, backgroundPoints: 500 },
    });
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
    assert.deepEqual(uncaught, []);
  });

  const deploy = (nodes: readonly FlowNode[], type?: DeployType): Promise<void> =>
    nodeRed.deploy(
      placed([tab(), config(simulator, { backoffInitial: 0.1 }), ...catchNodes(), ...nodes]),
      type,
    );
  const input = (id: string, msg: Record<string, unknown>): void => {
    nodeRed.node(id).receive(msg as never);
  };
  const counts = (id = 's1'): StreamCounts => {
    const node = nodeRed.node(CONFIG) as unknown as {
      server: { report(): { streams: Record<string, StreamCounts> } };
    };
    return node.server.report().streams[id]!;
  };
  const balance = (id = 's1'): void => {
    const { received, emitted, filtered, dropped, queued } = counts(id);
    assert.equal(received, emitted + filtered + dropped + queued);
  };
  const fn = (id: string, func: string, ...to: string[]): FlowNode => ({
    ...{ id, type: 'function', z: TAB, name: id, func, outputs: 1, libs: [], wires: [to] },
  });
  const codes = (): string[] =>
    nodeRed.sink.of('errors').map(({ msg }) => (msg['error'] as { code: string }).code);

  for (const pacing of ['loop', 'complete'])
    it(`a stream wired to itself, pacing ${pacing}: an error for each message, and it goes on`, async () => {
      await deploy([stream('s1', 'objects', 's1', { pacing })]);
      await nodeRed.sink.wait('errors', 5);
      assert.deepEqual([...new Set(codes())], ['SENSR_BAD_REQUEST']);
      balance();
    });

  for (const pacing of ['loop', 'complete', 'rate'])
    it(`a stream without wires takes what comes, pacing ${pacing}`, async () => {
      await deploy([{ ...stream('s1', 'objects', '', { pacing, rate: 100 }), wires: [[]] }]);
      while (counts().emitted < 10) await new Promise((done) => setImmediate(done));
      balance();
      assert.equal(counts().dropped, 0);
    });

  it('a thousand next in one turn: as many messages, and not one more', async () => {
    simulator.setRates({ outputHz: 1000 });
    await deploy([stream('s1', 'objects', 'k1', { pacing: 'request' }), sinkNode('k1', 'objects')]);
    for (let index = 0; index < 1000; index += 1) input('s1', { action: 'next' });
    await nodeRed.sink.wait('objects', 1000);
    while (counts().queued < 10) await new Promise((done) => setImmediate(done));
    assert.equal(nodeRed.sink.of('objects').length, 1000);
    balance();
  });

  it('flushes while paused, and stays paused', async () => {
    await deploy([stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects')]);
    await nodeRed.sink.wait('objects');
    input('s1', { action: 'pause' });
    while (counts().queued < 5) await new Promise((done) => setImmediate(done));
    const { received } = counts();
    input('s1', { action: 'flush' });
    const sequence = ({ msg }: { msg: Record<string, unknown> }): number =>
      (msg['sensr'] as { sequence: number }).sequence;
    await nodeRed.sink.wait('objects', 1, (one) => sequence(one) === received);
    while (counts().received < received + 10) await new Promise((done) => setImmediate(done));
    assert.equal(sequence(nodeRed.sink.of('objects').at(-1)!), received);
    input('s1', { action: 'resume' });
    await nodeRed.sink.wait('objects', 1, (one) => sequence(one) > received);
    balance();
  });

  it('survives 1000 random actions', async () => {
    await deploy([stream('s1', 'objects', 'k1', { pacing: 'complete' }), sinkNode('k1', 'objects')]);
    const actions = ['next', 'pause', 'resume', 'flush', 'explode', undefined];
    for (let index = 0; index < 1000; index += 1) {
      input('s1', { action: actions[(index * 7919) % actions.length] });
      if (index % 50 === 0) await new Promise((done) => setImmediate(done));
    }
    input('s1', { action: 'resume' });
    await nodeRed.sink.wait('objects', nodeRed.sink.of('objects').length + 3);
    balance();
    assert.equal(simulator.stats().ports.output.connectionsEver, 1);
  });

  it('reconnects once for many reconnects in a row', async () => {
    await deploy([stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects')]);
    await nodeRed.sink.wait('objects');
    for (let index = 0; index < 100; index += 1) input('s1', { action: 'reconnect' });
    await simulator.waitForConnection('output', 2);
    await nodeRed.sink.wait('objects', nodeRed.sink.of('objects').length + 5);
    assert.equal(simulator.stats().ports.output.connectionsNow, 1);
    assert.ok(simulator.stats().ports.output.connectionsEver <= 3);
    assert.deepEqual(codes(), []);
  });

  it('keeps raw point frames whole in a queue of any size', async () => {
    await deploy([
      stream('s1', 'raw-points', 'k1', { queueSize: 10_000, queueMB: 4096, pacing: 'request' }),
      sinkNode('k1', 'raw'),
    ]);
    while (counts().queued < 10) await new Promise((done) => setImmediate(done));
    input('s1', { action: 'flush' });
    const got = await nodeRed.sink.wait('raw', 10);
    for (const { msg } of got) assert.ok(Buffer.isBuffer(msg['payload']));
    balance();
  });

  it('is deployed again and again while it connects, and every 20 ms, with one connection at the end', async () => {
    await simulator.setFault({ name: 'silentAccept' });
    const flows = (name: string): FlowNode[] => [
      stream('s1', 'objects', 'k1', { name }),
      stream('s2', 'points', 'k2', { pacing: 'complete' }),
      ...[sinkNode('k1', 'objects'), sinkNode('k2', 'points')],
    ];
    for (const type of ['full', 'nodes', 'flows'] as const) await deploy(flows(`connecting ${type}`), type);
    await simulator.clearFaults();
    const pending: Promise<void>[] = [];
    for (let index = 0; index < 60; index += 1) {
      pending.push(deploy(flows(`deploy ${index}`), (['nodes', 'full', 'flows'] as const)[index % 3]));
      await new Promise((done) => setTimeout(done, 20));
    }
    await Promise.all(pending);
    await deploy(flows('last'));
    nodeRed.sink.clear();
    await nodeRed.sink.wait('objects', 5);
    await nodeRed.sink.wait('points', 5);
    const { output, points } = simulator.stats().ports;
    assert.deepEqual([output.connectionsNow, points.connectionsNow], [1, 1]);
    balance('s1');
    balance('s2');
    const times = nodeRed.sink
      .of('objects')
      .map(({ msg }) => (msg['sensr'] as { timestamp: number }).timestamp);
    assert.equal(new Set(times).size, times.length);
  });

  describe('pacing complete', () => {
    const complete = (to: string, more: Record<string, unknown> = {}): FlowNode =>
      stream('s1', 'objects', to, { pacing: 'complete', stallTimeout: 10, ...more });
    /** Each message passes `begun`, then `nodes`, then `done`; none may begin before the one before it is done. */
    const inTurn = async (nodes: readonly FlowNode[], count = 4): Promise<void> => {
      await deploy([
        complete('k1'),
        { ...sinkNode('k1', 'begun'), wires: [['n1']] },
        ...nodes,
        sinkNode('k9', 'done'),
      ]);
      await nodeRed.sink.wait('done', count);
      const order = nodeRed.sink.all.map(({ sink }) => sink).filter((sink) => sink !== 'errors');
      for (const [index, sink] of order.entries())
        assert.equal(sink, index % 2 === 0 ? 'begun' : 'done', order.join(' '));
      assert.deepEqual(codes(), []);
      balance();
    };

    it('waits for an asynchronous function', () =>
      inTurn([fn('n1', 'await new Promise((done) => setTimeout(done, 30)); return msg;', 'k9')]));

    it('waits for a function that sends late and says that it is done', () =>
      inTurn([fn('n1', 'setTimeout(() => { node.send(msg); node.done(); }, 30);', 'k9')]));

    it('waits over a link call', () =>
      inTurn([
        {
          id: 'n1',
          type: 'link call',
          z: TAB,
          links: ['li'],
          linkType: 'static',
          timeout: '5',
          wires: [['k9']],
        },
        { id: 'li', type: 'link in', z: TAB, links: [], wires: [['n2']] },
        fn('n2', 'await new Promise((done) => setTimeout(done, 30)); return msg;', 'lo'),
        { id: 'lo', type: 'link out', z: TAB, mode: 'return', links: [], wires: [] },
      ]));

    it('waits over link nodes', () =>
      inTurn([
        { id: 'n1', type: 'link out', z: TAB, mode: 'link', links: ['li'], wires: [] },
        { id: 'li', type: 'link in', z: TAB, links: ['n1'], wires: [['n2']] },
        fn('n2', 'await new Promise((done) => setTimeout(done, 30)); return msg;', 'k9'),
      ]));

    it('waits over split and join', () =>
      inTurn([
        fn('n1', 'msg.payload = [1, 2, 3]; return msg;', 'n2'),
        { id: 'n2', type: 'split', z: TAB, splt: '\\n', arraySplt: 1, arraySpltType: 'len', wires: [['n3']] },
        fn('n3', 'await new Promise((done) => setTimeout(done, 10 * msg.payload)); return msg;', 'n4'),
        { id: 'n4', type: 'join', z: TAB, mode: 'auto', wires: [['k9']] },
      ]));

    it('waits over a subflow', () =>
      inTurn([
        {
          ...{ id: 'sub1', type: 'subflow', name: 'sub', in: [{ x: 0, y: 0, wires: [{ id: 'n2' }] }] },
          out: [{ x: 0, y: 0, wires: [{ id: 'n2', port: 0 }] }],
        },
        { ...fn('n2', 'await new Promise((done) => setTimeout(done, 30)); return msg;'), z: 'sub1' },
        { id: 'n1', type: 'subflow:sub1', z: TAB, wires: [['k9']] },
      ]));

    it('waits over a change, a switch and a delay of rate', () =>
      inTurn([
        {
          id: 'n1',
          type: 'change',
          z: TAB,
          rules: [{ t: 'set', p: 'x', pt: 'msg', to: '1', tot: 'num' }],
          wires: [['n2']],
        },
        {
          id: 'n2',
          type: 'switch',
          z: TAB,
          property: 'x',
          propertyType: 'msg',
          rules: [{ t: 'eq', v: '1', vt: 'num' }],
          checkall: 'true',
          outputs: 1,
          wires: [['n3']],
        },
        {
          id: 'n3',
          type: 'delay',
          z: TAB,
          pauseType: 'rate',
          rate: '50',
          nbRateUnits: '1',
          rateUnits: 'second',
          wires: [['k9']],
        },
      ]));

    it('goes on at once after a node that throws', async () => {
      await deploy([complete('n1'), fn('n1', "throw new Error('broken')")]);
      await nodeRed.sink.wait('errors', 5);
      assert.deepEqual([...new Set(codes())], [undefined]);
      balance();
    });

    it('gives up a node that never completes, with its name, and holds no more than inFlight', async () => {
      await deploy([
        complete('k1', { stallTimeout: 0.2, inFlight: 3 }),
        { ...sinkNode('k1', 'begun'), wires: [['n1']] },
        fn('n1', 'setTimeout(() => { /* forgets */ }, 1); return new Promise(() => undefined);'),
      ]);
      const errors = await nodeRed.sink.wait('errors', 1);
      assert.match((errors[0]!.msg['error'] as { message: string }).message, /still held by function 'n1'/);
      assert.equal(codes()[0], 'SENSR_STALLED');
      assert.equal(
        nodeRed.sink.all.findIndex(({ sink }) => sink === 'errors'),
        3,
      );
      await nodeRed.sink.wait('begun', 6);
      balance();
    });

    it('keeps two streams apart', async () => {
      await deploy([
        complete('k1', { stallTimeout: 0.3 }),
        stream('s2', 'objects', 'k2', { pacing: 'complete', stallTimeout: 10 }),
        { ...sinkNode('k1', 'one'), wires: [['n1']] },
        fn('n1', 'return new Promise(() => undefined);'),
        { ...sinkNode('k2', 'two'), wires: [['n2']] },
        fn('n2', 'await new Promise((done) => setTimeout(done, 5)); return msg;'),
      ]);
      await nodeRed.sink.wait('two', 10);
      assert.ok(nodeRed.sink.of('one').length <= 2);
      const [error] = await nodeRed.sink.wait('errors');
      assert.match((error!.msg['error'] as { message: string }).message, /held by function 'n1'\. /);
      balance('s1');
      balance('s2');
    });

    it('is not held up by what another stream sends because a message asked it to', async () => {
      const flood = await startSimulator({ outputHz: 20_000, pointsHz: 0, details: false });
      try {
        await nodeRed.deploy(
          placed([
            ...[tab(), ...catchNodes()],
            config({ outputPort: flood.outputPort, pointsPort: simulator.pointsPort }),
            stream('s1', 'points', 'k1', { pacing: 'complete', stallTimeout: 2 }),
            fn(
              'k1',
              "const n = (context.get('n') ?? 0) + 1; context.set('n', n); global.get('sink')('one', {}); return { action: n % 2 ? 'pause' : 'resume' };",
              's2',
            ),
            stream('s2', 'raw-output', 'd1', { queueSize: 1000 }),
            {
              ...{ id: 'd1', type: 'delay', z: TAB, name: 'slow', pauseType: 'delay', timeout: '20' },
              ...{ timeoutUnits: 'seconds', wires: [[]] },
            },
          ]),
        );
        await nodeRed.sink.wait('one', 30);
        assert.deepEqual(codes(), []);
      } finally {
        await nodeRed.deploy([]);
        await flood.close();
      }
    });

    it('leaves no hook behind', async () => {
      await deploy([complete('k1'), sinkNode('k1', 'objects')]);
      await nodeRed.sink.wait('objects');
      await nodeRed.deploy([]);
      const { hooks } = (await import('node-red')).default as unknown as {
        hooks: { has(name: string): boolean };
      };
      for (const name of ['preDeliver', 'onReceive', 'postReceive', 'onComplete'])
        assert.ok(!hooks.has(`${name}.sensrStreamCompletion`));
    });
  });
});
