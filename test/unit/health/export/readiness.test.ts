import assert from 'node:assert/strict';
import { isConnected } from '../../../../lib/health/export/readiness';
import { IDLE, SAMPLE, SERVER, SOCKET } from './helpers/snapshot';

const withSockets = (output: typeof SOCKET, points: typeof SOCKET) => ({
  ...SAMPLE,
  servers: { crossing: SERVER, gate: { ...SERVER, output, points } },
});

describe('isConnected', () => {
  it('is true when all that is listened to is open', () => {
    assert.equal(isConnected(withSockets(SOCKET, SOCKET)), true);
    assert.equal(isConnected(withSockets(SOCKET, IDLE)), true);
    assert.equal(isConnected({ ...SAMPLE, servers: {} }), true);
  });

  it('is false as soon as one connection is not', () => {
    for (const state of ['connecting', 'waiting'] as const) {
      assert.equal(isConnected(withSockets({ ...SOCKET, state }, IDLE)), false);
      assert.equal(isConnected(withSockets(SOCKET, { ...SOCKET, state })), false);
    }
  });

  it('is false before the first sample', () => {
    assert.equal(isConnected(undefined), false);
  });
});
