/** The only caller of node.status: on change only, at most once a second, silent after close. */
import type { Node, NodeStatusFill, NodeStatusShape } from 'node-red';
import type { Clock, StopTimer } from '../../lib/clock';

export interface NodeStatusLine {
  readonly fill: NodeStatusFill;
  readonly shape: NodeStatusShape;
  readonly text: string;
  /** Machine-readable beside the text: the editor ignores it, Status nodes get it. */
  readonly sensr?: Readonly<Record<string, unknown>>;
}

const PERIOD_MS = 1000;

export class StatusLine {
  readonly #node: Node;
  readonly #clock: Clock;
  #shown = '';
  #nextMs = 0;
  #stopTimer: StopTimer | undefined;
  #closed = false;

  constructor(node: Node, clock: Clock) {
    this.#node = node;
    this.#clock = clock;
  }

  /** Shows `line` now, or as soon as the last one has stood for a second; of several the newest. */
  show(line: NodeStatusLine): void {
    if (this.#closed) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const waitMs = this.#nextMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#put(line);
    else
      this.#stopTimer = this.#clock.after(waitMs, () => {
        this.#put(line);
      });
  }

  /** Clears the status: one left behind would overwrite that of the node's next instance. */
  close(): void {
    if (this.#closed) return;
    this.#stopTimer?.();
    this.#closed = true;
    this.#node.status({});
  }

  #put(line: NodeStatusLine): void {
    const key = `${line.fill} ${line.shape} ${line.text}`;
    if (key === this.#shown) return;
    this.#shown = key;
    this.#nextMs = this.#clock.monotonicMs() + PERIOD_MS;
    this.#node.status(line);
  }
}
