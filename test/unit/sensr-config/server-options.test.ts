import '../thread/helpers/without-built-thread';
import assert from 'node:assert/strict';
import { Server } from '../../../lib/server/server';
import { serverOptions, type Surroundings } from '../../../nodes/sensr-config/server-options';

const AROUND: Surroundings = { credentials: {}, environment: {} };
const options = (saved: Record<string, unknown>, around: Partial<Surroundings> = {}) =>
  serverOptions({ host: '10.0.0.5', ...saved }, { ...AROUND, ...around });

const refuses = (saved: Record<string, unknown>, message: RegExp): void => {
  assert.throws(() => options(saved), { name: 'SensrError', code: 'SENSR_BAD_CONFIG', message });
};

describe('serverOptions', () => {
  it('converts the defaults', () => {
    const { proxyFor, ...rest } = options({});
    assert.deepEqual(rest, {
      name: '10.0.0.5',
      host: '10.0.0.5',
      ports: { output: 5050, points: 5051 },
      credentials: {},
      pingIntervalMs: 15_000,
      pongTimeoutMs: 8000,
      connectTimeoutMs: 5000,
      backoffInitialMs: 1000,
      backoffMaxMs: 60_000,
      maxFrameBytes: 67_108_864,
      http: {
        port: 9080,
        apiVersion: '',
        connections: 20,
        responseTimeoutMs: 10_000,
        longResponseTimeoutMs: 30_000,
        retries: 3,
        retryDelayMs: 300,
      },
    });
    assert.equal(proxyFor('ws://10.0.0.5:5050'), undefined);
  });

  it('honors the options of the HTTP session', () => {
    const { http } = options({
      restPort: '9081',
      apiVersion: ' v3.5 ',
      connections: '7',
      responseTimeout: '1.5',
      longResponseTimeout: 60,
      retries: 0,
      retryDelay: '0.25',
    });
    assert.deepEqual(http, {
      port: 9081,
      apiVersion: 'v3.5',
      connections: 7,
      responseTimeoutMs: 1500,
      longResponseTimeoutMs: 60_000,
      retries: 0,
      retryDelayMs: 250,
    });
  });

  it('honors every option it knows, numbers as text too', () => {
    const {
      name,
      ports,
      pingIntervalMs,
      pongTimeoutMs,
      connectTimeoutMs,
      backoffInitialMs,
      backoffMaxMs,
      maxFrameBytes,
    } = options({
      name: 'hall',
      outputPort: '1',
      pointsPort: '65535',
      pingInterval: '2.5',
      pongTimeout: '1',
      connectTimeout: '0.5',
      backoffInitial: '0.1',
      backoffMax: '0.1',
      maxFrameMB: '1.5',
    });
    assert.deepEqual(
      [
        name,
        ports,
        pingIntervalMs,
        pongTimeoutMs,
        connectTimeoutMs,
        backoffInitialMs,
        backoffMaxMs,
        maxFrameBytes,
      ],
      ['hall', { output: 1, points: 65_535 }, 2500, 1000, 500, 100, 100, 1_572_864],
    );
  });

  for (const host of [
    'localhost',
    'sensr.local',
    'sensr-1',
    'a_b',
    '10.0.0.5',
    ' 10.0.0.5 ',
    '::1',
    'fd00::5',
    '::ffff:10.0.0.5',
    'müller.de',
  ])
    it(`takes '${host}' for a host, and a server can be made of it`, () => {
      const made = options({ host });
      assert.equal(made.host, host.trim());
      const nothing = (): void => undefined;
      new Server(made, { onStatus: nothing, onProblem: nothing, onOverflow: nothing });
    });

  for (const [what, host, message] of [
    ['nothing', '', /^host: expected a host name or an IP address, such as 10\.0\.0\.5, got nothing$/],
    ['blanks', '  ', /got nothing$/],
    ['a scheme', 'http://10.0.0.5', /without a scheme; got 'http:\/\/10\.0\.0\.5'/],
    ['a port', '10.0.0.5:5050', /the port in its own field; got '10\.0\.0\.5:5050'/],
    ['a variable that is not set', '${SENSR_HOST}', /got \$\{SENSR_HOST\}: there is no environment variable/],
    ['a variable within a text', '${A}.local', /got '\$\{A\}\.local'/],
    ['a path', '10.0.0.5/sensr', /got '10\.0\.0\.5\/sensr'/],
    ['a user', 'me@10.0.0.5', /got 'me@10\.0\.0\.5'/],
    ['a blank within', '10.0.0 .5', /got '10\.0\.0 \.5'/],
    ['an address out of range', '256.0.0.1', /got '256\.0\.0\.1'/],
    ['an address of five parts', '10.0.0.5.6', /got '10\.0\.0\.5\.6'/],
    ['an IPv6 address that is none', '1:2:3', /got '1:2:3'/],
    ['an IPv6 address with a zone, which no URL can carry', 'fe80::1%eth0', /got 'fe80::1%eth0'/],
  ] as const)
    it(`refuses a host with ${what}`, () => {
      refuses({ host }, message);
    });

  it('refuses an IPv6 address in brackets without mistaking it for one with a port', () => {
    refuses({ host: '[fd00::5]' }, /without brackets/);
  });

  it('refuses ports out of range', () => {
    for (const [port, shown] of [
      [0, '0'],
      [65_536, '65536'],
      ['80.5', "'80.5'"],
      ['abc', "'abc'"],
    ] as const)
      for (const name of ['outputPort', 'pointsPort', 'restPort'])
        refuses(
          { [name]: port },
          new RegExp(`^${name}: expected a whole number from 1 to 65535, got ${shown}$`),
        );
  });

  it('refuses a backoffMax below backoffInitial, naming both', () => {
    refuses(
      { backoffInitial: 10, backoffMax: '5' },
      /^backoffMax: expected at least backoffInitial \(10 s\), got 5 s$/,
    );
  });

  it('goes secure only with a TLS configuration', () => {
    assert.equal('secure' in options({ checkServerName: false }), false);
    assert.deepEqual(options({ checkServerName: false }, { tls: { ca: 'CA' } }).secure, {
      ca: 'CA',
      rejectUnauthorized: true,
      checkServerName: false,
    });
  });

  it('takes the proxy from its node, else from the environment as it was then', () => {
    const url = 'ws://10.0.0.5:5050';
    const environment: Record<string, string> = { ws_proxy: 'http://env:1' };
    const fromEnvironment = options({}, { environment });
    environment['ws_proxy'] = 'http://later:1';
    assert.equal(fromEnvironment.proxyFor(url), 'http://env:1');
    const proxy = { url: 'http://node:1', noProxy: [] };
    assert.equal(options({}, { environment, proxy }).proxyFor(url), 'http://node:1/');
    const proxySettings = { mode: 'legacy' } as const;
    assert.equal(options({}, { environment, proxySettings }).proxyFor(url), undefined);
  });

  it('passes credentials on', () => {
    const credentials = { username: 'me', password: 'x' };
    assert.equal(options({}, { credentials }).credentials, credentials);
  });
});
