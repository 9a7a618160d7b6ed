import assert from 'node:assert/strict';
import type { SocketStatus, ToThread } from '../../../lib/thread/protocol';
import { TakeOver } from '../../../lib/thread/take-over';
import { FakeClock } from '../../helpers/fake-clock';

const OPEN: SocketStatus = { state: 'open', attempt: 0 };
const LOST: SocketStatus = { state: 'waiting', attempt: 1 };

function setup(ids: readonly number[] = [1]) {
  const clock = new FakeClock();
  const sockets = ids.map((id) => ({ id, open: true, counts: { frames: 0, bytes: 0, refused: 0 } }));
  const toOld: ToThread[] = [];
  const ends: string[] = [];
  const takeOver = new TakeOver(
    sockets.map((socket) => ({
      id: socket.id,
      isOpen: () => socket.open,
      counts: () => ({ ...socket.counts }),
    })),
    {
      toOld: (message) => toOld.push(message),
      onReady: () => ends.push('ready'),
      onAbandon: (reason) => ends.push(reason),
    },
    clock,
  );
  takeOver.start();
  const [first] = sockets;
  assert.ok(first);
  const counts = first.counts;
  /** Lets `ms` pass, in which `bytes` come, evenly. */
  const carry = (ms: number, bytes: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      counts.bytes += (bytes * 100) / ms;
      clock.advance(100);
    }
  };
  return { clock, sockets, first, counts, takeOver, toOld, ends, carry };
}

describe('TakeOver', () => {
  it('goes on after a frame that came on both connections', () => {
    const { takeOver, toOld, ends, clock } = setup();
    takeOver.onStatus(1, OPEN);
    takeOver.onSeen(1, 'a');
    assert.deepEqual(toOld, [{ op: 'find', socket: 1, print: 'a' }]);
    assert.deepEqual(ends, []);
    takeOver.onFound(1);
    assert.deepEqual([ends, takeOver.seams], [['ready'], { 1: 'matched' }]);
    assert.equal(clock.pending, 0);
  });

  describe('finds a socket idle', () => {
    it('on which nothing comes for 2.5 s', () => {
      const { takeOver, ends, clock } = setup();
      takeOver.onStatus(1, OPEN);
      clock.advance(2499);
      assert.deepEqual(ends, []);
      clock.advance(1);
      assert.deepEqual([ends, takeOver.seams], [['ready'], { 1: 'idle' }]);
      assert.equal(clock.pending, 0);
    });

    it('not while a part of a frame comes, nor when its rest is late', () => {
      const { takeOver, ends, clock, carry } = setup();
      takeOver.onStatus(1, OPEN);
      carry(10_000, 2_500_000);
      assert.deepEqual(ends, []);
      clock.advance(10_000);
      assert.deepEqual(ends, [], 'the rest of the frame would be lost');
    });

    it('2.5 s after a frame has ended, although its last bytes are told after it', () => {
      const { takeOver, ends, counts, clock, carry } = setup();
      takeOver.onStatus(1, OPEN);
      carry(4000, 1_000_000);
      counts.frames += 1;
      clock.advance(500);
      counts.bytes += 60_000;
      clock.advance(2900);
      assert.deepEqual(ends, []);
      clock.advance(100);
      assert.deepEqual([ends, takeOver.seams], [['ready'], { 1: 'idle' }]);
    });

    it('when only pongs come, and what is no frame', () => {
      for (const refused of [0, 1]) {
        const { takeOver, ends, counts, clock } = setup();
        takeOver.onStatus(1, OPEN);
        for (let passed = 0; passed < 2500; passed += 100) {
          counts.bytes += refused ? 5000 : 24;
          counts.refused += refused;
          clock.advance(100);
        }
        assert.deepEqual([ends, takeOver.seams], [['ready'], { 1: 'idle' }]);
      }
    });
  });

  it('is held up while few frames come, and not before both connections are open', () => {
    const { takeOver, counts, carry } = setup();
    assert.equal(takeOver.isHeldUp, false);
    takeOver.onStatus(1, OPEN);
    for (let frame = 0; frame < 4; frame += 1) {
      carry(4000, 1_000_000);
      counts.frames += 1;
    }
    assert.equal(takeOver.isHeldUp, true);
    counts.frames += 5;
    assert.equal(takeOver.isHeldUp, false);
  });

  it('is abandoned when a new connection is lost, whether its frame was found or not', () => {
    for (const isFound of [true, false]) {
      const { takeOver, ends, clock } = setup([1, 2]);
      takeOver.onStatus(1, OPEN);
      if (isFound) takeOver.onFound(1);
      takeOver.onStatus(1, LOST);
      assert.deepEqual(ends, ['the new connection was closed']);
      assert.equal(clock.pending, 0);
    }
  });

  it('waits for a socket whose old connection comes up again meanwhile', () => {
    const { takeOver, first, ends } = setup([1, 2]);
    first.open = false;
    takeOver.onStatus(1, OPEN);
    assert.deepEqual(takeOver.seams, { 1: 'moved' });
    first.open = true;
    takeOver.onFound(2);
    assert.deepEqual([ends, takeOver.seams], [[], { 2: 'matched' }]);
    takeOver.onSeen(1, 'a');
    takeOver.onFound(1);
    assert.deepEqual([ends, takeOver.seams], [['ready'], { 1: 'matched', 2: 'matched' }]);
  });

  describe('has the new thread recognise', () => {
    const expected = (seen: string, delivered: string): string => {
      const { takeOver } = setup();
      for (const print of seen) takeOver.onSeen(1, print);
      return takeOver.expected(1, [...delivered]).join('');
    };

    it('what the old one has delivered', () => {
      assert.equal(expected('cd', 'abcde'), 'cde');
      assert.equal(expected('', 'abc'), 'abc');
      assert.equal(expected('de', 'abc'), 'abc');
      assert.equal(expected('cde', 'abc'), 'c');
    });

    it('what is older: forgotten there, or never sent there', () => {
      assert.equal(expected('abcdef', 'ef'), 'abcdef');
      assert.equal(expected('bdfh', 'adeg'), 'bdeg');
      assert.equal(expected('bcdef', 'ae'), 'bcde');
    });

    it('as many equal frames as it has delivered', () => {
      assert.equal(expected('aa', 'a'), 'a');
      assert.equal(expected('aaa', 'baa'), 'a');
    });
  });
});
