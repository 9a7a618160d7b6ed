/** The one entry to the decoder: makes, for what a node wants, the function that turns a frame into its payloads. */
import { OutputFrame } from './decode-output';
import { StreamMessageScan } from './generated/scans';
import { readCustom } from './payload-custom';
import { createEventPayloads } from './payload-events';
import { healthPayloads } from './payload-health';
import { createObjectsPayloads } from './payload-objects';
import { createOutputPayloads } from './payload-output';
import { createPointsPayloads } from './payload-points';
import { createZonesPayloads } from './payload-zones';
import type { FrameContent, FrameWish } from './wish';

export type { FrameContent, FrameWish } from './wish';

/**
 * The returned function takes over the frame: payloads may view its memory, and it may be changed in place.
 * @throws SensrError SENSR_BAD_FRAME when nothing the wish asks for can be read
 */
export type FrameReader = (frame: Buffer) => FrameContent;

export function createFrameReader(wish: FrameWish): FrameReader {
  switch (wish.stream) {
    case 'raw-points':
      return (frame) => ({ timestampMs: undefined, payloads: [frame], problems: [] });
    case 'points': {
      const payloads = createPointsPayloads(wish);
      return (frame) => ({ timestampMs: undefined, payloads: payloads(frame), problems: [] });
    }
    default:
      return outputReader(createPayloads(wish));
  }
}

type Payloads = (frame: OutputFrame, bytes: Buffer) => readonly unknown[];

function outputReader(payloadsOf: Payloads): FrameReader {
  return (bytes) => {
    const frame = new OutputFrame(bytes);
    const payloads = payloadsOf(frame, bytes);
    return { timestampMs: frame.timestampMs, payloads, problems: frame.problems };
  };
}

function createPayloads(wish: FrameWish): Payloads {
  switch (wish.stream) {
    case 'raw-output':
      return (_, bytes) => [bytes];
    case 'output':
      return createOutputPayloads(wish);
    case 'objects':
      return fromStream(createObjectsPayloads(wish));
    case 'zones':
      return fromStream(createZonesPayloads(wish));
    case 'health':
      return fromStream(healthPayloads);
    case 'custom':
      return (frame) => {
        const custom = frame.part('custom', readCustom);
        return custom ? [custom] : [];
      };
    case 'events': {
      const payloads = createEventPayloads(wish);
      return (frame) => frame.part('event', (reader, end) => payloads(reader, end, frame.timestampMs)) ?? [];
    }
    default:
      return () => [];
  }
}

function fromStream(payloadsOf: (stream: StreamMessageScan) => readonly unknown[]): Payloads {
  return (frame) =>
    frame.part('stream', (reader, end) => {
      const stream = new StreamMessageScan();
      stream.read(reader, end);
      return payloadsOf(stream);
    }) ?? [];
}
