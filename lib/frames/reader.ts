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
      return timeless((frame) => [frame]);
    case 'points':
      return timeless(createPointsPayloads(wish));
    case 'raw-output':
      return fromFrame((_, bytes) => [bytes]);
    case 'output':
      return fromFrame(createOutputPayloads(wish));
    case 'objects':
      return fromStream(createObjectsPayloads(wish));
    case 'zones':
      return fromStream(createZonesPayloads(wish));
    case 'health':
      return fromStream(healthPayloads);
    case 'custom':
      return fromFrame((frame) => {
        const custom = frame.part('custom', readCustom);
        return custom ? [custom] : [];
      });
    case 'events': {
      const payloads = createEventPayloads(wish);
      return fromFrame(
        (frame) => frame.part('event', (reader, end) => payloads(reader, end, frame.timestampMs)) ?? [],
      );
    }
  }
}

/** Point frames carry no time. */
function timeless(payloadsOf: (frame: Buffer) => readonly unknown[]): FrameReader {
  return (frame) => ({ timestampMs: undefined, payloads: payloadsOf(frame), problems: [] });
}

function fromFrame(payloadsOf: (frame: OutputFrame, bytes: Buffer) => readonly unknown[]): FrameReader {
  return (bytes) => {
    const frame = new OutputFrame(bytes);
    const payloads = payloadsOf(frame, bytes);
    return { timestampMs: frame.timestampMs, payloads, problems: frame.problems };
  };
}

function fromStream(payloadsOf: (stream: StreamMessageScan) => readonly unknown[]): FrameReader {
  return fromFrame(
    (frame) =>
      frame.part('stream', (reader, end) => {
        const stream = new StreamMessageScan();
        stream.read(reader, end);
        return payloadsOf(stream);
      }) ?? [],
  );
}
