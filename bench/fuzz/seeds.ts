/** The frames that fuzzing starts from: those of the vendor's own encoder, and the simulator's of every generation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeOutputMessage } from '../../simulator/encode';
import { PointFrames } from '../../simulator/point-frames';
import { Scene } from '../../simulator/scene';
import type { Seed } from './mutate';
import { parseTree } from './wire-tree';

const VECTORS = join(__dirname, '../../test/fixtures/vectors');
const START_MS = 1_762_500_000_000;
const FRAME_MS = 500;
/** Long enough for objects, zones, health, custom parts and events. */
const FRAMES = 24;
/** More bytes of the same kind of thing find nothing more, and cost time. */
const MAX_SEED_BYTES = 8 * 1024;
const GENERATIONS = ['current', 'pre', '3.0', '2.x'] as const;

export const seedOf = (bytes: Buffer): Seed => ({ bytes, tree: parseTree(bytes) });

export function frameSeeds(seed: number): Seed[] {
  const vectors = readdirSync(VECTORS)
    .filter((file) => file.endsWith('.bin'))
    .map((file) => readFileSync(join(VECTORS, file)));
  const output = GENERATIONS.flatMap((generation, index) => {
    const scene = new Scene({
      seed: seed + index,
      startTimeMs: START_MS,
      busy: index === 0,
      details: index === 1,
    });
    return Array.from({ length: FRAMES }, (_, frame) =>
      encodeOutputMessage(scene.next(START_MS + frame * FRAME_MS), generation),
    );
  });
  const points = GENERATIONS.map((generation) =>
    Buffer.concat(new PointFrames({ seed, groundPoints: 20, backgroundPoints: 30 }).next(generation)),
  );
  return [...vectors, ...output, ...points].filter(({ length }) => length <= MAX_SEED_BYTES).map(seedOf);
}
