/** Decides whether a request carries the token, in a time that says nothing of how much of it was right. */
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** @param header the request's Authorization */
export function hasToken(header: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(header ?? '') ?? [];
  // Digests are of one length, whatever was sent.
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}
