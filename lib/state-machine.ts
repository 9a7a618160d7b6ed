/** A state, the table of its legal moves, and one method that moves: an illegal move throws and names what was legal. */

export type Transitions<State extends string> = { readonly [From in State]: readonly State[] };

export class StateMachine<State extends string> {
  #state: State;
  readonly #transitions: Transitions<State>;
  readonly #onMove: (to: State, from: State) => void;

  constructor(initial: State, transitions: Transitions<State>, onMove: (to: State, from: State) => void) {
    this.#state = initial;
    this.#transitions = transitions;
    this.#onMove = onMove;
  }

  get state(): State {
    return this.#state;
  }

  /** @throws Error when the table does not allow the move. */
  move(to: State): void {
    const from = this.#state;
    const allowed = this.#transitions[from];
    if (!allowed.includes(to))
      throw new Error(`Illegal move from ${from} to ${to}; legal are: ${allowed.join(', ') || 'none'}`);
    this.#state = to;
    this.#onMove(to, from);
  }
}
