/** A short text that is the same for the same frame on two connections, and different for any other. */
import { createHash } from 'node:crypto';

/** Of every byte: some 15 ms for a point frame of 14.7 MB, in the socket thread, and only while one is recycled. */
export const fingerprint = (frame: Buffer): string => createHash('sha1').update(frame).digest('base64');
