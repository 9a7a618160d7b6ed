/** Owns the running simulator: its world, its four ports, and everything that must end with it. */

import { EventEmitter } from 'node:events';
import { type Administered, adminRoutes, type Rates } from './admin-routes';
import { type Fault, type FaultName, type FaultPort, parseFault, portsOf } from './faults';
import { HttpPort } from './http-port';
import { createRouter } from './http-routes';
import { LiveSite, type SiteState } from './live-site';
import { checkNumber, type SimulatorOptions } from './options';
import { Publisher } from './publisher';
import { type RequestRecord, RequestLog } from './request-log';
import { Scene } from './scene';
import {
  ConnectionLog,
  type ConnectionStats,
  type HttpPortStats,
  type PortStats,
  type PublishedEvent,
} from './statistics';
import { StreamPort } from './stream-port';
import type { OutputMessage, PointResult, SystemHealth } from './types';

export type StreamKind = 'output' | 'points';

export interface SimulatorStats {
  readonly startedAt: number;
  readonly ports: Readonly<Record<StreamKind, PortStats> & Record<'rest' | 'admin', HttpPortStats>>;
  readonly connections: readonly ConnectionStats[];
  /** How many were published since the start, whoever was connected. */
  readonly frames: { readonly output: number; readonly points: number; readonly events: number };
}

export interface SimulatorEvents {
  connection: [ConnectionStats];
  close: [ConnectionStats];
  /** A REST request has come. */
  request: [];
}

