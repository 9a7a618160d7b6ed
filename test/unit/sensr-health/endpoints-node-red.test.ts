import assert from 'node:assert/strict';
import RED from 'node-red';
import type { Red } from '../../../nodes/common/red-types';
import { registerEndpoints } from '../../../nodes/health/endpoints';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../../helpers/embedded-node-red';
import { REPORT, SNAPSHOT } from '../health/export/helpers/snapshot';

/** Users by their token. */
const USERS: Readonly<Record<string, { username: string; permissions: string }>> = {
  'of-jane': { username: 'jane', permissions: 'sensr-health.read' },
  'of-joe': { username: 'joe', permissions: 'flows.read' },
  'of-admin': { username: 'admin', permissions: '*' },
};

describe('health endpoints in a Node-RED with users', () => {
  let host: EmbeddedNodeRed;

  before(async () => {
    host = await startEmbeddedNodeRed({
      adminAuth: {
        type: 'credentials',
        users: [],
        tokens: (token: string) => Promise.resolve(USERS[token] ?? null),
      },
    });
    registerEndpoints(RED as unknown as Red, {
      endpoints: () => ({ side: 'admin', prefix: '', token: 'of-the-node' }),
      snapshot: () => SNAPSHOT,
      status: () => REPORT,
      history: () => ({ fine: [], coarse: [] }),
    });
  });

  after(() => host.stop());

  it('are for users with the permission sensr-health.read', async () => {
    const statusFor = async (path: string, token?: string): Promise<number> => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${host.url}${path}`, { headers });
      await response.arrayBuffer();
      return response.status;
    };
    for (const path of [
      '/sensr/health',
      '/sensr/health/detailed',
      '/sensr/health/metrics',
      '/sensr/metrics',
    ]) {
      assert.equal(await statusFor(path), 401, path);
      assert.equal(await statusFor(path, 'of-joe'), 401, path);
      assert.equal(await statusFor(path, 'of-the-node'), 401, path);
      assert.equal(await statusFor(path, 'of-jane'), 200, path);
      assert.equal(await statusFor(path, 'of-admin'), 200, path);
    }
  });

  it("leave Node-RED's own paths as they were", async () => {
    const headers = { authorization: 'Bearer of-admin' };
    const response = await fetch(`${host.url}/flows`, { headers });
    assert.equal(response.status, 200);
  });
});
