import assert from 'node:assert/strict';
import { adminAddress } from '../../../nodes/health/admin-address';
import { AdminApi, type AdminCredentials } from '../../../nodes/health/admin-api';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../../helpers/embedded-node-red';

/**
 * Users by name; each has its name for a password and for a fixed token. Who signs in gets that token too: of any other
 * Node-RED would keep a session, and with it a timer that keeps the process up for a week.
 */
const USERS: Readonly<Record<string, { username: string; token: string; permissions: string }>> = {
  admin: { username: 'admin', token: 'admin', permissions: '*' },
  deployer: { username: 'deployer', token: 'deployer', permissions: 'flows.write' },
  reader: { username: 'reader', token: 'reader', permissions: 'read' },
};
const userOf = (name: string) => Promise.resolve(USERS[name] ?? null);

describe('the Admin API of a Node-RED with users, before flows are restarted', () => {
  let host: EmbeddedNodeRed;

  before(async () => {
    host = await startEmbeddedNodeRed({
      adminAuth: {
        type: 'credentials',
        users: userOf,
        authenticate: (name: string, password: string) => userOf(name === password ? name : ''),
        tokens: userOf,
      },
    });
  });

  after(() => host.stop());

  const preflight = (credentials: AdminCredentials, path = ''): Promise<void> =>
    new AdminApi(
      adminAddress({ server: undefined, httpAdminRoot: '/', url: `${host.url}${path}` }),
      credentials,
    ).preflight();

  it('tells a token that Node-RED does not know from one that may not read flows', async () => {
    await preflight({ token: 'admin' });
    await preflight({ token: 'deployer' });
    for (const token of ['deploier', 'two words'])
      await assert.rejects(preflight({ token }), {
        code: 'SENSR_ADMIN_API',
        message: /from GET flows\/state/,
      });
    await assert.rejects(preflight({ token: 'deploier' }), {
      message: /expected a user or token that Node-RED knows, got 401 from GET flows\/state/,
    });
    await assert.rejects(preflight({ token: 'deployer', tokenHeader: 'x-elsewhere' }), {
      message: /expected a user or token that Node-RED knows, got 401/,
    });
  });

  it('takes a user who may write flows and not read them, and refuses others', async () => {
    for (const name of ['admin', 'deployer']) await preflight({ username: name, password: name });
    for (const name of ['reader', 'nobody'])
      await assert.rejects(preflight({ username: name, password: name }), { message: /was refused \(403\)/ });
    await assert.rejects(preflight({}), { message: /expected a user name and a password, got none/ });
  });

  it('finds a wrong Admin URL', async () => {
    const message = /got 404: enter the address .* under Admin URL/;
    await assert.rejects(preflight({ token: 'admin' }, '/nowhere'), { code: 'SENSR_ADMIN_API', message });
    await assert.rejects(preflight({ username: 'admin', password: 'admin' }, '/nowhere'), {
      code: 'SENSR_ADMIN_API',
      message,
    });
  });
});
