/** Where one connection's frames go on after another's: recognises what the other has delivered already. */

/** So many frames after the last that was recognised, nothing old can come any more. */
const SURE_AFTER_FRAMES = 64;

/**
 * Both connections get the same frames in the same order, but neither need begin or end at the same one. Frames that
 * are equal byte for byte cannot be told apart; SENSR's carry their time, so that none are while it works.
 */
export class Seam {
  /** Of the other connection, oldest first; what was recognised, and all before it, is cut off. */
  #prints: readonly string[];
  #isAnchored = false;
  #strangers = 0;

  constructor(prints: readonly string[]) {
    this.#prints = prints;
  }

  /** Nothing is left to recognise. */
  get isPassed(): boolean {
    return this.#prints.length === 0 || this.#strangers >= SURE_AFTER_FRAMES;
  }

  /** @returns whether the other connection has delivered this frame; to be asked of each frame in order */
  isKnown(print: string): boolean {
    // The first one is expected, or else looked for from the end: equal frames before it are older ones.
    const isNext = print === this.#prints[0];
    const index = isNext || this.#isAnchored ? this.#prints.indexOf(print) : this.#prints.lastIndexOf(print);
    if (index < 0) {
      this.#strangers += 1;
      return false;
    }
    this.#isAnchored = true;
    this.#strangers = 0;
    this.#prints = this.#prints.slice(index + 1);
    return true;
  }
}
