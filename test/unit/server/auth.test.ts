import assert from 'node:assert/strict';
import { authorizationHeaders } from '../../../lib/server/auth';

const basic = (text: string): object => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

describe('authorizationHeaders', () => {
  it('sends nothing without credentials', () => {
    assert.deepEqual(authorizationHeaders({}), {});
    assert.deepEqual(authorizationHeaders({ username: '', password: '', token: '' }), {});
  });

  it('sends user name and password as HTTP Basic, in UTF-8', () => {
    assert.deepEqual(authorizationHeaders({ username: 'me', password: 'geheim ü:' }), basic('me:geheim ü:'));
    assert.deepEqual(authorizationHeaders({ username: 'me' }), basic('me:'));
    assert.deepEqual(authorizationHeaders({ password: 'x' }), basic(':x'));
  });

  it('sends a token as Bearer, and rather than a password', () => {
    const both = { username: 'me', password: 'x', token: 'abc' };
    assert.deepEqual(authorizationHeaders(both), { authorization: 'Bearer abc' });
  });
});
