import assert from 'node:assert/strict';
import { OutageReporter, type Report } from '../../../lib/server/outage';
import type { ErrorCode } from '../../../lib/errors';
import type { SocketStatus } from '../../../lib/thread/protocol';

const MINUTE_MS = 60_000;
const waiting = (code: ErrorCode = 'SENSR_UNREACHABLE', attempt = 1): SocketStatus => ({
  state: 'waiting',
  attempt,
  retryInMs: 1000,
  reason: { code, textKey: 'lost', message: 'gone', needsPerson: false },
});
const CONNECTING: SocketStatus = { state: 'connecting', attempt: 1 };
const open = (attempt = 0): SocketStatus => ({ state: 'open', attempt });

/** What a reporter says to a history of states, each at its minute. */
function said(...history: [minute: number, status: SocketStatus][]): Report[] {
  const reporter = new OutageReporter();
  return history.map(([minute, status]) => reporter.observe(status, 1_000_000 + minute * MINUTE_MS));
}

describe('OutageReporter', () => {
  it('tells a connection once', () => {
    assert.deepEqual(said([0, CONNECTING], [0, open()]), ['nothing', 'connected']);
  });

  it('tells a loss once, then sparsely', () => {
    assert.deepEqual(
      said(
        [0, waiting()],
        [1, waiting()],
        [9.9, waiting()],
        [10, waiting()],
        [19, waiting()],
        [20, waiting()],
      ),
      ['lost', 'nothing', 'nothing', 'still down', 'nothing', 'still down'],
    );
  });

  it('tells another reason at once, and each only once in an outage', () => {
    assert.deepEqual(
      said(
        [0, waiting('SENSR_UNREACHABLE')],
        [1, waiting('SENSR_TIMEOUT')],
        [2, waiting('SENSR_UNREACHABLE')],
        [3, waiting('SENSR_TIMEOUT')],
        [4, waiting('SENSR_HTTP_503')],
        [5, waiting('SENSR_UNREACHABLE')],
      ),
      ['lost', 'lost', 'nothing', 'nothing', 'lost', 'nothing'],
    );
  });

  it('ends an outage only with a stable connection', () => {
    assert.deepEqual(said([0, waiting()], [1, open(1)], [1, waiting()], [2, open(2)], [3, waiting()]), [
      'lost',
      'connected',
      'nothing',
      'connected',
      'nothing',
    ]);
    assert.deepEqual(said([0, waiting()], [1, open(1)], [2, open(0)], [3, waiting()]), [
      'lost',
      'connected',
      'nothing',
      'lost',
    ]);
  });

  it('tells a connection that comes by request during an outage', () => {
    assert.deepEqual(said([0, waiting()], [1, CONNECTING], [1, open(0)], [3, waiting()]), [
      'lost',
      'nothing',
      'connected',
      'lost',
    ]);
  });

  it('says nothing about an end that was asked for', () => {
    assert.deepEqual(said([0, open()], [1, waiting('SENSR_CLOSED')], [1, open()]), [
      'connected',
      'nothing',
      'connected',
    ]);
  });

  it('says nothing about states on the way', () => {
    for (const state of ['idle', 'connecting', 'closing', 'closed'] as const)
      assert.deepEqual(said([0, { state, attempt: 0 }]), ['nothing']);
  });
});
