/** Measures the decoder side by side with pbf and protobufjs in one run: `npx tsx bench/decode.ts`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import protobuf from 'protobufjs';
import type { FrameWish } from '../lib/frames/reader';

const ROUNDS = 31;
const SLICE_MS = 25;
const WARM_UP_MS = 400;

const PROTOCOL = readFileSync(join(__dirname, '../test/unit/frames/helpers/protocol.proto'), 'utf8');
const { root } = protobuf.parse(PROTOCOL);
root.resolveAll();

/** What ships, if it has been built; tsx runs the sources with slower calls between modules. */
const BUILT = join(__dirname, '../dist');
const HOME = existsSync(join(BUILT, 'lib/frames/reader.js')) ? BUILT : join(__dirname, '..');

type Decode = (frame: Buffer) => unknown;
interface Contender {
  readonly name: string;
  readonly run: Decode;
}

const wish = (stream: FrameWish['stream'], more: Partial<FrameWish> = {}): FrameWish => ({
  stream,
  labels: [],
  statuses: ['TRACKING'],
  zones: [],
  minConfidence: 0,
  types: [],
  include: [],
  pointFormat: 'buffer',
  maxPoints: 0,
  skipEmpty: false,
  ...more,
});

async function pbfDecoders(): Promise<(message: 'OutputMessage' | 'PointResult') => Decode> {
  const { PbfReader } = await import('pbf');
  // Both come without types.
  const compiler: string = 'pbf/compile';
  const parser: string = 'protocol-buffers-schema';
  const { compile } = (await import(compiler)) as { compile: (proto: unknown) => Record<string, unknown> };
  const { default: schema } = (await import(parser)) as { default: { parse: (text: string) => unknown } };
  const compiled = compile(schema.parse(PROTOCOL));
  return (message) => {
    const decode = compiled[`read${message}`] as (reader: unknown) => unknown;
    return (frame) => decode(new PbfReader(frame));
  };
}

function protobufjsDecoder(message: string): Decode {
  const type = root.lookupType(message);
  return (frame) => type.decode(frame);
}

// ---- frames ----

const NOW = { seconds: 1_762_500_000, nanos: 100_000_000 };
const wave = (index: number, scale: number): number => Math.fround(Math.sin(index + 0.5) * scale);
const vector = (index: number, scale: number) => ({
  x: wave(index, scale),
  y: wave(index + 1, scale),
  z: wave(index + 2, 2),
});
const floats = (count: number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: count }, (_, index) => wave(index, 50)).buffer);

const trackedObject = (index: number) => ({
  id: 1000 + index,
  label: 1 + (index % 4),
  confidence: Math.abs(wave(index, 1)),
  bbox: { position: vector(index, 80), size: vector(index + 1, 5), yaw: wave(index, 3) },
  velocity: vector(index, 12),
  trackingStatus: 3,
  yawRate: wave(index, 0.2),
  lastObservedTimestamp: { ...NOW, nanos: index * 1000 },
  zoneIds: index % 3 === 0 ? [1001, 1002] : [],
});

const richObject = (index: number, points: number, states: number) => ({
  ...trackedObject(index),
  points: floats(points * 3),
  intensities: floats(points),
  history: {
    states: Array.from({ length: states }, (_, age) => ({ position: vector(age, 80), timestamp: NOW })),
  },
});

const outputFrame = (objects: object[]): Buffer =>
  frameOf('OutputMessage', { timestamp: NOW, stream: { objects, hasObjects: true } });

function frameOf(message: string, model: object): Buffer {
  const type = root.lookupType(message);
  return Buffer.from(new Uint8Array(type.encode(type.fromObject(model)).finish()).buffer);
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

// ---- measuring ----

/** Median, the middle half and the ends of the rounds, in nanoseconds a frame. */
interface Result {
  readonly name: string;
  readonly medianNs: number;
  readonly lowNs: number;
  readonly highNs: number;
  readonly leastNs: number;
  readonly mostNs: number;
}

/** The decoders of one frame, side by side. */
export interface Decoding {
  readonly title: string;
  readonly results: readonly Result[];
  /** Whose time the others' is given against. */
  readonly reference: string;
}

/** Keeps results reachable, so that no engine can leave the work out. */
let sink: unknown;

function runFor(ms: number, run: Decode, frame: Buffer): number {
  const start = performance.now();
  let frames = 0;
  let elapsed: number;
  do {
    for (let index = 0; index < 8; index += 1) sink = run(frame);
    frames += 8;
    elapsed = performance.now() - start;
  } while (elapsed < ms);
  return (elapsed * 1e6) / frames;
}

function measure(frame: Buffer, contenders: readonly Contender[]): Result[] {
  for (const { run } of contenders) runFor(WARM_UP_MS, run, frame);
  const samples = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (let turn = 0; turn < contenders.length; turn += 1) {
      // Nobody always runs behind the same neighbour.
      const index = (turn + round) % contenders.length;
      samples[index]!.push(runFor(SLICE_MS, contenders[index]!.run, frame));
    }
  return contenders.map(({ name }, index) => {
    const sorted = samples[index]!.sort((a, b) => a - b);
    const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)]!;
    return { name, medianNs: at(0.5), lowNs: at(0.25), highNs: at(0.75), leastNs: at(0), mostNs: at(1) };
  });
}

