/** Owns a port that answers HTTP requests by a table of routes, with or without credentials and faults. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAuthorized } from './auth';
import type { Fault } from './faults';
import { createRouter, type Route } from './http-routes';
import type { SimulatorOptions } from './options';
import { ServerPort } from './server-port';
import type { PortStats } from './statistics';

export class HttpPort {
  readonly #port: ServerPort;
  readonly #options: SimulatorOptions;
  readonly #kind: 'rest' | 'admin';
  /** Requests that wait for the end of a freeze. */
  readonly #frozen = new Set<() => void>();
  #requests = 0;
  #refused = 0;

  constructor(kind: 'rest' | 'admin', options: SimulatorOptions, routes: readonly Route[]) {
    this.#kind = kind;
    this.#options = options;
    const isRest = kind === 'rest';
    const onRequest = createRouter(routes, (request, response) => this.#guard(request, response));
    this.#port = new ServerPort(
      { kind, host: options.host, tls: isRest ? options.tls : undefined, onRequest },
      () => undefined,
    );
  }

  get port(): number {
    return this.#port.port;
  }

  get faults(): ServerPort['faults'] {
    return this.#port.faults;
  }

  /** `connectionsEver` counts requests here: HTTP connections come and go as clients like. */
  stats(): PortStats {
    return {
      port: this.port,
      connectionsNow: 0,
      connectionsEver: this.#requests,
      refused: this.#refused,
    };
  }

  listen(port: number): Promise<void> {
    return this.#port.listen(port);
  }

  setFault(fault: Fault): Promise<void> {
    return this.#port.setFault(fault);
  }

  async clearFaults(): Promise<void> {
    const cleared = this.#port.clearFaults();
    for (const goOn of this.#frozen) goOn();
    this.#frozen.clear();
    await cleared;
  }

  async close(): Promise<void> {
    for (const goOn of this.#frozen) goOn();
    this.#frozen.clear();
    await this.#port.close();
  }

  async #guard(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    this.#requests += 1;
    if (this.faults.get('freeze')) await new Promise<void>((resolve) => this.#frozen.add(resolve));
    const status = this.faults.get('upgradeStatus')?.status;
    // The admin port serves whoever started the simulator, on this machine.
    const isKnown = this.#kind === 'admin' || isAuthorized(request.headers.authorization, this.#options);
    if (status === undefined && isKnown) return true;
    this.#refused += 1;
    if (status === undefined) response.setHeader('WWW-Authenticate', 'Basic realm="sensr"');
    response.writeHead(status ?? 401).end();
    return false;
  }
}
