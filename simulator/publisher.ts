/** Decides when a frame is made and for whom: by rate, on demand, or in a flood; each is encoded once for all clients. */

import { encodeOutputMessage, encodePointResult } from './encode';
import type { SimulatorOptions } from './options';
import { PointFrames } from './point-frames';
import type { Scene } from './scene';
import { EventLog } from './statistics';
import type { Frame, StreamClient } from './stream-client';
import type { StreamPort } from './stream-port';
import { Ticker } from './ticker';
import type { CustomMessage, OutputMessage, PointResult } from './types';

/** How far the world moves for a frame asked for by hand. */
const MANUAL_STEP_MS = 100;
/** A flood repeats so many frames: enough to hold every kind. */
const FLOOD_FRAMES = 200;
const FLOOD_STEP_MS = 100;
/** A flooded client is given more while less than this is unsent. */
const FLOOD_AHEAD_BYTES = 4 * 1024 * 1024;

/** Makes the difference between the numberings of the custom part visible in every frame. */
const REPLAY_CUSTOM: CustomMessage = { replayIndex: 7, record: { savingProgress: 0.5 } };

export class Publisher {
  readonly events = new EventLog();
  readonly #options: SimulatorOptions;
  readonly #scene: Scene;
  readonly #output: StreamPort;
  readonly #points: StreamPort;
  readonly #outputTicker = new Ticker((periods, periodMs) => this.#publishNext(periods * periodMs));
  readonly #pointsTicker = new Ticker(() => this.publishPointFrame());
  #pointFrames: PointFrames | undefined;
  #floodFrames: { output: readonly Frame[]; points: readonly Frame[] } | undefined;
  readonly #floodPositions = new WeakMap<StreamClient, number>();
  readonly #feeding = new Set<StreamClient>();
  readonly #startTimeMs: number;
  #startedAtMs = performance.now();
  #sceneTimeMs: number;
  #outputCount = 0;
  #pointsCount = 0;
  #hasBegun = false;
  #isStopped = false;

  constructor(
    options: SimulatorOptions,
    startTimeMs: number,
    scene: Scene,
    output: StreamPort,
    points: StreamPort,
  ) {
    this.#options = options;
    this.#scene = scene;
    this.#output = output;
    this.#points = points;
    this.#startTimeMs = startTimeMs;
    this.#sceneTimeMs = startTimeMs;
  }

  get counts(): { output: number; points: number; events: number } {
    return { output: this.#outputCount, points: this.#pointsCount, events: this.events.count };
  }

  start(): void {
    if (this.#options.flood) return;
    this.#startedAtMs = performance.now();
    this.#outputTicker.setHz(this.#options.outputHz);
    this.#pointsTicker.setHz(this.#options.pointsHz);
  }

  stop(): void {
    this.#isStopped = true;
    this.#outputTicker.stop();
    this.#pointsTicker.stop();
  }

  setOutputHz(hz: number): void {
    // After a pause the world is where it would be had it gone on: frame times stay near the clock's.
    const nowMs = this.#startTimeMs + performance.now() - this.#startedAtMs;
    if (this.#hasBegun && hz > 0) this.#sceneTimeMs = Math.max(this.#sceneTimeMs, nowMs - 1000 / hz);
    this.#outputTicker.setHz(hz);
  }

  setPointsHz(hz: number): void {
    this.#pointsTicker.setHz(hz);
  }

  /** The world's next frame, a tenth of a second after the last. */
  publishSceneFrame(): OutputMessage {
    return this.#publishNext(MANUAL_STEP_MS);
  }

  publishMessage(message: OutputMessage): void {
    this.#outputCount += 1;
    this.events.add(this.#outputCount, message);
    if (this.#output.clients().length === 0) return;
    const bytes = this.#encode(message);
    this.#output.publish({ parts: [bytes], number: this.#outputCount }, false);
  }

  publishPointFrame(): void {
    this.#pointsCount += 1;
    if (this.#points.clients().length === 0) return;
    const generation = this.#points.faults.get('generation')?.generation;
    this.#pointFrames ??= new PointFrames(this.#options);
    this.#points.publish({ parts: this.#pointFrames.next(generation), number: this.#pointsCount }, true);
  }

  publishPointResult(result: PointResult): void {
    this.#pointsCount += 1;
    const generation = this.#points.faults.get('generation')?.generation;
    const bytes = encodePointResult(result, generation);
    this.#points.publish({ parts: [bytes], number: this.#pointsCount }, true);
  }

  /** Fills up a flooded client's buffer again; called when it is new and whenever some of it went out. */
  feed(client: StreamClient): void {
    if (!this.#options.flood || this.#isStopped || this.#feeding.has(client)) return;
    if (client.bufferedBytes > this.#floodAheadBytes / 2) return;
    this.#feeding.add(client);
    // Through the event loop: a fast reader would otherwise keep everything else from running.
    setImmediate(() => {
      this.#feeding.delete(client);
      this.#fill(client);
    });
  }

  #fill(client: StreamClient): void {
    this.#floodFrames ??= this.#createFloodFrames();
    const frames = this.#floodFrames[client.stats.port === 'points' ? 'points' : 'output'];
    let position = this.#floodPositions.get(client) ?? 0;
    while (client.isOpen && !client.isFrozen && client.bufferedBytes < this.#floodAheadBytes) {
      const frame = frames[position % frames.length];
      position += 1;
      if (frame) client.send({ ...frame, number: position });
    }
    this.#floodPositions.set(client, position);
  }

  /** Never so far that the client would seem slow. */
  get #floodAheadBytes(): number {
    return Math.min(FLOOD_AHEAD_BYTES, this.#options.sendBufferBytes / 2);
  }

  #createFloodFrames(): { output: readonly Frame[]; points: readonly Frame[] } {
    const output: Frame[] = [];
    for (let index = 0; index < FLOOD_FRAMES; index += 1) {
      this.#sceneTimeMs += FLOOD_STEP_MS;
      output.push({ parts: [this.#encode(this.#scene.next(this.#sceneTimeMs))] });
    }
    this.#pointFrames ??= new PointFrames(this.#options);
    return { output, points: [{ parts: this.#pointFrames.next() }] };
  }

  /** The first frame is that of the start itself. */
  #publishNext(stepMs: number): OutputMessage {
    if (this.#hasBegun) this.#sceneTimeMs += stepMs;
    this.#hasBegun = true;
    const message = this.#scene.next(this.#sceneTimeMs, this.#isOverflowing());
    this.publishMessage(message);
    return message;
  }

  /** SENSR has one health for all: whichever client is slow, everybody is told. */
  #isOverflowing(): boolean {
    return [this.#output, this.#points].some((port) => port.clients().some((client) => client.isOverflowing));
  }

  #encode(message: OutputMessage): Buffer {
    const generation = this.#output.faults.get('generation')?.generation ?? 'current';
    if (generation === 'current') return encodeOutputMessage(message);
    return encodeOutputMessage({ ...message, custom: { ...message.custom, ...REPLAY_CUSTOM } }, generation);
  }
}
