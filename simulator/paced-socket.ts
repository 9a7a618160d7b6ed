/** Owns the way between a WebSocket and its TCP socket: link speed, freezing, and the exact count of unsent bytes. */

import { Duplex } from 'node:stream';
import { SendQueue } from './send-queue';

/** So much goes to the kernel at once. Small, so that what the queue says is what really waits. */
const CHUNK_BYTES = 256 * 1024;
const LINK_TICK_MS = 10;
/** After an idle time the link gives no more than this at once, after a late timer it makes up for it. */
const LINK_CATCH_UP_MS = 100;

export interface PacedSocketHooks {
  /** `bytes` were handed to the kernel, and with them the last byte of `frames` frames. */
  readonly onSent: (bytes: number, frames: number) => void;
}

export class PacedSocket extends Duplex {
  readonly #inner: Duplex;
  readonly #hooks: PacedSocketHooks;
  readonly #queue = new SendQueue();
  #bytesPerSecond: number;
  #isFrozen = false;
  /** Bytes the kernel has not taken yet. */
  #inFlightBytes = 0;
  #creditBytes = 0;
  #creditAtMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #finish: (() => void) | undefined;

  constructor(inner: Duplex, bytesPerSecond: number, hooks: PacedSocketHooks) {
    // The other side may end first; what is queued still goes out.
    super({ allowHalfOpen: true });
    this.#inner = inner;
    this.#bytesPerSecond = bytesPerSecond;
    this.#hooks = hooks;
    inner.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) inner.pause();
    });
    inner.on('end', () => this.push(null));
    inner.on('close', () => this.destroy());
    inner.on('error', (error) => this.destroy(error));
  }

  get bufferedBytes(): number {
    return this.#queue.bytes + this.#inFlightBytes;
  }

  get bufferedFrames(): number {
    return this.#queue.frames;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Queues one WebSocket frame. The parts must not change until they are sent. */
  writeFrame(parts: readonly Uint8Array[]): void {
    this.#queue.add(parts, true);
    this.#pump();
  }

  dropUnbegun(): void {
    this.#queue.dropUnbegun();
    this.#pump();
  }

  setBytesPerSecond(bytesPerSecond: number): void {
    this.#settleCredit();
    this.#bytesPerSecond = bytesPerSecond;
    this.#pump();
  }

  /** Nothing is read and nothing is sent until `thaw()`. */
  freeze(): void {
    this.#isFrozen = true;
    this.#inner.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    this.#inner.resume();
    this.#pump();
  }

  override _read(): void {
    if (!this.#isFrozen) this.#inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#queue.add([chunk], false);
    this.#pump();
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#queue.add(
      chunks.map(({ chunk }) => chunk),
      false,
    );
    this.#pump();
    done();
  }

  override _final(done: () => void): void {
    this.#finish = () => {
      this.#inner.end();
      done();
    };
    this.#pump();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue.dropUnbegun();
    this.#inner.destroy();
    done(error);
  }

  #pump(): void {
    if (this.#isFrozen || this.destroyed || this.#inFlightBytes > 0) return;
    if (this.#queue.bytes === 0) {
      const finish = this.#finish;
      this.#finish = undefined;
      finish?.();
      return;
    }
    const allowedBytes = this.#allowedBytes();
    if (allowedBytes >= 1) this.#sendSome(allowedBytes);
    else this.#timer ??= setTimeout(() => this.#onTick(), LINK_TICK_MS);
  }

  #onTick(): void {
    this.#timer = undefined;
    this.#pump();
  }

  #sendSome(maxBytes: number): void {
    const { pieces, bytes, framesEnded } = this.#queue.take(maxBytes);
    if (this.#bytesPerSecond > 0) this.#creditBytes -= bytes;
    this.#inFlightBytes = bytes;
    const last = pieces.length - 1;
    this.#inner.cork();
    pieces.forEach((piece, index) => {
      if (index < last) this.#inner.write(piece);
      else this.#inner.write(piece, (error) => this.#onTaken(error, bytes, framesEnded));
    });
    this.#inner.uncork();
  }

  #onTaken(error: Error | null | undefined, bytes: number, frames: number): void {
    this.#inFlightBytes = 0;
    // A broken socket reports itself by its own event.
    if (error) return;
    this.#hooks.onSent(bytes, frames);
    this.#pump();
  }

  #allowedBytes(): number {
    if (this.#bytesPerSecond === 0) return CHUNK_BYTES;
    this.#settleCredit();
    // One tick's worth at a time: smaller pieces would only cost, larger ones would come in bursts.
    const tickBytes = Math.max(1, (this.#bytesPerSecond * LINK_TICK_MS) / 1000);
    return this.#creditBytes >= tickBytes ? Math.min(CHUNK_BYTES, Math.floor(this.#creditBytes)) : 0;
  }

  #settleCredit(): void {
    const nowMs = performance.now();
    const earned = ((nowMs - this.#creditAtMs) * this.#bytesPerSecond) / 1000;
    const mostBytes = Math.max(1, (this.#bytesPerSecond * LINK_CATCH_UP_MS) / 1000);
    this.#creditBytes = Math.min(mostBytes, this.#creditBytes + earned);
    this.#creditAtMs = nowMs;
  }
}
