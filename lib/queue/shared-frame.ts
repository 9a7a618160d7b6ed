/** The bytes of one frame, held by as many queues as want it: copied only where two listeners really need them. */

export class SharedFrame {
  readonly arrivedMs: number;
  readonly receivedAtMs: number;
  readonly byteLength: number;
  /** As it came; let go on the first claim, since it may be a slice that holds a whole network chunk alive. */
  #message: Buffer | undefined;
  #bytes: ArrayBuffer | undefined;
  #holders = 0;
  #isGone = false;

  constructor(message: Buffer, arrivedMs: number, receivedAtMs: number) {
    this.#message = message;
    this.byteLength = message.byteLength;
    this.arrivedMs = arrivedMs;
    this.receivedAtMs = receivedAtMs;
  }

  retain(): void {
    // On the first claim, not before: a frame nobody wants is never copied.
    this.#own();
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
  }

  /** The bytes alone in an ArrayBuffer that may be transferred; releases the claim. */
  takeBytes(): ArrayBuffer {
    const bytes = this.#own();
    this.release();
    if (this.#holders > 0) return bytes.slice(0);
    // Transferred, they are empty here: whoever claims them now comes too late, and must not get that for a frame.
    this.#isGone = true;
    return bytes;
  }

  #own(): ArrayBuffer {
    if (this.#isGone) throw new Error('A frame was claimed after its last holder gave it away');
    this.#bytes ??= ownBytes(this.#message ?? Buffer.alloc(0));
    this.#message = undefined;
    return this.#bytes;
  }
}

/**
 * A small message is a slice of the network chunk it came in (64 KB), often together with others: kept as it is, 2 KB
 * would hold 64. A large one has memory of its own already.
 */
function ownBytes(message: Buffer): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = message;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return new Uint8Array(message).buffer;
}
