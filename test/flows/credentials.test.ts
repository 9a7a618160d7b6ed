import assert from 'node:assert/strict';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../helpers/embedded-node-red';
import { CONFIG, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';

const PASSWORD = 'pa55-Wörd:%41@x';
const TOKEN = 't0ken-never-shown';

describe('credentials in a flow', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  const log: string[] = [];

  before(async () => {
    const capture = {
      level: 'trace',
      handler: () => (entry: { msg: unknown }) => {
        const { msg } = entry;
        log.push(msg instanceof Error ? `${msg.stack}` : JSON.stringify(entry));
      },
    };
    nodeRed = await startEmbeddedNodeRed({ logging: { console: { level: 'off' }, capture } });
  });
  after(() => nodeRed.stop());
  beforeEach(() => {
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
    log.length = 0;
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
  });

  const run = async (
    options: Partial<SimulatorOptions>,
    credentials: Record<string, string>,
  ): Promise<void> => {
    simulator = await startSimulator({ outputHz: 50, pointsHz: 0, details: false, ...options });
    await nodeRed.deploy([
      ...[tab(), config(simulator, { backoffInitial: 0.1, backoffMax: 0.1, credentials })],
      stream('s1', 'objects', 'k1'),
      ...[sinkNode('k1', 'objects'), ...catchNodes()],
      { id: 'status1', type: 'status', z: tab().id, scope: null, wires: [['k2']] },
      sinkNode('k2', 'status'),
    ]);
  };
  const everything = (): string =>
    JSON.stringify([
      nodeRed.sink.all,
      nodeRed.statuses,
      log,
      (nodeRed.node(CONFIG) as unknown as { server: { report(): unknown } }).server.report(),
    ]);
  const assertSecret = (...secrets: string[]): void => {
    for (const secret of secrets)
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
        assert.ok(!everything().includes(form), `'${form}' shows`);
  };

  it('signs in with user name and password', async () => {
    await run({ username: 'user', password: PASSWORD }, { username: 'user', password: PASSWORD });
    await nodeRed.sink.wait('objects', 2);
    assertSecret(PASSWORD, `user:${PASSWORD}`);
  });

  it('signs in with a token', async () => {
    await run({ token: TOKEN }, { token: TOKEN });
    await nodeRed.sink.wait('objects', 2);
    assertSecret(TOKEN);
  });

  it('signs in with a token that is an environment variable', async () => {
    process.env['SENSR_TEST_TOKEN'] = TOKEN;
    try {
      await run({ token: TOKEN }, { token: '${SENSR_TEST_TOKEN}' });
      await nodeRed.sink.wait('objects');
    } finally {
      Reflect.deleteProperty(process.env, 'SENSR_TEST_TOKEN');
    }
  });

  it('takes a token that was pasted with a line break', async () => {
    await run({ token: TOKEN }, { token: `${TOKEN}\n` });
    await nodeRed.sink.wait('objects');
  });

  for (const [what, credentials] of [
    ['none', {}],
    ['a wrong password', { username: 'user', password: 'wr0ng-one' }],
    ['a wrong token', { token: 'wr0ng-one' }],
  ] as const)
    it(`says that credentials are wrong: ${what}; once, with a red status and no secret`, async () => {
      await run({ username: 'user', password: PASSWORD, token: TOKEN }, { ...credentials });
      const [error] = await nodeRed.sink.wait('errors');
      const { code, message } = error!.msg['error'] as { code: string; message: string };
      assert.equal(code, 'SENSR_HTTP_401');
      assert.match(message, /user name, password or token are missing or wrong/);
      await nodeRed.waitForStatus('s1', ({ fill }) => fill === 'red');
      assert.equal(nodeRed.sink.of('errors').length, 1);
      assert.deepEqual(nodeRed.sink.of('objects'), []);
      assertSecret('wr0ng-one', 'user:wr0ng-one', PASSWORD, TOKEN);
    });
});
