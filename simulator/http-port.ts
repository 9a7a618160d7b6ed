/** Owns a port that answers HTTP requests by a table of routes, with or without credentials and faults. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAuthorized } from './auth';
import type { Fault } from './faults';
import { endExchange } from './http-endings';
import { HttpExchange, render, type Rendered } from './http-exchange';
import { faultsFor, isCarriedOut, type RequestFaults } from './http-fault-fields';
import { errorAnswer, type Router } from './http-routes';
import type { SimulatorOptions } from './options';
import { createRandom, type Random } from './random';
import type { RequestLog, RequestRecord } from './request-log';
import { ServerPort } from './server-port';
import type { HttpPortStats } from './statistics';

export interface HttpPortHooks {
  readonly log: RequestLog;
  readonly onRequest: () => void;
}

const NO_ANSWER: Rendered = { status: 0, headers: {}, body: Buffer.of() };

export class HttpPort {
  readonly #port: ServerPort;
  readonly #options: SimulatorOptions;
  readonly #kind: 'rest' | 'admin';
  readonly #router: Router;
  readonly #hooks: HttpPortHooks | undefined;
  /** Requests that wait for the end of a freeze. */
  readonly #frozen = new Set<() => void>();
  readonly #random: Random;
  #requests = 0;
  #refused = 0;

  constructor(kind: 'rest' | 'admin', options: SimulatorOptions, router: Router, hooks?: HttpPortHooks) {
    this.#kind = kind;
    this.#options = options;
    this.#router = router;
    this.#hooks = hooks;
    this.#random = createRandom(options.seed);
    const tls = kind === 'rest' ? options.tls : undefined;
    this.#port = new ServerPort(
      {
        kind,
        host: options.host,
        tls,
        onRequest: (request, response) => {
          // Only a connection that broke can fail here; there is nobody left to tell.
          this.#onRequest(request, response).catch(() => response.destroy());
        },
      },
      () => undefined,
    );
  }

  get port(): number {
    return this.#port.port;
  }

  get faults(): ServerPort['faults'] {
    return this.#port.faults;
  }

  stats(): HttpPortStats {
    const { now, ever, most } = this.#port.tcp;
    return {
      port: this.port,
      connectionsNow: now,
      connectionsEver: ever,
      connectionsMost: most,
      requests: this.#requests,
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
    this.#thaw();
    await cleared;
  }

  async close(): Promise<void> {
    this.#thaw();
    await this.#port.close();
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requests += 1;
    const connection = this.#port.connectionOf(request.socket);
    const record = this.#hooks?.log.begin({
      method: request.method ?? '',
      url: request.url ?? '/',
      connection: connection?.number ?? 0,
      contentType: request.headers['content-type'],
    });
    const exchange = new HttpExchange(request, response, connection?.socket ?? request.socket, record);
    if (record) exchange.gone.addEventListener('abort', () => this.#hooks?.log.end(record), { once: true });
    this.#hooks?.onRequest();
    if (this.faults.get('freeze')) await new Promise<void>((resolve) => this.#frozen.add(resolve));
    if (this.#refuse(request, response, record)) return;
    await this.#serve(exchange, record);
  }

  /** Whether it was answered already: with a status on purpose, or for want of credentials. */
  #refuse(request: IncomingMessage, response: ServerResponse, record: RequestRecord | undefined): boolean {
    const status = this.faults.get('upgradeStatus')?.status;
    // The admin port serves whoever started the simulator, on this machine.
    const isKnown = this.#kind === 'admin' || isAuthorized(request.headers.authorization, this.#options);
    if (status === undefined && isKnown) return false;
    this.#refused += 1;
    if (record) record.status = status ?? 401;
    if (status === undefined) response.setHeader('WWW-Authenticate', 'Basic realm="sensr"');
    response.writeHead(status ?? 401).end();
    return true;
  }

  async #serve(exchange: HttpExchange, record: RequestRecord | undefined): Promise<void> {
    const faults = faultsFor(this.faults.list(), exchange.method, exchange.url);
    const { delay, ending } = faults;
    for (const fault of [delay, ending]) if (fault) this.faults.use(fault);
    if (record && (ending ?? delay)) record.fault = (ending ?? delay)?.name ?? '';
    if (ending?.name === 'httpReset' && ending.when === 'beforeRead') {
      exchange.reset();
      return;
    }
    const answer = await this.#handle(exchange, record, ending);
    await exchange.wait(this.#delayMs(delay));
    if (ending) await endExchange(exchange, ending, answer);
    else exchange.send(answer);
  }

  async #handle(
    exchange: HttpExchange,
    record: RequestRecord | undefined,
    ending: RequestFaults['ending'],
  ): Promise<Rendered> {
    try {
      const body = await exchange.readBody();
      if (record) this.#hooks?.log.noteBody(record, body);
      if (!isCarriedOut(ending)) return NO_ANSWER;
      return render(await this.#router(exchange.method, exchange.url, body.toString('utf8')));
    } catch (error) {
      return render(errorAnswer(error, this.#kind === 'rest' ? 'text' : 'json'));
    }
  }

  #delayMs(delay: RequestFaults['delay']): number {
    const always = this.#kind === 'rest' ? this.#options.restDelayMs : 0;
    return always + (delay ? delay.ms + this.#random.between(0, delay.jitter ?? 0) : 0);
  }

  #thaw(): void {
    for (const goOn of this.#frozen) goOn();
    this.#frozen.clear();
  }
}