function print({ title, results, reference }: Decoding): void {
  const referenceNs = results.find(({ name }) => name === reference)?.medianNs;
  console.log(`\n### ${title}\n`);
  console.log(`| decoder | frames/s | median µs | middle half µs | time against ${reference} |`);
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const { name, medianNs, lowNs, highNs } of results) {
    const us = (ns: number): string => (ns / 1000).toFixed(ns < 100_000 ? 2 : 0);
    const ratio = referenceNs === undefined ? '' : (medianNs / referenceNs).toFixed(2);
    console.log(
      `| ${name} | ${Math.round(1e9 / medianNs).toLocaleString('en')} | ${us(medianNs)} | ${us(lowNs)} - ${us(highNs)} | ${ratio} |`,
    );
  }
}

export async function measureDecoding(
  onDecoding: (one: Decoding) => void = () => undefined,
): Promise<Decoding[]> {
  const decodings: Decoding[] = [];
  const add = (title: string, results: readonly Result[], reference: string): void => {
    decodings.push({ title, results, reference });
    onDecoding({ title, results, reference });
  };
  const pbf = await pbfDecoders();
  const reader = join(HOME, 'lib/frames/reader');
  const peek = join(HOME, 'lib/peek/frame-kind');
  const { createFrameReader } = (await import(reader)) as typeof import('../lib/frames/reader');
  const { peekOutputFrame } = (await import(peek)) as typeof import('../lib/peek/frame-kind');
  const ours = (more: Partial<FrameWish>, stream: FrameWish['stream'] = 'objects'): Decode =>
    createFrameReader(wish(stream, more));
  const outputs: [string, Buffer][] = [
    ['11 objects', outputFrame(many(11, trackedObject))],
    ['85 objects', outputFrame(many(85, trackedObject))],
    ['12 objects with 36 points', outputFrame(many(12, (index) => richObject(index, 36, 0)))],
    [
      '60 objects with 60 points and 6 past states',
      outputFrame(many(60, (index) => richObject(index, 60, 5))),
    ],
    ['740 objects', outputFrame(many(740, trackedObject))],
  ];
  for (const [title, frame] of outputs)
    add(
      `${(frame.length / 1000).toFixed(1)} KB: ${title}`,
      measure(frame, [
        { name: 'ours, payload of `objects`', run: ours({}) },
        {
          name: 'ours, `objects` with a label filter that keeps a quarter',
          run: ours({ labels: ['LABEL_CAR'] }),
        },
        { name: 'ours, payload of `output`', run: ours({}, 'output') },
        { name: 'ours, `events` (there are none)', run: ours({}, 'events') },
        { name: 'pbf, decode', run: pbf('OutputMessage') },
        { name: 'protobufjs, decode', run: protobufjsDecoder('OutputMessage') },
        { name: 'peek in the socket thread', run: peekOutputFrame },
      ]),
      'pbf, decode',
    );

  const POINTS = 921_000;
  const model = {
    uid: 'x',
    points: [{ type: 2, id: 'algo#top', points: floats(POINTS * 3), intensities: floats(POINTS) }],
  };
  const cloud = frameOf('PointResult', model);
  const shifted = frameOf('PointResult', { ...model, points: [{ ...model.points[0], id: 'algo#topic' }] });
  for (const [title, frame] of [
    ['', cloud],
    [', two bytes further on', shifted],
  ] as const)
    add(
      `${(frame.length / 1e6).toFixed(1)} MB: ${POINTS.toLocaleString('en')} points${title}`,
      measure(frame, [
        { name: 'ours, buffer (frame copied first)', run: copied(ours({}, 'points')) },
        { name: 'copying the frame alone', run: copied((frame) => frame) },
        { name: 'ours, maxPoints 10,000', run: ours({ maxPoints: 10_000 }, 'points') },
        { name: 'ours, typed', run: ours({ pointFormat: 'typed' }, 'points') },
        { name: 'pbf, decode', run: pbf('PointResult') },
        { name: 'protobufjs, decode', run: protobufjsDecoder('PointResult') },
      ]),
      'copying the frame alone',
    );
  if (sink === undefined) throw new Error('nothing was measured');
  return decodings;
}

/** The reader may shift what it is given, so it gets a fresh frame each time. */
function copied(run: Decode): Decode {
  return (frame) => run(Buffer.from(new Uint8Array(frame).buffer));
}

async function main(): Promise<void> {
  console.log(
    `Node.js ${process.version}, ${process.arch}, ${ROUNDS} interleaved rounds of ${SLICE_MS} ms each,`,
  );
  console.log(
    `ours from ${HOME === BUILT ? 'dist/' : 'the sources: run npm run build first to measure what ships'}`,
  );
  await measureDecoding(print);
}

if (require.main === module) void main();
