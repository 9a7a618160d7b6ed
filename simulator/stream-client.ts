/** Owns one WebSocket client: its counters, its send buffer's limit, its pings, and its one way out. */

import type { WebSocket } from 'ws';
import { frameHeader } from './frame-header';
import type { PacedSocket } from './paced-socket';
import { type ConnectionStats, recordRtt } from './statistics';

/** One message on its way to clients; the parts are shared by all of them. */
export interface Frame {
  readonly parts: readonly Uint8Array[];
  readonly isText?: boolean;
  /** Set when it was published, left out when a test sent it. */
  readonly number?: number;
}

export interface ClientSettings {
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly sendBufferBytes: number;
  readonly sendBufferFrames?: number;
}

const PING_PAYLOAD_BYTES = 4;
/** Above this share of the limit the health of SENSR says that output overflows. */
const WARNING_SHARE = 0.5;

export class StreamClient {
  readonly stats: ConnectionStats;
  /** Set where a fault answers no pings. */
  answersPings = true;
  readonly #socket: WebSocket;
  readonly #paced: PacedSocket;
  readonly #settings: ClientSettings;
  #pingTimer: NodeJS.Timeout | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #closeTimer: NodeJS.Timeout | undefined;
  #pingNumber = 0;
  #pingSentAtMs = 0;

  constructor(socket: WebSocket, paced: PacedSocket, stats: ConnectionStats, settings: ClientSettings) {
    this.stats = stats;
    this.#socket = socket;
    this.#paced = paced;
    this.#settings = settings;
    socket.on('ping', (data) => this.#onPing(data));
    socket.on('pong', (data) => this.#onPong(data));
    socket.on('close', (code, reason) => this.#onClose(code, reason.toString()));
    // What breaks a socket ends it: 'close' follows and is counted there.
    socket.on('error', () => socket.terminate());
    if (settings.pingIntervalMs > 0)
      this.#pingTimer = setInterval(() => this.#ping(), settings.pingIntervalMs);
  }

  get bufferedBytes(): number {
    return this.#paced.bufferedBytes;
  }

  get isOverflowing(): boolean {
    return this.bufferedBytes > this.#settings.sendBufferBytes * WARNING_SHARE;
  }

  get isFrozen(): boolean {
    return this.#paced.isFrozen;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(frame: Frame): void {
    if (!this.isOpen || this.#paced.isFrozen) return;
    const { sendBufferBytes } = this.#settings;
    // Judged before the frame is added: one frame may be larger than the limit for a client that keeps up.
    if (this.bufferedBytes > sendBufferBytes) {
      this.close(1011, 'Writing buffer is full');
      return;
    }
    const payloadBytes = frame.parts.reduce((sum, part) => sum + part.length, 0);
    this.#paced.writeFrame([frameHeader(payloadBytes, frame.isText ?? false), ...frame.parts]);
    this.#count(frame);
  }

  /** For frames that may be left out: false when so many are unsent that this one must be. */
  hasRoomForFrame(): boolean {
    const { sendBufferFrames } = this.#settings;
    const hasRoom = sendBufferFrames === undefined || this.#paced.bufferedFrames < sendBufferFrames;
    if (!hasRoom) this.stats.framesSkipped += 1;
    return hasRoom;
  }

  /** The close frame goes right behind what has begun; who does not answer it in time is terminated. */
  close(code: number, reason: string, closedBy: 'server' | 'fault' = 'server'): void {
    if (this.stats.closedBy) return;
    this.#markClosed(closedBy, code, reason);
    this.#paced.dropUnbegun();
    this.#socket.close(code, reason);
    this.#closeTimer = setTimeout(() => this.#socket.terminate(), this.#settings.closeTimeoutMs);
  }

  /** Says that a fault is about to end it. */
  markFault(): void {
    this.#markClosed('fault', 1006, '');
  }

  setBytesPerSecond(bytesPerSecond: number): void {
    this.#paced.setBytesPerSecond(bytesPerSecond);
  }

  freeze(): void {
    this.#paced.freeze();
  }

  thaw(): void {
    if (!this.#paced.isFrozen) return;
    this.#stopWaitingForPong();
    this.#paced.thaw();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #count(frame: Frame): void {
    this.stats.framesQueued += 1;
    this.stats.maxBufferedBytes = Math.max(this.stats.maxBufferedBytes, this.bufferedBytes);
    if (frame.number === undefined) return;
    this.stats.firstFrame ??= frame.number;
    this.stats.lastFrame = frame.number;
  }

  #ping(): void {
    if (!this.isOpen || this.#paced.isFrozen || this.#pongTimer) return;
    this.#pingNumber += 1;
    const payload = Buffer.alloc(PING_PAYLOAD_BYTES);
    payload.writeUInt32BE(this.#pingNumber);
    this.#pingSentAtMs = performance.now();
    this.stats.pingsSent += 1;
    this.#socket.ping(payload);
    this.#pongTimer = setTimeout(() => this.#onPongTimeout(), this.#settings.pongTimeoutMs);
  }

  #onPing(data: Buffer): void {
    this.stats.pingsReceived += 1;
    if (this.answersPings && this.isOpen) this.#socket.pong(data);
  }

  #onPong(data: Buffer): void {
    this.stats.pongsReceived += 1;
    const isAnswer = data.length === PING_PAYLOAD_BYTES && data.readUInt32BE() === this.#pingNumber;
    if (!isAnswer || !this.#pongTimer) return;
    this.#stopWaitingForPong();
    recordRtt(this.stats, performance.now() - this.#pingSentAtMs);
  }

  #onPongTimeout(): void {
    this.#pongTimer = undefined;
    if (!this.#paced.isFrozen) this.close(1001, 'timeout');
  }

  #stopWaitingForPong(): void {
    clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
  }

  #onClose(code: number, reason: string): void {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#closeTimer);
    this.#stopWaitingForPong();
    this.#markClosed('client', code, reason);
  }

  #markClosed(closedBy: 'server' | 'client' | 'fault', code: number, reason: string): void {
    if (this.stats.closedBy) return;
    this.stats.closedBy = closedBy;
    this.stats.closeCode = code;
    this.stats.closeReason = reason;
  }
}
