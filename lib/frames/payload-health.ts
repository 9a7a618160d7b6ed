/** Builds the payload of the stream `health`: the state of the master, its nodes, their sensors and edges. */
import type { StreamMessageScan } from './generated/scans';
import { readSystemHealth, type SystemHealth } from './generated/values';
import { readOne } from './ranges';

/** @returns the payloads of one frame: none, or its health. Health sent as an event belongs to `events`. */
export function healthPayloads({ reader, healthStart, healthEnd }: StreamMessageScan): SystemHealth[] {
  const health = readOne(reader, healthStart, healthEnd, readSystemHealth);
  return health ? [health] : [];
}
