/** Owns what is counted: each connection from opening to end, and what was published. */

import type { PortKind } from './faults';
import { ZONE_EVENT, enumName } from './enums';
import type { OutputMessage, Timestamp } from './types';

/** Enough for hours of soak; older ones are forgotten first. */
const MOST_CLOSED_CONNECTIONS = 20_000;
const MOST_EVENTS = 100_000;
const MOST_RTTS = 1000;

export interface ConnectionStats {
  readonly id: number;
  readonly port: PortKind;
  readonly openedAt: number;
  closedAt?: number;
  closeCode?: number;
  closeReason?: string;
  closedBy?: 'server' | 'client' | 'fault';
  /** Published frames queued for it: the numbers of the first and the last. */
  firstFrame?: number;
  lastFrame?: number;
  framesQueued: number;
  /** Frames whose last byte the kernel has taken. */
  framesSent: number;
  /** Point frames left out because too many were unsent. */
  framesSkipped: number;
  bytesSent: number;
  pingsSent: number;
  pongsReceived: number;
  /** The last thousand. */
  pongRttsMs: number[];
  pingsReceived: number;
  bufferedBytes: number;
  maxBufferedBytes: number;
}

export interface PortStats {
  readonly port: number;
  readonly connectionsNow: number;
  readonly connectionsEver: number;
  /** At the same time, since the start. */
  readonly connectionsMost: number;
  /** Upgrades and requests answered with an error on purpose or for missing credentials. */
  readonly refused: number;
}

/** Connections are those of TCP here: one serves many requests when the client keeps it alive. */
export interface HttpPortStats extends PortStats {
  readonly requests: number;
}

/** Names as a client of the package sees them. */
export type PublishedEventType =
  'NONE' | 'ENTRY' | 'EXIT' | 'LOITERING' | 'EXCEEDS_SPEED' | 'LOSING' | 'HEALTH' | 'RECALIBRATION';

export interface PublishedEvent {
  /** Counts events from 1. */
  readonly sequence: number;
  /** The number of the frame it was in; frames count from 1. */
  readonly frame: number;
  readonly type: PublishedEventType;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly zoneId?: number;
  readonly objectId?: number;
}

export const recordRtt = (connection: ConnectionStats, rttMs: number): void => {
  connection.pongRttsMs.push(rttMs);
  if (connection.pongRttsMs.length > MOST_RTTS) connection.pongRttsMs.shift();
};

export class ConnectionLog {
  #nextId = 1;
  #open: ConnectionStats[] = [];
  readonly #closed: ConnectionStats[] = [];

  add(port: PortKind): ConnectionStats {
    const connection: ConnectionStats = {
      id: this.#nextId++,
      port,
      openedAt: Date.now(),
      framesQueued: 0,
      framesSent: 0,
      framesSkipped: 0,
      bytesSent: 0,
      pingsSent: 0,
      pongsReceived: 0,
      pongRttsMs: [],
      pingsReceived: 0,
      bufferedBytes: 0,
      maxBufferedBytes: 0,
    };
    this.#open.push(connection);
    return connection;
  }

  close(connection: ConnectionStats): void {
    connection.closedAt = Date.now();
    this.#open = this.#open.filter((one) => one !== connection);
    this.#closed.push(connection);
    if (this.#closed.length > MOST_CLOSED_CONNECTIONS) this.#closed.shift();
  }

  list(): readonly ConnectionStats[] {
    return [...this.#closed, ...this.#open];
  }
}

const toMs = ({ seconds = 0, nanos = 0 }: Timestamp = {}): number => Number(seconds) * 1000 + nanos / 1e6;

export class EventLog {
  #events: PublishedEvent[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Writes down every event of a frame, in the order in which the frame holds them. */
  add(frame: number, { event, timestamp }: OutputMessage): void {
    if (!event) return;
    const add = (one: Omit<PublishedEvent, 'sequence' | 'frame'>): void => {
      this.#count += 1;
      this.#events.push({ sequence: this.#count, frame, ...one });
    };
    for (const zone of event.zone ?? [])
      add({
        type: enumName(ZONE_EVENT, zone.type ?? 0) as PublishedEventType,
        timestamp: toMs(zone.timestamp),
        zoneId: zone.id ?? 0,
        objectId: zone.object?.id ?? 0,
      });
    for (const losing of event.losing ?? [])
      add({ type: 'LOSING', timestamp: toMs(losing.timestamp), objectId: losing.id ?? 0 });
    if (event.health) add({ type: 'HEALTH', timestamp: toMs(timestamp) });
    for (const { timestamp: at } of event.onlineRecalibration ?? [])
      add({ type: 'RECALIBRATION', timestamp: toMs(at) });
    // Forgotten in blocks: moving the whole list for each event would cost too much.
    if (this.#events.length > MOST_EVENTS * 1.1) this.#events = this.#events.slice(-MOST_EVENTS);
  }

  list(): readonly PublishedEvent[] {
    return this.#events.slice(-MOST_EVENTS);
  }
}
