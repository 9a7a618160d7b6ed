/** Owns what the results operations can look back on: the last frames, and each object's way so far. */

import type { Vector3 } from './types';

export interface SeenObject {
  readonly id: number;
  readonly position: Required<Vector3>;
  readonly size: Vector3;
  readonly yaw: number;
}

export interface SeenFrame {
  readonly timeMs: number;
  readonly objects: readonly SeenObject[];
}

export interface SeenState {
  readonly timeMs: number;
  readonly position: Vector3;
}

/** As the manual of 2.4.6 says for both. */
const MOST_FRAMES = 10;
const MOST_STATES = 100;

export class FrameMemory {
  #frames: SeenFrame[] = [];
  readonly #states = new Map<number, SeenState[]>();

  remember(timeMs: number, objects: readonly SeenObject[]): void {
    this.#frames.push({
      timeMs,
      objects: objects.map(({ id, position, size, yaw }) => ({ id, position, size, yaw })),
    });
    if (this.#frames.length > MOST_FRAMES) this.#forget(this.#frames.shift());
    for (const { id, position } of objects) {
      const states = this.#states.get(id) ?? [];
      states.push({ timeMs, position });
      if (states.length > MOST_STATES) states.shift();
      this.#states.set(id, states);
    }
  }

  /** The frame nearest in time; without a time the newest. Undefined before the first. */
  frameAt(timeMs = Infinity): SeenFrame | undefined {
    const distance = (frame: SeenFrame): number => Math.abs(frame.timeMs - timeMs);
    if (timeMs === Infinity) return this.#frames.at(-1);
    return this.#frames.reduce<SeenFrame | undefined>(
      (nearest, frame) => (!nearest || distance(frame) < distance(nearest) ? frame : nearest),
      undefined,
    );
  }

  /** Oldest first; undefined for an object that is not in memory. */
  statesOf(id: number): readonly SeenState[] | undefined {
    return this.#states.get(id);
  }

  #forget(frame: SeenFrame | undefined): void {
    for (const { id } of frame?.objects ?? [])
      if (!this.#frames.some(({ objects }) => objects.some((object) => object.id === id)))
        this.#states.delete(id);
  }
}
