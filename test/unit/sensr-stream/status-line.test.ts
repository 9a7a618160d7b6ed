import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { CloseReason, SocketStatus } from '../../../lib/thread/protocol';
import { statusLine, type StreamSituation } from '../../../nodes/sensr-stream/status-line';

const catalogue = createRequire(__filename)(
  '../../../nodes/sensr-stream/locales/en-US/sensr-stream.json',
) as {
  'sensr-stream': { status: Record<string, string> };
};

/** As Node-RED puts values into texts. */
const text = (key: string, values: Readonly<Record<string, string>> = {}): string => {
  const found = catalogue['sensr-stream'].status[key];
  assert.ok(found, `no text for ${key}`);
  return found.replace(/__(\w+)__/g, (_, name: string) => values[name] ?? '?');
};

const reason = (change: Partial<CloseReason> = {}): CloseReason => ({
  code: 'SENSR_UNREACHABLE',
  textKey: 'refused',
  message: 'refused',
  needsPerson: false,
  ...change,
});

function line(socket: SocketStatus, change: Partial<StreamSituation> = {}): string {
  const situation = {
    socket,
    paused: false,
    ratePerS: 0,
    droppedInLastMinute: 0,
    backoffMaxMs: 60_000,
    ...change,
  };
  const { fill, shape, text: shown } = statusLine(situation, text);
  return `${fill} ${shape} ${shown}`;
}

describe('statusLine', () => {
  const OPEN: SocketStatus = { state: 'open', attempt: 0 };

  it('shows the rate with one decimal while messages go out', () => {
    assert.equal(line(OPEN, { ratePerS: 10 }), 'green dot 10.0/s');
    assert.equal(line(OPEN, { ratePerS: 0.25 }), 'green dot 0.3/s');
  });

  it('shows a ring while nothing comes', () => {
    assert.equal(line(OPEN), 'green ring connected');
  });

  it('shows that it is paused, only where it could send', () => {
    assert.equal(line(OPEN, { paused: true, ratePerS: 5 }), 'grey ring paused');
    assert.equal(line({ state: 'connecting', attempt: 0 }, { paused: true }), 'yellow ring connecting');
  });

  it('adds how many were dropped in the last minute', () => {
    assert.equal(line(OPEN, { ratePerS: 10, droppedInLastMinute: 12 }), 'green dot 10.0/s, 12 dropped');
    assert.equal(
      line({ state: 'connecting', attempt: 0 }, { droppedInLastMinute: 1 }),
      'yellow ring connecting, 1 dropped',
    );
  });

  it('shows when and the how manieth attempt comes', () => {
    const waiting = { state: 'waiting', attempt: 3, retryInMs: 3876, reason: reason() } as const;
    assert.equal(line(waiting), 'yellow ring retry in 4 s (3)');
    assert.equal(line({ ...waiting, retryInMs: 80 }), 'yellow ring retry in 1 s (3)');
  });

  it('shows the reason in red where a person is needed', () => {
    const tls = reason({ code: 'SENSR_TLS', textKey: 'tls', needsPerson: true });
    assert.equal(line({ state: 'waiting', attempt: 1, retryInMs: 1000, reason: tls }), 'red ring TLS failed');
    assert.equal(line({ state: 'connecting', attempt: 1, reason: tls }), 'red ring TLS failed');
  });

  it('shows the reason in red when waiting has become long', () => {
    const long: SocketStatus = { state: 'waiting', attempt: 8, retryInMs: 45_000, reason: reason() };
    assert.equal(line(long), 'red ring connection refused');
    assert.equal(line({ ...long, retryInMs: 44_999 }), 'yellow ring retry in 45 s (8)');
  });

  it('names HTTP status and frame limit', () => {
    const http = reason({ code: 'SENSR_HTTP_401', textKey: 'http', needsPerson: true });
    assert.equal(line({ state: 'waiting', attempt: 1, retryInMs: 1, reason: http }), 'red ring HTTP 401');
    const message = 'ws://a:1 sent a frame of more than 64 MB, the limit set in maxFrameMB';
    const large = reason({
      code: 'SENSR_FRAME_TOO_LARGE',
      textKey: 'frameTooLarge',
      needsPerson: true,
      message,
    });
    assert.equal(
      line({ state: 'waiting', attempt: 1, retryInMs: 1, reason: large }),
      'red ring frame over 64 MB',
    );
  });

  it('shows connecting before and after everything else', () => {
    for (const state of ['idle', 'connecting', 'closing', 'closed'] as const)
      assert.equal(line({ state, attempt: 0 }), 'yellow ring connecting');
  });

  it('gives Status nodes the numbers', () => {
    const socket = { state: 'waiting', attempt: 2, retryInMs: 1500, reason: reason() } as const;
    const situation = { socket, paused: false, ratePerS: 4, droppedInLastMinute: 7, backoffMaxMs: 60_000 };
    assert.deepEqual(statusLine(situation, text).sensr, {
      state: 'waiting',
      attempt: 2,
      retryInMs: 1500,
      code: 'SENSR_UNREACHABLE',
      rate: 4,
      dropped: 7,
    });
  });

  it('has a text for every reason there is', () => {
    const keys =
      'refused lost hostNotFound unreachable timeout silent tls notWebSocket http tooSlow frameTooLarge closedByServer protocol thread closed';
    for (const textKey of keys.split(' ')) {
      const because = reason({ textKey, needsPerson: true });
      const shown = line({ state: 'waiting', attempt: 1, retryInMs: 1, reason: because });
      assert.match(shown, /^red ring \S/);
    }
  });
});
