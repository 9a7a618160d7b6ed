/** The smallest output frames there are, byte by byte. */
const ofLength = (tag: readonly number[], ...content: readonly number[]): number[] => [
  ...tag,
  content.length,
  ...content,
];

const STREAM = [0x1a];
const EVENT = [0xca, 0x0c];
const HEALTH = [0xb2, 0x06];

/** A frame with objects (an empty list that is said to be there). */
export const objectsFrame = (): Buffer => Buffer.from(ofLength(STREAM, 0x18, 1));
/** A frame with a zone event. */
export const eventFrame = (): Buffer => Buffer.from(ofLength(EVENT, ...ofLength([0x0a])));
/** A frame in which SENSR says OUTPUT_BUFFER_OVERFLOW. */
export const overflowFrame = (): Buffer => Buffer.from(ofLength(STREAM, ...ofLength(HEALTH, 0x08, 5)));
