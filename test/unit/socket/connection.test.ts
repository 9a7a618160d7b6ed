import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Connection } from '../../../lib/socket/connection';
import type { SocketOptions, SocketStatus } from '../../../lib/thread/protocol';
import { FakeClock } from '../../helpers/fake-clock';
import { FakeLinks, REFUSED, socketOptions } from '../../helpers/fake-link';

/** Full delays, so that times are round numbers. */
const LONGEST = 1;

function setup(change: Partial<SocketOptions> = {}, random: () => number = () => LONGEST) {
  const clock = new FakeClock();
  const links = new FakeLinks();
  const statuses: SocketStatus[] = [];
  const messages: string[] = [];
  const connection = new Connection(
    socketOptions(change),
    {
      onMessage: (data, isBinary) => messages.push(`${data.toString()} ${isBinary}`),
      onStatus: (status) => statuses.push(status),
    },
    { clock, random, openLink: links.open },
  );
  const states = (): string[] => statuses.map(({ state }) => state);
  const up = (): void => {
    links.last.events.onOpen();
  };
  return { clock, links, statuses, messages, connection, states, up };
}

type Setup = ReturnType<typeof setup>;

/** Nothing is left: no timer, no link. */
function assertNothingLeft({ clock, links }: Setup): void {
  assert.equal(clock.pending, 0, 'timers left');
  assert.equal(links.alive, 0, 'links left');
}

