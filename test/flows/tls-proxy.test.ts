import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../helpers/embedded-node-red';
import { CONFIG, TAB, catchNodes, config, sinkNode, stream, tab } from '../helpers/flows';
import { makeCertificate, type Identity } from '../unit/socket/helpers/certificates';
import { closeServers, listening, unusedPort } from '../unit/socket/helpers/servers';

const TLS = 'tls0000000000001';
const PROXY = 'proxy00000000001';

describe('TLS and proxies in a flow', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  let authority: Identity;
  const environment = { ...process.env };
  /** Of this machine or of npm; they must not decide. */
  const proxyVariables = (): string[] => Object.keys(process.env).filter((name) => /proxy/i.test(name));
  const clearProxyVariables = (): void => {
    for (const name of proxyVariables()) Reflect.deleteProperty(process.env, name);
  };

  before(async () => {
    authority = makeCertificate({ name: 'Test CA', isAuthority: true });
    nodeRed = await startEmbeddedNodeRed();
  });
  after(async () => {
    await nodeRed.stop();
    Object.assign(process.env, environment);
  });
  beforeEach(() => {
    clearProxyVariables();
    nodeRed.sink.clear();
    nodeRed.statuses.length = 0;
  });
  afterEach(async () => {
    clearProxyVariables();
    await nodeRed.deploy([]);
    await simulator.close();
    await closeServers();
  });

  const start = async (options: Partial<SimulatorOptions> = {}): Promise<void> => {
    simulator = await startSimulator({ outputHz: 50, pointsHz: 0, details: false, busy: true, ...options });
  };
  const tlsNode = (credentials: Record<string, string>, more: Record<string, unknown> = {}): FlowNode => ({
    ...{ id: TLS, type: 'tls-config', name: '', cert: '', key: '', ca: '', certname: '', keyname: '' },
    ...{ caname: '', servername: '', verifyservercert: true, alpnprotocol: '', credentials, ...more },
  });
  const proxyNode = (port: number, more: Record<string, unknown> = {}): FlowNode => ({
    ...{ id: PROXY, type: 'http proxy', name: '', url: `http://127.0.0.1:${port}`, noproxy: [], ...more },
  });
  const run = (more: Record<string, unknown>, ...beside: FlowNode[]): Promise<void> =>
    nodeRed.deploy([
      ...[tab(), ...beside, config(simulator, { backoffInitial: 0.1, ...more })],
      ...[stream('s1', 'objects', 'k1'), sinkNode('k1', 'objects'), ...catchNodes()],
    ]);
  const firstError = async (): Promise<{ code: string; message: string }> => {
    const [error] = await nodeRed.sink.wait('errors');
    return error!.msg['error'] as { code: string; message: string };
  };
  const turnsRed = (): Promise<unknown> => nodeRed.waitForStatus('s1', ({ fill }) => fill === 'red');
  const issued = (more: { names?: string[]; addresses?: string[] }): Identity =>
    makeCertificate({ name: 'sensr', issuer: authority, ...more });

  describe('TLS', () => {
    it('delivers over wss when the authority is trusted', async () => {
      await start({ tls: issued({ addresses: ['127.0.0.1'] }) });
      await run({ tls: TLS }, tlsNode({ cadata: authority.cert }));
      await nodeRed.sink.wait('objects', 3);
      assert.deepEqual(nodeRed.sink.of('errors'), []);
    });

    it('shows a client certificate where SENSR asks for one', async () => {
      const identity = issued({ addresses: ['127.0.0.1'] });
      await start({ tls: { ...identity, ca: authority.cert, requestCert: true } });
      const { key: keydata, cert: certdata } = makeCertificate({ name: 'client', issuer: authority });
      await run({ tls: TLS }, tlsNode({ cadata: authority.cert, keydata, certdata }));
      await nodeRed.sink.wait('objects');
      assert.deepEqual(nodeRed.sink.of('errors'), []);
    });

    it('refuses an unknown authority', async () => {
      await start({ tls: issued({ addresses: ['127.0.0.1'] }) });
      await run({ tls: TLS }, tlsNode({}));
      const { code, message } = await firstError();
      assert.equal(code, 'SENSR_TLS');
      assert.match(message, /authority is unknown; add it as CA/);
      await turnsRed();
      assert.deepEqual(nodeRed.sink.of('objects'), []);
    });

    it('refuses a certificate for another name, unless checkServerName is off; the chain counts in any case', async () => {
      await start({ tls: issued({ names: ['elsewhere.example'] }) });
      await run({ tls: TLS }, tlsNode({ cadata: authority.cert }));
      const { code, message } = await firstError();
      assert.equal(code, 'SENSR_TLS');
      assert.match(message, /certificate is for another name/);
      await run({ tls: TLS, checkServerName: false }, tlsNode({ cadata: authority.cert }));
      await nodeRed.sink.wait('objects');
      await nodeRed.deploy([]);
      nodeRed.sink.clear();
      await run({ tls: TLS, checkServerName: false }, tlsNode({}));
      assert.equal((await firstError()).code, 'SENSR_TLS');
      assert.deepEqual(nodeRed.sink.of('objects'), []);
    });

    it('honours the server name and the verify switch of the TLS node', async () => {
      await start({ tls: issued({ names: ['elsewhere.example'] }) });
      await run({ tls: TLS }, tlsNode({ cadata: authority.cert }, { servername: 'elsewhere.example' }));
      await nodeRed.sink.wait('objects');
      await nodeRed.deploy([]);
      nodeRed.sink.clear();
      await run({ tls: TLS }, tlsNode({}, { verifyservercert: false }));
      await nodeRed.sink.wait('objects');
      assert.deepEqual(nodeRed.sink.of('errors'), []);
    });

    it('says that there is no TLS on the port', async () => {
      await start();
      await run({ tls: TLS }, tlsNode({}));
      const { code, message } = await firstError();
      assert.equal(code, 'SENSR_TLS');
      assert.match(message, /no TLS on that port/);
      await turnsRed();
    });

    it('hints at TLS where a plain connection meets a TLS port', async () => {
      await start({ tls: issued({ addresses: ['127.0.0.1'] }) });
      await run({});
      const { code, message } = await firstError();
      assert.ok(['SENSR_TLS', 'SENSR_UNREACHABLE'].includes(code), code);
      assert.match(message, /choose a TLS configuration/);
      assert.deepEqual(nodeRed.sink.of('objects'), []);
    });

    it('never falls back to a plain connection when the TLS node is disabled or its files are not there', async () => {
      await start();
      await run({ tls: TLS }, tlsNode({}, { d: true }));
      assert.equal((await firstError()).code, 'SENSR_BAD_CONFIG');
      nodeRed.sink.clear();
      await run({ tls: TLS }, tlsNode({}, { ca: '/nowhere/ca.pem' }));
      await nodeRed.sink.wait('errors', 1, ({ msg }) => {
        const { code, message } = msg['error'] as { code?: string; message: string };
        return code === 'SENSR_BAD_CONFIG' && /could not be read/.test(message);
      });
      assert.equal(simulator.stats().ports.output.connectionsEver, 0);
    });

    it('says what is wrong with a CA that is none', async () => {
      await start({ tls: issued({ addresses: ['127.0.0.1'] }) });
      await run(
        { tls: TLS },
        tlsNode({ certdata: 'no certificate', keydata: 'no key', cadata: authority.cert }),
      );
      const { code } = await firstError();
      assert.equal(code, 'SENSR_TLS');
    });
  });

  describe('proxies', () => {
    /** Tunnels for everybody, or for who knows the password. */
    const startProxy = async (password?: string): Promise<{ port: number; asked: string[] }> => {
      const asked: string[] = [];
      const server = http.createServer();
      server.on('connect', (request: http.IncomingMessage, client: net.Socket, head: Buffer) => {
        asked.push(request.url ?? '');
        client.on('error', () => undefined);
        const expected = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
        if (password !== undefined && request.headers['proxy-authorization'] !== expected) {
          client.end('HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\n\r\n');
          return;
        }
        const [host = '', port = ''] = (request.url ?? '').split(':');
        const target = net.connect(Number(port), host, () => {
          client.write('HTTP/1.1 200 Connection established\r\n\r\n');
          target.write(head);
          target.pipe(client).pipe(target);
        });
        client.on('close', () => target.destroy());
        target.on('close', () => client.destroy());
        target.on('error', () => client.destroy());
      });
      return { port: await listening(server), asked };
    };

    it('goes through the proxy node, with its credentials', async () => {
      await start();
      const { port, asked } = await startProxy('pass%20 w:ord@');
      const credentials = { username: 'user', password: 'pass%20 w:ord@' };
      await run({ proxy: PROXY }, proxyNode(port, { credentials }));
      await nodeRed.sink.wait('objects', 2);
      assert.deepEqual(asked, [`127.0.0.1:${simulator.outputPort}`]);
    });

    it('goes through the proxy node with TLS inside', async () => {
      await start({ tls: issued({ addresses: ['127.0.0.1'] }) });
      const { port, asked } = await startProxy();
      await run({ proxy: PROXY, tls: TLS }, proxyNode(port), tlsNode({ cadata: authority.cert }));
      await nodeRed.sink.wait('objects', 2);
      assert.equal(asked.length, 1);
    });

    it('leaves out the hosts that the proxy node excludes', async () => {
      await start();
      const { port, asked } = await startProxy();
      await run({ proxy: PROXY }, proxyNode(port, { noproxy: ['127.0.0.1'] }));
      await nodeRed.sink.wait('objects');
      assert.deepEqual(asked, []);
    });

    it('reads ws_proxy and all_proxy, and no_proxy against them', async () => {
      await start();
      const { port, asked } = await startProxy();
      const tunnels = async (variables: Record<string, string>): Promise<number> => {
        await nodeRed.deploy([]);
        nodeRed.sink.clear();
        clearProxyVariables();
        Object.assign(process.env, variables);
        asked.length = 0;
        await run({});
        await nodeRed.sink.wait('objects');
        return asked.length;
      };
      const proxy = `http://127.0.0.1:${port}`;
      const { outputPort } = simulator;
      assert.equal(await tunnels({ ws_proxy: proxy }), 1);
      assert.equal(await tunnels({ all_proxy: proxy }), 1);
      assert.equal(await tunnels({ ALL_PROXY: `127.0.0.1:${port}` }), 1);
      assert.equal(await tunnels({ all_proxy: proxy, no_proxy: `127.0.0.1:${outputPort + 1}` }), 1);
      assert.equal(await tunnels({ all_proxy: proxy, no_proxy: `other, 127.0.0.1:${outputPort}` }), 0);
      assert.equal(await tunnels({ http_proxy: proxy }), 0);
      assert.equal(await tunnels({ http_proxy: proxy, NR_PROXY_MODE: 'legacy' }), 1);
    });

    it('tells that a proxy asks for credentials or cannot be reached, without showing them', async () => {
      await start();
      const { port } = await startProxy('secret');
      await run(
        { proxy: PROXY },
        proxyNode(port, { credentials: { username: 'user', password: 'wr0ng-pass' } }),
      );
      const refused = await firstError();
      assert.equal(refused.code, 'SENSR_HTTP_407');
      assert.match(refused.message, /the proxy 127\.0\.0\.1:\d+ answered HTTP 407/);
      nodeRed.sink.clear();
      await run({ proxy: PROXY }, proxyNode(await unusedPort()));
      const unreachable = await firstError();
      assert.equal(unreachable.code, 'SENSR_UNREACHABLE');
      assert.match(unreachable.message, /the proxy 127\.0\.0\.1:\d+ cannot be reached/);
      assert.ok(!JSON.stringify([refused, unreachable, nodeRed.statuses]).includes('wr0ng-pass'));
    });

    it('says what a proxy node must have as its address, and connects nothing', async () => {
      await start();
      for (const url of ['socks5://user:wr0ng-pass@127.0.0.1:1', 'http://user:wr0ng-pass@127.0.0.1:99999']) {
        await run({ proxy: PROXY }, proxyNode(1, { url }));
        const { code, message } = await firstError();
        assert.equal(code, 'SENSR_BAD_CONFIG');
        assert.match(message, /^proxy: expected the address of an HTTP proxy, .* got '\w+:\/\/127\.0\.0\.1:/);
        await turnsRed();
        nodeRed.sink.clear();
      }
      assert.ok(!JSON.stringify(nodeRed.statuses).includes('wr0ng-pass'));
      assert.equal(simulator.stats().ports.output.connectionsEver, 0);
    });

    it('says so of the environment too, to the streams that it is for; REST goes its own way', async () => {
      await start();
      const { port } = await startProxy();
      process.env['all_proxy'] = 'socks5://user:wr0ng-pass@127.0.0.1:1080';
      process.env['http_proxy'] = `http://127.0.0.1:${port}`;
      const restNode: FlowNode = {
        ...{ id: 'a1', type: 'sensr-api', z: TAB, x: 0, y: 0, server: CONFIG, operation: 'health.get' },
        wires: [['k2']],
      };
      await run({ restPort: simulator.restPort }, restNode, sinkNode('k2', 'answers'));
      const { code, message } = await firstError();
      assert.equal(code, 'SENSR_BAD_CONFIG');
      assert.match(
        message,
        /^ws:.*: expected the address of an HTTP proxy, .* got 'socks5:\/\/127\.0\.0\.1:1080'/,
      );
      nodeRed.node('a1').receive({});
      await nodeRed.sink.wait('answers');
      assert.equal(simulator.stats().ports.output.connectionsEver, 0);
    });

    it('closes the connection to the proxy on a deploy', async () => {
      await start();
      const sockets = new Set<net.Socket>();
      const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        socket.resume();
      });
      const port = await listening(server);
      const connected = new Promise<void>((resolve) => server.once('connection', () => resolve()));
      await run({ proxy: PROXY }, proxyNode(port));
      await connected;
      const closed = new Promise<void>((resolve) => {
        for (const socket of sockets) socket.once('close', () => resolve());
      });
      await nodeRed.deploy([]);
      await closed;
      assert.equal(sockets.size, 0);
    });
  });
});
