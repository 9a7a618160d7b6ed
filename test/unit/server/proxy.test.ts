import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { proxyFor, type Environment, type ProxyNode, type ProxySettings } from '../../../lib/server/proxy';

/** What Node-RED's own nodes use. */
const { getProxyForUrl } = createRequire(__filename)('@node-red/nodes/core/network/lib/proxyHelper.js') as {
  getProxyForUrl: (url: string, options: ProxySettings & { env: Environment }) => string;
};

const WS = 'ws://sensr.local:5050';

/** Ours and Node-RED's answer to the same question; '' is none. */
function both(url: string, env: Environment, settings: ProxySettings = {}): [ours: string, theirs: string] {
  return [proxyFor(url, undefined, env, settings) ?? '', getProxyForUrl(url, { ...settings, env })];
}

describe('proxyFor, from the environment', () => {
  const PROXY = 'http://proxy:3128';
  const cases: readonly [what: string, url: string, env: Environment, settings?: ProxySettings][] = [
    ['nothing set', WS, {}],
    ['the scheme’s own variable', WS, { ws_proxy: PROXY }],
    ['that of a secure one', 'wss://sensr.local:5050', { wss_proxy: PROXY, ws_proxy: 'http://other' }],
    ['http_proxy is not for ws', WS, { http_proxy: PROXY, https_proxy: PROXY }],
    ['all_proxy', WS, { all_proxy: PROXY }],
    ['the own one before all_proxy', WS, { all_proxy: 'http://other', ws_proxy: PROXY }],
    ['upper case', WS, { WS_PROXY: PROXY }],
    ['lower case first', WS, { WS_PROXY: 'http://upper', ws_proxy: 'http://lower' }],
    [
      'upper case first when asked',
      WS,
      { WS_PROXY: 'http://upper', ws_proxy: 'http://lower' },
      { favourUpperCase: true },
    ],
    ['lower case alone when upper is favoured', WS, { ws_proxy: 'http://lower' }, { favourUpperCase: true }],
    ['lower case only when asked', WS, { WS_PROXY: PROXY }, { lowerCaseOnly: true }],
    ['an empty variable counts as unset', WS, { ws_proxy: '', WS_PROXY: PROXY, all_proxy: 'http://other' }],
    ['npm’s own', WS, { npm_config_ws_proxy: PROXY, ws_proxy: 'http://other' }],
    ['npm’s proxy before all_proxy', WS, { npm_config_proxy: PROXY, all_proxy: 'http://other' }],
    ['npm’s proxy after the scheme’s own', WS, { npm_config_proxy: 'http://other', ws_proxy: PROXY }],
    ['npm’s ignored when asked', WS, { npm_config_ws_proxy: PROXY }, { excludeNpm: true }],
    ['npm’s exclusions', WS, { ws_proxy: PROXY, npm_config_no_proxy: 'sensr.local', no_proxy: 'other' }],
    [
      'npm’s exclusions ignored when asked',
      WS,
      { ws_proxy: PROXY, npm_config_no_proxy: 'sensr.local' },
      { excludeNpm: true },
    ],
    ['excluded by name', WS, { ws_proxy: PROXY, no_proxy: 'a.b, sensr.local' }],
    ['excluded whatever the case', 'ws://SENSR.local:5050', { ws_proxy: PROXY, NO_PROXY: 'Sensr.LOCAL' }],
    ['excluded by *', WS, { ws_proxy: PROXY, no_proxy: '*' }],
    ['excluded by domain', WS, { ws_proxy: PROXY, no_proxy: '.local' }],
    ['excluded by wildcard', WS, { ws_proxy: PROXY, no_proxy: '*.local' }],
    ['not excluded by a part of a name', WS, { ws_proxy: PROXY, no_proxy: 'local' }],
    ['not excluded by another domain', WS, { ws_proxy: PROXY, no_proxy: '.example' }],
    ['excluded with its port', WS, { ws_proxy: PROXY, no_proxy: 'sensr.local:5050' }],
    ['not excluded with another port', WS, { ws_proxy: PROXY, no_proxy: 'sensr.local:5051' }],
    ['excluded with the default port', 'ws://sensr.local', { ws_proxy: PROXY, no_proxy: 'sensr.local:80' }],
    [
      'excluded with the secure default port',
      'wss://sensr.local',
      { wss_proxy: PROXY, no_proxy: '.local:443' },
    ],
    ['excluded by address', 'ws://10.0.0.5:5050', { ws_proxy: PROXY, no_proxy: '10.0.0.5' }],
    ['excluded by IPv6 address', 'ws://[fd00::5]:5050', { ws_proxy: PROXY, no_proxy: '[fd00::5]' }],
    ['empty entries exclude nothing', WS, { ws_proxy: PROXY, no_proxy: ', ,' }],
    ['legacy: http_proxy for all', WS, { http_proxy: PROXY }, { mode: 'legacy' }],
    ['legacy: upper case first', WS, { http_proxy: 'http://lower', HTTP_PROXY: PROXY }, { mode: 'legacy' }],
    [
      'legacy: an empty variable counts as unset',
      WS,
      { http_proxy: PROXY, HTTP_PROXY: '' },
      { mode: 'legacy' },
    ],
    ['legacy: all_proxy is unknown', WS, { all_proxy: PROXY, ws_proxy: PROXY }, { mode: 'legacy' }],
    ['legacy: excluded by any part', WS, { http_proxy: PROXY, no_proxy: 'other, sensr' }, { mode: 'legacy' }],
    [
      'legacy: upper case exclusions first',
      WS,
      { http_proxy: PROXY, no_proxy: 'sensr', NO_PROXY: 'x' },
      { mode: 'legacy' },
    ],
    [
      'legacy: empty exclusions count as unset',
      WS,
      { http_proxy: PROXY, no_proxy: 'sensr', NO_PROXY: '' },
      { mode: 'legacy' },
    ],
    ['legacy: nothing set', WS, {}, { mode: 'legacy' }],
  ];
  for (const [what, url, env, settings] of cases)
    it(`answers as Node-RED does: ${what}`, () => {
      const [ours, theirs] = both(url, env, settings);
      assert.equal(ours, theirs);
    });

  it('answers as Node-RED does in any combination', () => {
    const value = fc.option(fc.constantFrom('', 'http://a:1', 'http://b:2'), { nil: undefined });
    const excluded = fc.option(
      fc
        .array(
          fc.constantFrom(
            '*',
            'sensr.local',
            '.local',
            '*.local',
            'local',
            'sensr.local:5050',
            ':5050',
            '.x',
          ),
          {
            minLength: 1,
            maxLength: 3,
          },
        )
        .map((entries) => entries.join(',')),
      { nil: undefined },
    );
    const names = (base: string): string[] => [base, base.toUpperCase()];
    const proxies = [
      'ws_proxy',
      'http_proxy',
      'all_proxy',
      'npm_config_proxy',
      'npm_config_ws_proxy',
    ].flatMap(names);
    const exclusions = ['no_proxy', 'npm_config_no_proxy'].flatMap(names);
    const environment = fc.record({
      ...Object.fromEntries(proxies.map((name) => [name, value])),
      ...Object.fromEntries(exclusions.map((name) => [name, excluded])),
    }) as fc.Arbitrary<Environment>;
    const settings = fc.record({
      mode: fc.constantFrom('strict' as const, 'legacy' as const),
      favourUpperCase: fc.boolean(),
      lowerCaseOnly: fc.boolean(),
      excludeNpm: fc.boolean(),
    });
    fc.assert(
      fc.property(environment, settings, (env, set) => {
        const [ours, theirs] = both(WS, env, set);
        assert.equal(ours, theirs);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes NR_PROXY_MODE for the mode, when it is one', () => {
    const env = { http_proxy: 'http://legacy:1', ws_proxy: 'http://strict:1' };
    const answer = (NR_PROXY_MODE: string, settings?: ProxySettings): string | undefined =>
      proxyFor(WS, undefined, { ...env, NR_PROXY_MODE }, settings);
    assert.equal(answer('legacy'), 'http://legacy:1');
    assert.equal(answer('strict', { mode: 'legacy' }), 'http://strict:1');
    for (const unknown of ['', 'other']) assert.equal(answer(unknown, { mode: 'legacy' }), 'http://legacy:1');
  });

  // Node-RED would ask a proxy at ws://proxy:3128, which is none.
  it('takes a proxy without a scheme for an HTTP proxy', () => {
    assert.equal(proxyFor(WS, undefined, { ws_proxy: 'proxy:3128' }), 'http://proxy:3128');
    assert.equal(
      proxyFor(WS, undefined, { http_proxy: 'proxy:3128' }, { mode: 'legacy' }),
      'http://proxy:3128',
    );
  });

  // Node-RED would take an empty entry for one that matches everything.
  it('takes no empty exclusion for one of everything in legacy mode', () => {
    const env = { http_proxy: 'http://a:1', no_proxy: 'other,' };
    assert.equal(proxyFor(WS, undefined, env, { mode: 'legacy' }), 'http://a:1');
  });
});

describe('proxyFor, from a proxy node', () => {
  const node = (change: Partial<ProxyNode> = {}): ProxyNode => ({
    url: 'http://proxy:3128',
    noProxy: [],
    ...change,
  });

  it('goes through the node’s proxy, whatever the environment says', () => {
    assert.equal(proxyFor(WS, node(), { ws_proxy: 'http://other', no_proxy: '*' }), 'http://proxy:3128/');
    assert.equal(proxyFor(WS, node({ url: 'proxy:3128' }), {}), 'http://proxy:3128/');
    assert.equal(proxyFor(WS, node({ url: 'https://proxy:3128' }), {}), 'https://proxy:3128/');
  });

  it('honors the exclusions of the node', () => {
    for (const entry of ['sensr.local', '.local', '*', ' sensr.local ', 'SENSR.local:5050'])
      assert.equal(
        proxyFor(WS, node({ noProxy: ['other', entry] }), { ws_proxy: 'http://other' }),
        undefined,
        entry,
      );
    assert.equal(proxyFor(WS, node({ noProxy: ['', 'sensr'] }), {}), 'http://proxy:3128/');
  });

  it('sends its credentials, whatever characters they have', () => {
    for (const [username, password] of [
      ['user', 'secret'],
      ['us er', 'a:b@c/d?e#f'],
      ['ünder', '100%'],
      ['a', 'a%20b'],
    ] as const) {
      const url = new URL(proxyFor(WS, node({ username, password }), {}) ?? '');
      assert.equal(url.host, 'proxy:3128');
      assert.deepEqual(
        [decodeURIComponent(url.username), decodeURIComponent(url.password)],
        [username, password],
      );
    }
  });

  it('refuses an address that is none of an HTTP proxy, except where the node excludes the host', () => {
    for (const url of ['socks5://u:s3cret@proxy:1080', 'u:s3cret@proxy:abc', 'http://u:s3cret%@proxy'])
      assert.throws(
        () => proxyFor(WS, node({ url }), {}),
        ({ code, message }: Error & { code?: string }) =>
          code === 'SENSR_BAD_CONFIG' &&
          /^proxy: expected .*, got /.test(message) &&
          !message.includes('s3cret'),
      );
    assert.equal(proxyFor(WS, node({ url: 'socks5://proxy', noProxy: ['sensr.local'] }), {}), undefined);
  });

  it('keeps credentials that are in its address', () => {
    assert.equal(proxyFor(WS, node({ url: 'http://u:p@proxy:3128' }), {}), 'http://u:p@proxy:3128/');
  });
});
