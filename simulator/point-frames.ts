/** Owns the ground and background clouds of the site and builds point frames from them, mostly shared from frame to frame. */

import { CLOUD_TYPE } from './enums';
import { encodePointResult } from './encode';
import { varintBytes } from './protobuf-writer';
import { createRandom, type Random } from './random';
import type { Generation, PointCloud } from './types';

export interface PointFramesOptions {
  readonly seed: number;
  readonly groundPoints: number;
  readonly backgroundPoints: number;
}

const BYTES_PER_POINT = 12;
const HALF_SITE_M = 60;
const GROUND_ROUGHNESS_M = 0.03;
const BACKGROUND_HEIGHT_M = 8;
const MAX_INTENSITY = 255;
/** The leaves of a tree: the only background points that move, so that a frame costs kilobytes, not megabytes. */
const MOVING_POINTS = 1024;
const SWAY_M = 0.15;
const SWAY_FRAMES = 24;
const RESULT_CLOUD_TAG = 0x0a;
const POINTS_TAG = 0x1a;
const INTENSITIES_TAG = 0x22;
const UID = 'algo_0000';

const whole = (random: Random): number => Math.floor(random.between(0, MAX_INTENSITY + 1));

const lengthPrefix = (tag: number, bytes: number): Buffer => {
  const prefix = Buffer.alloc(1 + varintBytes(bytes), tag);
  let rest = bytes;
  for (let index = 1; index < prefix.length; index += 1) {
    prefix[index] = (rest % 0x80) | (index === prefix.length - 1 ? 0 : 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return prefix;
};

const bytesOf = (floats: Float32Array): Buffer =>
  Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);

interface Cloud {
  readonly type: number;
  readonly xyz: Float32Array;
  readonly intensities: Float32Array;
}

const createCloud = (type: number, count: number, random: Random): Cloud => {
  const xyz = new Float32Array(count * 3);
  const intensities = new Float32Array(count);
  const isGround = type === CLOUD_TYPE.GROUND;
  for (let index = 0; index < count; index += 1) {
    xyz[index * 3] = random.between(-HALF_SITE_M, HALF_SITE_M);
    const across = random.between(-HALF_SITE_M, HALF_SITE_M);
    // House fronts stand left and right of the road.
    xyz[index * 3 + 1] = isGround ? across : Math.sign(across) * random.between(20, 24);
    xyz[index * 3 + 2] = isGround
      ? random.between(-GROUND_ROUGHNESS_M, GROUND_ROUGHNESS_M)
      : random.between(0, BACKGROUND_HEIGHT_M);
    intensities[index] = whole(random);
  }
  return { type, xyz, intensities };
};

/** All of a cloud's bytes but those of the moving points, cut around them; nothing is copied. */
const cloudParts = (
  { type, xyz, intensities }: Cloud,
  moving: Float32Array,
  hasIntensities: boolean,
): Buffer[] => {
  const head = Buffer.of(0x08, type);
  const pointsPrefix = xyz.length > 0 ? [lengthPrefix(POINTS_TAG, xyz.byteLength)] : [];
  const intensityParts =
    hasIntensities && intensities.length > 0
      ? [lengthPrefix(INTENSITIES_TAG, intensities.byteLength), bytesOf(intensities)]
      : [];
  const still = bytesOf(xyz).subarray(moving.byteLength);
  const body = [head, ...pointsPrefix, bytesOf(moving), still, ...intensityParts];
  const bodyBytes = body.reduce((sum, part) => sum + part.length, 0);
  return [lengthPrefix(RESULT_CLOUD_TAG, bodyBytes), ...body];
};

export class PointFrames {
  readonly #ground: Cloud;
  readonly #background: Cloud;
  readonly #tail = encodePointResult({ uid: UID });
  #frame = 0;

  constructor({ seed, groundPoints, backgroundPoints }: PointFramesOptions) {
    const random = createRandom(seed);
    this.#ground = createCloud(CLOUD_TYPE.GROUND, groundPoints, random);
    this.#background = createCloud(CLOUD_TYPE.BACKGROUND, backgroundPoints, random);
  }

  /** The next frame as parts to be sent one after the other; none of them ever changes. */
  next(generation: Generation = 'current'): Buffer[] {
    const hasIntensities = generation !== '2.x';
    const moving = this.#movingPoints();
    this.#frame += 1;
    return [
      ...cloudParts(this.#ground, new Float32Array(0), hasIntensities),
      ...cloudParts(this.#background, moving, hasIntensities),
      this.#tail,
    ];
  }

  /** The clouds of the next frame as plain values: the same content, for who wants to compare. */
  peek(): PointCloud[] {
    const moving = this.#movingPoints();
    const background = Buffer.concat([
      bytesOf(moving),
      bytesOf(this.#background.xyz).subarray(moving.byteLength),
    ]);
    return [
      {
        type: CLOUD_TYPE.GROUND,
        points: bytesOf(this.#ground.xyz),
        intensities: bytesOf(this.#ground.intensities),
      },
      {
        type: CLOUD_TYPE.BACKGROUND,
        points: background,
        intensities: bytesOf(this.#background.intensities),
      },
    ];
  }

  #movingPoints(): Float32Array {
    const { xyz } = this.#background;
    const count = Math.min(MOVING_POINTS, xyz.length / 3);
    const moving = xyz.slice(0, (count * BYTES_PER_POINT) / 4);
    const shift = SWAY_M * Math.sin((this.#frame / SWAY_FRAMES) * 2 * Math.PI);
    for (let at = 0; at < moving.length; at += 3) moving[at] = (moving[at] ?? 0) + shift;
    return moving;
  }
}
