import assert from 'node:assert/strict';
import type { Red, SavedNode, SensrConfigNode } from '../../../nodes/common/red-types';
import { surroundingsOf } from '../../../nodes/sensr-config/surroundings';

interface Situation {
  readonly saved?: Record<string, unknown>;
  readonly nodes?: Record<string, unknown>;
  readonly settings?: Record<string, unknown>;
  readonly credentials?: Record<string, string>;
}

function surroundings({ saved = {}, nodes = {}, settings = {}, credentials }: Situation) {
  const red = { nodes: { getNode: (id: string) => nodes[id] ?? null }, settings } as unknown as Red;
  return surroundingsOf(red, saved as unknown as SavedNode, { credentials } as unknown as SensrConfigNode);
}

const refuses = (situation: Situation, message: RegExp): void => {
  assert.throws(() => surroundings(situation), { code: 'SENSR_BAD_CONFIG', message });
};

const tlsNode = (change: Record<string, unknown> = {}) => ({
  valid: true,
  addTLSOptions: (options: Record<string, unknown>) =>
    Object.assign(options, { ca: 'CA', rejectUnauthorized: false }),
  ...change,
});

describe('surroundingsOf', () => {
  it('finds nothing but the environment where nothing is chosen', () => {
    for (const saved of [{}, { tls: '', proxy: '' }, { tls: null, proxy: undefined }])
      assert.deepEqual(surroundings({ saved }), { credentials: {}, environment: process.env });
  });

  it('takes credentials, which may be missing after an import', () => {
    assert.deepEqual(surroundings({ credentials: { token: 'x' } }).credentials, { token: 'x' });
  });

  it('takes what the TLS configuration fills in', () => {
    const { tls } = surroundings({ saved: { tls: 't1' }, nodes: { t1: tlsNode() } });
    assert.deepEqual(tls, { ca: 'CA', rejectUnauthorized: false });
  });

  it('refuses a TLS configuration that is not there, is something else or could not read its files', () => {
    refuses({ saved: { tls: 't1' } }, /^tls: .*missing or disabled/);
    refuses({ saved: { tls: 't1' }, nodes: { t1: { type: 'other' } } }, /^tls: .*missing or disabled/);
    refuses({ saved: { tls: 't1' }, nodes: { t1: tlsNode({ valid: false }) } }, /^tls: .*could not be read/);
  });

  it('takes address, exclusions and credentials of the proxy node', () => {
    const p1 = {
      url: 'http://proxy:3128',
      noproxy: ['a', 'b'],
      credentials: { username: 'me', password: 'x' },
    };
    assert.deepEqual(surroundings({ saved: { proxy: 'p1' }, nodes: { p1 } }).proxy, {
      url: 'http://proxy:3128',
      noProxy: ['a', 'b'],
      username: 'me',
      password: 'x',
    });
    const bare = { url: 'http://proxy:3128' };
    assert.deepEqual(surroundings({ saved: { proxy: 'p1' }, nodes: { p1: bare } }).proxy, {
      url: 'http://proxy:3128',
      noProxy: [],
    });
  });

  it('refuses a proxy that is not there or has no address', () => {
    refuses({ saved: { proxy: 'p1' } }, /^proxy: /);
    refuses({ saved: { proxy: 'p1' }, nodes: { p1: { url: '' } } }, /^proxy: /);
  });

  it('takes the proxy settings of Node-RED', () => {
    const proxyOptions = { mode: 'legacy' };
    assert.deepEqual(surroundings({ settings: { proxyOptions } }).proxySettings, proxyOptions);
  });
});