export class Simulator extends EventEmitter<SimulatorEvents> {
  readonly scene: Scene;
  readonly #startedAt = Date.now();
  readonly #options: SimulatorOptions;
  readonly #log = new ConnectionLog();
  readonly #requests = new RequestLog();
  readonly #site: LiveSite;
  readonly #output: StreamPort;
  readonly #points: StreamPort;
  readonly #rest: HttpPort;
  readonly #admin: HttpPort;
  readonly #publisher: Publisher;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(options: SimulatorOptions) {
    super();
    this.#options = options;
    const startTimeMs = options.startTimeMs ?? Date.now();
    this.scene = new Scene({ ...options, startTimeMs });
    this.#output = this.#createStreamPort('output');
    this.#points = this.#createStreamPort('points');
    this.#site = new LiveSite(options, this.scene);
    this.#rest = new HttpPort('rest', options, this.#site.router, {
      log: this.#requests,
      onRequest: () => this.emit('request'),
    });
    const admin = createRouter(adminRoutes(this.#administered()), { errors: 'json' });
    this.#admin = new HttpPort('admin', options, admin);
    this.#publisher = new Publisher(options, startTimeMs, this.scene, this.#output, this.#points);
  }

  get outputPort(): number {
    return this.#output.port;
  }

  get pointsPort(): number {
    return this.#points.port;
  }

  get restPort(): number {
    return this.#rest.port;
  }

  get adminPort(): number {
    return this.#admin.port;
  }

  /** Opens all ports or none. */
  async start(): Promise<void> {
    const { outputPort, pointsPort, restPort, adminPort } = this.#options;
    try {
      await this.#output.listen(outputPort);
      await this.#points.listen(pointsPort);
      await this.#rest.listen(restPort);
      await this.#admin.listen(adminPort);
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#publisher.start();
  }

  stats(): SimulatorStats {
    const ports = {
      output: this.#output.stats(),
      points: this.#points.stats(),
      rest: this.#rest.stats(),
      admin: this.#admin.stats(),
    };
    // Copies: what a test keeps must not change under its hands.
    const connections = this.#log.list().map((one) => ({ ...one, pongRttsMs: [...one.pongRttsMs] }));
    return { startedAt: this.#startedAt, ports, connections, frames: this.#publisher.counts };
  }

  /** The last hundred thousand events, in the order in which they were sent. */
  publishedEvents(): readonly PublishedEvent[] {
    return this.#publisher.events.list();
  }

  /** The last ten thousand REST requests, answered or not, in the order in which they came. */
  requests(after = 0): readonly RequestRecord[] {
    return this.#requests.list(after);
  }

  /** The project that is open, the mode, and whether changes wait to be applied. */
  site(): SiteState {
    return this.#site.state();
  }

  faults(): Record<'output' | 'points' | 'rest', Fault[]> {
    return {
      output: this.#output.faults.list(),
      points: this.#points.faults.list(),
      rest: this.#rest.faults.list(),
    };
  }

  /** Takes effect at once, but for listeners being closed: resolves when that is done too. */
  async setFault(fault: Fault): Promise<void> {
    const checked = parseFault(fault);
    await Promise.all(this.#faultyPorts(checked).map((port) => port.setFault(checked)));
  }

  /** Resolves when refused ports are open again. */
  async clearFaults(port: FaultPort = 'all'): Promise<void> {
    await Promise.all(this.#faultyPorts({ port }).map((one) => one.clearFaults()));
  }

  setRates({ outputHz, pointsHz }: Rates): void {
    if (outputHz !== undefined) this.#publisher.setOutputHz(checkNumber('outputHz', outputHz));
    if (pointsHz !== undefined) this.#publisher.setPointsHz(checkNumber('pointsHz', pointsHz));
  }

  setHealth(health: SystemHealth): void {
    this.scene.setHealth(health);
  }

  /** The world moves on by a tenth of a second and its frame goes out; meant for `outputHz: 0`. */
  publishOutput(): OutputMessage {
    return this.#publisher.publishSceneFrame();
  }

  /** The next point frame goes out; meant for `pointsHz: 0`. */
  publishPoints(): void {
    this.#publisher.publishPointFrame();
  }

  publishMessage(message: OutputMessage): void {
    this.#publisher.publishMessage(message);
  }

  publishPointResult(result: PointResult): void {
    this.#publisher.publishPointResult(result);
  }

  /** Sends these bytes to every client of the port, past all faults of single frames. */
  sendRaw(kind: StreamKind, bytes: Uint8Array, { text = false } = {}): void {
    (kind === 'output' ? this.#output : this.#points).sendRaw({ parts: [bytes], isText: text });
  }

  /** Resolves when so many clients have connected to the port since the start. */
  waitForConnection(kind: StreamKind, count = 1): Promise<void> {
    return this.#waitFor('connection', () => this.stats().ports[kind].connectionsEver >= count);
  }

  /** Resolves when so many connections of the port have ended since the start. */
  waitForClose(kind: StreamKind, count = 1): Promise<void> {
    const ended = (): number =>
      this.#log.list().filter(({ port, closedAt }) => port === kind && closedAt !== undefined).length;
    return this.#waitFor('close', () => ended() >= count);
  }

  /** Resolves when so many REST requests have come since the start, answered or not. */
  waitForRequests(count = 1): Promise<void> {
    return this.#waitFor('request', () => this.#requests.count >= count);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort(new Error('the simulator was closed'));
    this.#publisher.stop();
    this.#site.close();
    await Promise.all([this.#output, this.#points, this.#rest, this.#admin].map((port) => port.close()));
  }

  #waitFor(event: keyof SimulatorEvents, isReached: () => boolean): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isReached() && !signal.aborted) return;
        this.off(event, check);
        signal.removeEventListener('abort', check);
        if (isReached()) resolve();
        else reject(signal.reason as Error);
      };
      this.on(event, check);
      signal.addEventListener('abort', check);
      check();
    });
  }

  #faultyPorts(concerned: { port?: FaultPort; name?: FaultName }): (StreamPort | HttpPort)[] {
    const kinds = portsOf(concerned);
    const all = { output: this.#output, points: this.#points, rest: this.#rest, admin: this.#admin };
    return kinds.map((kind) => all[kind]);
  }

  #createStreamPort(kind: StreamKind): StreamPort {
    return new StreamPort(kind, this.#options, this.#log, {
      onOpen: (client) => {
        this.#publisher.feed(client);
        this.emit('connection', client.stats);
      },
      onClose: (connection) => this.emit('close', connection),
      onSent: (client) => this.#publisher.feed(client),
    });
  }

  #administered(): Administered {
    return {
      stats: () => this.stats(),
      publishedEvents: () => this.publishedEvents(),
      requests: (after) => this.requests(after),
      site: () => this.site(),
      faults: () => this.faults(),
      setFault: (fault) => this.setFault(fault),
      clearFaults: (port) => this.clearFaults(port),
      setRates: (rates) => this.setRates(rates),
    };
  }
}
