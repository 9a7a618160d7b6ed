import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startSimulator, type Simulator } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';

describe('bad input', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
  });
  after(() => nodeRed.stop());
  beforeEach(async () => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
    simulator = await startSimulator({ outputHz: 50, pointsHz: 20, groundPoints: 30, backgroundPoints: 50 });
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
  });

  const run = (more: Record<string, unknown> = {}, streamMore: Record<string, unknown> = {}): Promise<void> =>
    nodeRed.deploy([
      ...[
        tab(),
        config(simulator, { backoffInitial: 0.1, ...more }),
        stream('s1', 'objects', 'k1', streamMore),
      ],
      ...[sinkNode('k1', 'objects'), ...catchNodes()],
    ]);
  const firstError = async (code?: string): Promise<{ code: string; message: string }> => {
    const has = (one: { msg: Record<string, unknown> }): boolean =>
      code === undefined || (one.msg['error'] as { code: string }).code === code;
    const [error] = await nodeRed.sink.wait('errors', 1, has);
    return error!.msg['error'] as { code: string; message: string };
  };
  const turnsRed = (): Promise<unknown> => nodeRed.waitForStatus('s1', ({ fill }) => fill === 'red');

  for (const [what, host, pattern] of [
    ['an empty host', '', /host: expected a host name or an IP address.*got nothing/],
    ['a host with a scheme', 'http://10.0.0.5', /without a scheme/],
    ['a host with a port', '10.0.0.5:5050', /the port in its own field/],
    ['an unset environment variable', '${SENSR_NOT_SET}', /no environment variable of that name/],
  ] as const)
    it(`says what is wrong with ${what}`, async () => {
      await run({ host });
      const { code, message } = await firstError('SENSR_BAD_CONFIG');
      assert.equal(code, 'SENSR_BAD_CONFIG');
      const all = nodeRed.sink.of('errors').map(({ msg }) => (msg['error'] as { message: string }).message);
      assert.ok(
        [message, ...all].some((one) => pattern.test(one)) || pattern.test(all.join('\n')),
        all.join('\n'),
      );
      await turnsRed();
    });

  it('refuses a port out of range and takes numbers saved as text', async () => {
    await run({ outputPort: '70000' });
    assert.equal((await firstError()).code, 'SENSR_BAD_CONFIG');
    nodeRed.sink.clear();
    await run({ outputPort: String(simulator.outputPort) });
    await nodeRed.sink.wait('objects');
  });

  it('says that the server node is missing', async () => {
    await nodeRed.deploy([
      tab(),
      stream('s1', 'objects', 'k1', { server: '' }),
      sinkNode('k1', 'objects'),
      ...catchNodes(),
    ]);
    const { code, message } = await firstError();
    assert.equal(code, 'SENSR_BAD_CONFIG');
    assert.match(message, /none is chosen, or it is missing or disabled/);
    await turnsRed();
  });

  it('says that the server node is disabled', async () => {
    await nodeRed.deploy([
      ...[
        tab(),
        config(simulator, { d: true }),
        stream('s1', 'objects', 'k1'),
        sinkNode('k1', 'objects'),
        ...catchNodes(),
      ],
    ]);
    assert.equal((await firstError()).code, 'SENSR_BAD_CONFIG');
  });

  for (const code of [401, 403, 404, 503])
    it(`tells HTTP ${code} on the upgrade from other failures`, async () => {
      await simulator.setFault({ name: 'upgradeStatus', port: 'output', status: code });
      await run();
      const error = await firstError();
      assert.equal(error.code, `SENSR_HTTP_${code}`);
      assert.match(error.message, new RegExp(`HTTP ${code}`));
      await simulator.clearFaults();
      await nodeRed.sink.wait('objects');
    });

  it('tells a web server from SENSR', async () => {
    await simulator.setFault({ name: 'notWebSocket', port: 'output' });
    await run();
    assert.equal((await firstError()).code, 'SENSR_NOT_WEBSOCKET');
    await turnsRed();
  });

  it('tells a server that speaks something else altogether', async () => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 ready\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await run({ outputPort: (server.address() as AddressInfo).port });
      assert.equal((await firstError()).code, 'SENSR_NOT_WEBSOCKET');
    } finally {
      await nodeRed.deploy([]);
      server.close();
    }
  });

  it('gives up a handshake that is never answered after connectTimeout', async () => {
    await simulator.setFault({ name: 'silentAccept', port: 'output' });
    await run({ connectTimeout: 0.3 });
    assert.equal((await firstError()).code, 'SENSR_TIMEOUT');
    await simulator.clearFaults();
    await nodeRed.sink.wait('objects');
  });

  it('tells that nobody listens on the port', async () => {
    await simulator.setFault({ name: 'refuse', port: 'output' });
    await run();
    const { code, message } = await firstError();
    assert.equal(code, 'SENSR_UNREACHABLE');
    assert.match(message, /refused the connection/);
  });

  for (const [fault, code] of [
    ['text', 'SENSR_TEXT_FRAME'],
    ['empty', 'SENSR_EMPTY_FRAME'],
    ['garbage', 'SENSR_BAD_FRAME'],
    ['truncate', 'SENSR_BAD_FRAME'],
  ] as const)
    it(`counts and reports ${fault} frames, at most once a second, and loses nothing else`, async () => {
      await simulator.setFault({ name: fault, port: 'output', every: 5 });
      await run();
      assert.equal((await firstError()).code, code);
      await nodeRed.sink.wait('objects', 40);
      const errors = nodeRed.sink.of('errors');
      const elapsedS = (errors.at(-1)!.atMs - errors[0]!.atMs) / 1000;
      assert.ok(errors.length <= elapsedS + 2, `${errors.length} errors in ${elapsedS} s`);
      assert.equal(simulator.stats().ports.output.connectionsEver, 1);
      const dropped = nodeRed.sink
        .of('objects')
        .reduce((sum, { msg }) => sum + (msg['sensr'] as { dropped: number }).dropped, 0);
      assert.ok(dropped >= 5, `${dropped} dropped`);
    });

  it('closes on a frame over maxFrameMB, says so, and comes back', async () => {
    await simulator.setFault({ name: 'oversize', port: 'output', bytes: 3_000_000, every: 20 });
    await run({ maxFrameMB: 2 });
    const { code, message } = await firstError();
    assert.equal(code, 'SENSR_FRAME_TOO_LARGE');
    assert.match(message, /more than 2 MB, the limit set in maxFrameMB/);
    await simulator.clearFaults();
    await nodeRed.sink.wait('objects', nodeRed.sink.of('objects').length + 30);
  });

  it('survives every malformed vector and delivers the good frame after it', async () => {
    simulator.setRates({ outputHz: 0 });
    await run();
    await simulator.waitForConnection('output');
    const folder = 'test/fixtures/vectors';
    for (const name of readdirSync(folder).filter(
      (file) => file.startsWith('bad_') && file.endsWith('.bin'),
    )) {
      const seen = nodeRed.sink.of('objects').length;
      simulator.sendRaw('output', readFileSync(`${folder}/${name}`));
      simulator.publishOutput();
      await nodeRed.sink.wait('objects', seen + 1);
    }
    assert.equal(simulator.stats().ports.output.connectionsNow, 1);
  });

  it('does not lose an outage in a flood of errors: one message for an outage, whatever the number of attempts', async () => {
    await simulator.setFault({ name: 'refuse', port: 'output' });
    await run({ backoffInitial: 0.1, backoffMax: 0.1 });
    await firstError();
    const attempts = (): number =>
      (
        nodeRed.node('config0000000001') as unknown as {
          server: { report(): { output: { statistics: { attempts: number } } } };
        }
      ).server.report().output.statistics.attempts;
    while (attempts() < 10) await new Promise((done) => setTimeout(done, 20));
    assert.equal(nodeRed.sink.of('errors').length, 1);
  });
});
