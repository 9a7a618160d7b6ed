/** Owns one seeded run of frames: the frames worth keeping, what a frame may cost, and what was found. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom, type Random } from '../../simulator/random';
import { judgeFrame, Violation } from './frames';
import { mutate, oneOf, type Seed } from './mutate';
import { frameSeeds, seedOf } from './seeds';

/** No frame of this size may take longer: the main loop waits meanwhile. */
const LIMIT_MS = 50;
const RETRIES = 3;
const MAX_KEPT = 4000;
const MAX_KEPT_BYTES = 8 * 1024;
/** A frame larger than this is cut: time is for many frames, not for long ones. */
const MAX_FRAME_BYTES = 64 * 1024;
const BATCH_FRAMES = 1000;
/** A collection of all garbage costs as much as thousands of frames. */
const BATCHES_PER_WEIGHING = 50;
const THOROUGH_SHARE = 1 / 16;

export interface Finding {
  readonly rule: string;
  readonly frameHex: string;
}

export interface CampaignReport {
  readonly frames: number;
  readonly kinds: number;
  readonly findings: readonly Finding[];
  readonly slowestMs: number;
  /** Of a batch: memory that decoded frames hold, by the bytes of the frames. */
  readonly worstMemoryRatio: number;
}

export class Campaign {
  #frames = 0;
  #slowestMs = 0;
  #worstMemoryRatio = 0;
  #batches = 0;
  readonly #random: Random;
  readonly #kept: Seed[];
  readonly #originals: readonly Seed[];
  readonly #kinds = new Set<string>();
  readonly #findings = new Map<string, Finding>();
  /** Called with each frame before it is judged: if that never returns, somebody else must know it. */
  readonly #announce: (frame: Buffer) => void;

  constructor(seed: number, announce: (frame: Buffer) => void = () => undefined) {
    this.#random = createRandom(seed);
    this.#originals = frameSeeds(seed);
    this.#kept = [...this.#originals];
    this.#announce = announce;
    for (const { bytes } of this.#originals) this.#try(bytes);
  }

  get report(): CampaignReport {
    return {
      frames: this.#frames,
      kinds: this.#kinds.size,
      findings: [...this.#findings.values()],
      slowestMs: this.#slowestMs,
      worstMemoryRatio: this.#worstMemoryRatio,
    };
  }

  /** Some thousand frames; time is measured for each, memory for all of them now and then. */
  runBatch(): void {
    const weighs = this.#batches++ % BATCHES_PER_WEIGHING === 0;
    const held: unknown[] = [];
    const beforeBytes = weighs ? heldBytes() : 0;
    let frameBytes = 0;
    for (let frame = 0; frame < BATCH_FRAMES; frame += 1) {
      const parent = oneOf(this.#random, this.#random.chance(0.2) ? this.#originals : this.#kept);
      const mutant = mutate(parent, oneOf(this.#random, this.#kept), this.#random);
      const bytes = mutant.subarray(0, MAX_FRAME_BYTES);
      const contents = this.#try(bytes);
      if (weighs) held.push(contents);
      frameBytes += bytes.length;
    }
    if (!weighs) return;
    const ratio = (heldBytes() - beforeBytes) / frameBytes;
    this.#worstMemoryRatio = Math.max(this.#worstMemoryRatio, ratio);
    held.length = 0;
  }

  #try(bytes: Buffer): unknown {
    this.#frames += 1;
    this.#announce(bytes);
    const startMs = performance.now();
    try {
      const { kinds, contents } = judgeFrame(bytes, this.#random, this.#random.chance(THOROUGH_SHARE));
      const ms = performance.now() - startMs;
      if (ms > LIMIT_MS) this.#recheck(bytes);
      const known = this.#kinds.size;
      for (const kind of kinds) this.#kinds.add(kind);
      if (this.#kinds.size > known && bytes.length <= MAX_KEPT_BYTES) this.#keep(bytes);
      return contents;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#find(error.message, bytes);
      return undefined;
    }
  }

  /** A machine that is busy is not a frame that is slow: only time on the processor counts, the least of three. */
  #recheck(bytes: Buffer): void {
    const times = Array.from({ length: RETRIES }, () => {
      const start = process.cpuUsage();
      judgeFrame(bytes, createRandom(0), false);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    const leastMs = Math.min(...times);
    this.#slowestMs = Math.max(this.#slowestMs, leastMs);
    if (leastMs > LIMIT_MS) this.#find(`took ${leastMs.toFixed(0)} ms`, bytes);
  }

  #keep(bytes: Buffer): void {
    const seed = seedOf(Buffer.from(bytes));
    if (this.#kept.length < MAX_KEPT) this.#kept.push(seed);
    else
      this.#kept[
        this.#originals.length + Math.floor(this.#random.next() * (MAX_KEPT - this.#originals.length))
      ] = seed;
  }

  #find(rule: string, bytes: Buffer): void {
    const key = rule.replace(/\d+/g, 'n');
    const known = this.#findings.get(key);
    // The shortest tells most.
    if (!known || known.frameHex.length > bytes.length * 2)
      this.#findings.set(key, { rule, frameHex: bytes.toString('hex') });
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is left of this thread's memory when all garbage is gone. */
function heldBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
