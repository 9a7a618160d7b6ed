/** The only place where public units (seconds, MB) become internal ones (…Ms, …Bytes). MB is 2^20 bytes. */

const MS_PER_S = 1000;
const BYTES_PER_MB = 1_048_576;

export const secondsToMs = (seconds: number): number => seconds * MS_PER_S;
export const msToSeconds = (ms: number): number => ms / MS_PER_S;
export const megabytesToBytes = (megabytes: number): number => Math.floor(megabytes * BYTES_PER_MB);
export const bytesToMegabytes = (bytes: number): number => bytes / BYTES_PER_MB;