describe('Connection', () => {
  it('does nothing before open', () => {
    const { clock, links, connection } = setup();
    assert.deepEqual(connection.status, { state: 'idle', attempt: 0 });
    assert.equal(clock.pending, 0);
    assert.equal(links.all.length, 0);
  });

  it('goes from connecting to open and hands on what arrives', () => {
    const { links, statuses, messages, connection, up } = setup();
    connection.open();
    up();
    links.last.events.onMessage(Buffer.from('frame'), true);
    links.last.events.onMessage(Buffer.from('text'), false);
    assert.deepEqual(statuses, [
      { state: 'connecting', attempt: 0 },
      { state: 'open', attempt: 0 },
    ]);
    assert.deepEqual(messages, ['frame true', 'text false']);
    assert.deepEqual(connection.status, { state: 'open', attempt: 0 });
  });

  it('opens one link however often it is told to open', () => {
    const { links, connection, up } = setup();
    connection.open();
    connection.open();
    up();
    connection.open();
    assert.equal(links.all.length, 1);
  });

  it('waits after a failure, says why and for how long, and tries again', () => {
    const { clock, links, connection } = setup();
    connection.open();
    links.end();
    const { state, attempt, retryInMs, reason } = connection.status;
    assert.deepEqual([state, attempt, retryInMs, reason?.textKey], ['waiting', 1, 1000, 'refused']);
    assert.equal(links.alive, 0);
    clock.advance(999);
    assert.equal(links.all.length, 1);
    clock.advance(1);
    assert.equal(links.all.length, 2);
    assert.equal(connection.status.state, 'connecting');
    assert.equal(connection.status.reason?.textKey, 'refused', 'still what a person wants to know');
    assert.equal(connection.status.retryInMs, 1000);
  });

  it('waits longer after each failure', () => {
    const { clock, links, connection } = setup();
    const waits: (number | undefined)[] = [];
    connection.open();
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      links.end();
      waits.push(connection.status.retryInMs);
      assert.equal(connection.status.attempt, attempt);
      clock.advance(connection.status.retryInMs ?? 0);
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('shortens the wait by its random draw', () => {
    const { links, connection } = setup({}, () => 0);
    connection.open();
    links.end();
    assert.equal(connection.status.retryInMs, 750);
  });

  it('forgets the reason once a connection is up', () => {
    const { clock, links, connection, up } = setup();
    connection.open();
    links.end();
    clock.advance(1000);
    up();
    assert.deepEqual(connection.status, { state: 'open', attempt: 1 });
  });

  it('starts over only after a connection has been up for 30 s', () => {
    for (const [upMs, nextWaitMs] of [
      [0, 8000],
      [29_999, 8000],
      [30_000, 1000],
    ] as const) {
      const { clock, links, connection, up } = setup();
      connection.open();
      for (let failure = 0; failure < 3; failure += 1) {
        links.end();
        clock.advance(connection.status.retryInMs ?? 0);
      }
      clock.onPoll = () => (links.last.bytes += 1);
      up();
      clock.advance(upMs);
      assert.equal(connection.status.attempt, upMs < 30_000 ? 3 : 0);
      links.end({ kind: 'closed', code: 1006, reason: '' });
      assert.equal(connection.status.retryInMs, nextWaitMs, `up for ${upMs} ms`);
    }
  });

  it('tells each state once, and that it is stable only where it was not before', () => {
    const { clock, links, statuses, connection, up } = setup();
    connection.open();
    up();
    clock.onPoll = () => (links.last.bytes += 1);
    clock.advance(120_000);
    assert.deepEqual(
      statuses.map(({ state, attempt }) => `${state} ${attempt}`),
      ['connecting 0', 'open 0'],
    );
  });

  it('gives up an attempt after connectTimeout', () => {
    const { clock, links, connection } = setup({ connectTimeoutMs: 2500 });
    connection.open();
    clock.advance(2499);
    assert.equal(connection.status.state, 'connecting');
    clock.advance(1);
    assert.equal(connection.status.reason?.code, 'SENSR_TIMEOUT');
    assert.ok(links.last.isGone);
  });

  it('has no connect timeout any more once it is open', () => {
    const { clock, links, connection, up } = setup();
    connection.open();
    up();
    clock.onPoll = () => (links.last.bytes += 1);
    clock.advance(60_000);
    assert.equal(connection.status.state, 'open');
  });

  it('takes what cannot even be tried for a failed attempt', () => {
    const { clock, links, connection } = setup();
    links.failure = new Error('Invalid URL');
    connection.open();
    assert.equal(connection.status.state, 'waiting');
    assert.equal(clock.pending, 1);
    links.failure = undefined;
    clock.advance(1000);
    assert.equal(links.all.length, 1);
  });

  it('notices a frozen peer within pingInterval + pongTimeout and connects anew', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (frozenMs) => {
        const { clock, links, connection, statuses, up } = setup();
        connection.open();
        up();
        clock.onPoll = () => (links.last.bytes += 1);
        clock.advance(frozenMs);
        clock.onPoll = () => undefined;
        assert.equal(connection.status.state, 'open');
        clock.advance(15_000 + 8000);
        assert.equal(statuses.find(({ state }) => state === 'waiting')?.reason?.code, 'SENSR_SILENT');
        assert.ok(links.all[0]?.isGone);
      }),
    );
  });

  it('ignores whatever an earlier link still has to say', () => {
    const { clock, links, messages, connection, states, up } = setup();
    connection.open();
    up();
    const old = links.last;
    links.end();
    clock.advance(1000);
    const before = states().length;
    old.events.onOpen();
    old.events.onMessage(Buffer.from('late'), true);
    old.events.onPong();
    old.events.onEnd(REFUSED);
    assert.equal(states().length, before);
    assert.equal(connection.status.state, 'connecting');
    up();
    old.events.onMessage(Buffer.from('later'), true);
    old.events.onEnd(REFUSED);
    assert.equal(connection.status.state, 'open');
    assert.deepEqual(messages, []);
    assert.equal(connection.statistics.pingRttMs, 0);
  });

  it('ignores frames that come before it is open', () => {
    const { links, messages, connection } = setup();
    connection.open();
    links.last.events.onMessage(Buffer.from('early'), true);
    assert.deepEqual(messages, []);
  });

  describe('#reconnect', () => {
    it('drops an open connection and connects at once, without counting it as a failure', () => {
      const { links, connection, states, up, statuses } = setup();
      connection.open();
      up();
      connection.reconnect();
      assert.deepEqual(states(), ['connecting', 'open', 'waiting', 'connecting']);
      assert.equal(statuses[2]?.reason?.code, 'SENSR_CLOSED');
      assert.equal(links.all.length, 2);
      assert.equal(links.alive, 1);
      assert.equal(connection.status.attempt, 0);
      links.end();
      assert.equal(connection.status.retryInMs, 1000);
    });

    it('ends a wait, and backoff starts over', () => {
      const { clock, links, connection } = setup();
      connection.open();
      links.end();
      clock.advance(1000);
      links.end();
      connection.reconnect();
      assert.equal(links.all.length, 3);
      assert.equal(connection.status.state, 'connecting');
      clock.advance(2000);
      assert.equal(links.all.length, 3, 'the old wait is over');
      links.end();
      assert.equal(connection.status.retryInMs, 1000);
    });

    it('does nothing before open, during an attempt and after close', async () => {
      const all = setup();
      const { links, connection } = all;
      connection.reconnect();
      assert.equal(links.all.length, 0);
      connection.open();
      connection.reconnect();
      assert.equal(links.all.length, 1);
      await connection.close();
      connection.reconnect();
      assert.equal(links.all.length, 1);
      assertNothingLeft(all);
    });
  });

  describe('#close', () => {
    const inState: Record<string, (all: Setup) => void> = {
      idle: () => undefined,
      connecting: ({ connection }) => {
        connection.open();
      },
      waiting: ({ connection, links }) => {
        connection.open();
        links.end();
      },
      'waiting since it could not even try': ({ connection, links }) => {
        links.failure = new Error('Invalid URL');
        connection.open();
      },
    };
    for (const [state, prepare] of Object.entries(inState))
      it(`closes at once in state ${state}, and again without harm`, async () => {
        const all = setup();
        const { clock, connection } = all;
        prepare(all);
        const closes = [connection.close(), connection.close()];
        assert.equal(connection.status.state, 'closed');
        assertNothingLeft(all);
        await Promise.all([...closes, connection.close()]);
        connection.open();
        clock.advance(600_000);
        assert.equal(connection.status.state, 'closed');
        assertNothingLeft(all);
      });

    it('says goodbye on an open connection and ends when the peer answers', async () => {
      const all = setup();
      const { links, messages, connection, up, states } = all;
      connection.open();
      up();
      const closes = [connection.close(), connection.close()];
      assert.equal(connection.status.state, 'closing');
      assert.equal(links.last.closes, 1);
      links.last.events.onMessage(Buffer.from('late'), true);
      links.end({ kind: 'closed', code: 1000, reason: '' });
      await Promise.all(closes);
      assert.deepEqual(states(), ['connecting', 'open', 'closed']);
      assert.deepEqual(messages, []);
      assertNothingLeft(all);
    });

    it('ends without an answer after half a second', async () => {
      const all = setup();
      const { clock, links, connection, up } = all;
      connection.open();
      up();
      const closed = connection.close();
      clock.advance(499);
      assert.equal(links.last.isGone, false);
      clock.advance(1);
      assert.equal(links.last.isGone, true);
      await closed;
      assertNothingLeft(all);
    });

    it('does not come back when the connection breaks while closing', async () => {
      const all = setup();
      const { clock, links, connection, up } = all;
      connection.open();
      up();
      clock.advance(20_000);
      const closed = connection.close();
      links.end({ kind: 'error', error: new Error('reset'), opened: true });
      await closed;
      clock.advance(600_000);
      assert.equal(links.all.length, 1);
      assertNothingLeft(all);
    });

    it('leaves nothing when it is called from a status', async () => {
      for (const when of ['connecting', 'open', 'waiting']) {
        const clock = new FakeClock();
        const links = new FakeLinks();
        const connection: Connection = new Connection(
          socketOptions(),
          {
            onMessage: () => undefined,
            onStatus: ({ state }) => {
              if (state === when) void connection.close();
            },
          },
          { clock, random: () => LONGEST, openLink: links.open },
        );
        connection.open();
        if (when !== 'connecting') links.last.events.onOpen();
        if (when === 'waiting') links.end();
        clock.advance(500);
        await connection.close();
        assert.deepEqual([clock.pending, links.alive], [0, 0], `closed when ${when}`);
      }
    });
  });

  describe('#statistics', () => {
    it('counts bytes over all links, attempts and connections', () => {
      const { clock, links, connection, up } = setup();
      connection.open();
      up();
      const openedMs = clock.monotonicMs();
      links.last.bytes = 1000;
      assert.deepEqual(connection.statistics, {
        bytes: 1000,
        openedMs,
        pingRttMs: 0,
        attempts: 1,
        connections: 1,
      });
      links.end();
      clock.advance(1000);
      links.last.bytes = 50;
      assert.deepEqual(connection.statistics, {
        bytes: 1050,
        openedMs: 0,
        pingRttMs: 0,
        attempts: 2,
        connections: 1,
      });
    });

    it('measures from a ping to its pong', () => {
      const { clock, links, connection, up } = setup();
      connection.open();
      up();
      clock.advance(15_000);
      assert.equal(links.last.pings, 1);
      clock.advance(40);
      links.last.events.onPong();
      assert.equal(connection.statistics.pingRttMs, 40);
    });

    it('measures a pong that is later than the next ping from its own ping', () => {
      const { clock, links, connection, up } = setup();
      connection.open();
      up();
      clock.onPoll = () => (links.last.bytes += 1);
      clock.advance(15_000 + 16_000);
      assert.equal(links.last.pings, 2);
      links.last.events.onPong();
      assert.equal(connection.statistics.pingRttMs, 16_000);
    });
  });

  it('leaves nothing after close, whatever happened before', async () => {
    const event = fc.constantFrom('open', 'up', 'refused', 'reconnect', 'time', 'bytes', 'close');
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 40 }),
        fc.integer({ min: 1, max: 40_000 }),
        async (events, ms) => {
          const all = setup();
          const { clock, links, connection } = all;
          connection.open();
          for (const one of events) {
            if (one === 'open') connection.open();
            if (one === 'up') links.last.events.onOpen();
            if (one === 'refused') links.end();
            if (one === 'reconnect') connection.reconnect();
            if (one === 'time') clock.advance(ms);
            if (one === 'bytes') links.last.bytes += 1;
            if (one === 'close') void connection.close();
            assert.ok(links.alive <= 1, 'never two links');
          }
          const closed = connection.close();
          clock.advance(500);
          await closed;
          assert.equal(connection.status.state, 'closed');
          assertNothingLeft(all);
        },
      ),
    );
  });
});
