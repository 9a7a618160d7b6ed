import assert from 'node:assert/strict';
import { SOCKET_TRANSITIONS } from '../../../lib/socket/transitions';
import { StateMachine } from '../../../lib/state-machine';
import type { SocketState } from '../../../lib/thread/protocol';

const STATES = Object.keys(SOCKET_TRANSITIONS) as SocketState[];

describe('SOCKET_TRANSITIONS', () => {
  const legal: Record<SocketState, SocketState[]> = {
    idle: ['connecting', 'closed'],
    connecting: ['open', 'waiting', 'closing'],
    open: ['waiting', 'closing'],
    waiting: ['connecting', 'closed'],
    closing: ['closed'],
    closed: [],
  };

  for (const from of STATES)
    for (const to of STATES) {
      const isLegal = legal[from].includes(to);
      it(`${isLegal ? 'allows' : 'forbids'} the move from ${from} to ${to}`, () => {
        const moves: string[] = [];
        const machine = new StateMachine<SocketState>(from, SOCKET_TRANSITIONS, (now, before) =>
          moves.push(`${before} > ${now}`),
        );
        if (isLegal) {
          machine.move(to);
          assert.equal(machine.state, to);
          assert.deepEqual(moves, [`${from} > ${to}`]);
        } else {
          assert.throws(
            () => {
              machine.move(to);
            },
            { message: `Illegal move from ${from} to ${to}; legal are: ${legal[from].join(', ') || 'none'}` },
          );
          assert.equal(machine.state, from);
          assert.deepEqual(moves, []);
        }
      });
    }

  it('leads from every state to closed', () => {
    const reaches = (from: SocketState, seen: SocketState[] = []): boolean =>
      from === 'closed' ||
      SOCKET_TRANSITIONS[from].some((to) => !seen.includes(to) && reaches(to, [...seen, from]));
    for (const state of STATES) assert.ok(reaches(state), state);
  });
});
