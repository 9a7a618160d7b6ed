import assert from 'node:assert/strict';
import { pace, type Pacing, type PacingState, type Verdict } from '../../../lib/stream/pacing';

const STATE: PacingState = {
  nowMs: 10_000,
  sentThisTurn: false,
  lastSentMs: undefined,
  inFlight: 0,
  requested: 0,
  paused: false,
  flushing: false,
};
const LOOP: Pacing = { mode: 'loop' };
const COMPLETE: Pacing = { mode: 'complete', inFlight: 2 };
const RATE: Pacing = { mode: 'rate', periodMs: 100 };
const REQUEST: Pacing = { mode: 'request' };

describe('pace', () => {
  const table: readonly [what: string, pacing: Pacing, state: Partial<PacingState>, verdict: Verdict][] = [
    ['loop sends', LOOP, {}, 'send'],
    ['loop sends whatever is in flight', LOOP, { inFlight: 99, lastSentMs: 10_000 }, 'send'],
    ['complete sends while the flow has less than inFlight', COMPLETE, { inFlight: 1 }, 'send'],
    ['complete waits when the flow has inFlight', COMPLETE, { inFlight: 2 }, 'blocked'],
    ['complete waits when the flow has more', COMPLETE, { inFlight: 3 }, 'blocked'],
    ['rate sends the first at once', RATE, {}, 'send'],
    ['rate waits for the rest of the period', RATE, { lastSentMs: 9940 }, { waitMs: 40 }],
    ['rate sends when the period is just over', RATE, { lastSentMs: 9900 }, 'send'],
    ['rate sends when the last is long ago', RATE, { lastSentMs: 0 }, 'send'],
    ['request waits for a request', REQUEST, {}, 'blocked'],
    ['request sends on a request', REQUEST, { requested: 1 }, 'send'],
  ];
  for (const [what, pacing, state, verdict] of table)
    it(what, () => {
      assert.deepEqual(pace(pacing, { ...STATE, ...state }), verdict);
    });

  for (const pacing of [LOOP, COMPLETE, RATE, REQUEST]) {
    it(`${pacing.mode} sends one message a turn, also while it flushes`, () => {
      const state = { ...STATE, sentThisTurn: true, requested: 5 };
      assert.equal(pace(pacing, state), 'nextTurn');
      assert.equal(pace(pacing, { ...state, flushing: true }), 'nextTurn');
      assert.equal(pace(pacing, { ...state, paused: true }), 'nextTurn');
    });

    it(`${pacing.mode} sends nothing while paused`, () => {
      assert.equal(pace(pacing, { ...STATE, paused: true, requested: 5 }), 'blocked');
    });

    it(`${pacing.mode} sends whatever else holds while it flushes`, () => {
      const state = { ...STATE, paused: true, flushing: true, inFlight: 9, lastSentMs: 10_000 };
      assert.equal(pace(pacing, state), 'send');
    });
  }
});
