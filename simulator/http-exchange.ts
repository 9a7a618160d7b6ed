/** Owns one HTTP request and its answer: reading, sending, waiting, and every way to end it badly. */

import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { HttpError, type RouteAnswer } from './http-routes';
import type { RequestRecord } from './request-log';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** An endless body comes in so many pieces a second where its speed is limited. */
const PIECES_PER_SECOND = 20;

export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer as bytes. */
export const render = ({ status = 200, json, text }: RouteAnswer): Rendered => {
  const isJson = json !== undefined;
  const body = Buffer.from(isJson ? JSON.stringify(json) : (text ?? ''));
  return {
    status,
    headers: { 'Content-Type': isJson ? 'application/json' : 'text/plain; charset=utf-8' },
    body,
  };
};

export class HttpExchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  /** The TCP socket, below TLS where there is TLS. */
  readonly #socket: Socket;
  readonly #record: RequestRecord | undefined;
  readonly #gone = new AbortController();

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    socket: Socket,
    record: RequestRecord | undefined,
  ) {
    this.#request = request;
    this.#response = response;
    this.#socket = socket;
    this.#record = record;
    const end = (): void => {
      socket.off('close', end);
      response.off('close', end);
      this.#gone.abort();
    };
    response.once('close', end);
    // The answer to a pipelined request hears nothing of its connection before its turn.
    socket.once('close', end);
    // The peer may be gone already; that is no error of ours.
    response.on('error', () => undefined);
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  get url(): string {
    return this.#request.url ?? '/';
  }

  /** Aborted when the answer is complete or the connection has ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  async readBody(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.#request) {
      const data = chunk as Buffer;
      bytes += data.length;
      if (bytes > MAX_BODY_BYTES) throw new HttpError(413, 'the body is too large');
      chunks.push(data);
    }
    return Buffer.concat(chunks);
  }

  /** Returns early when there is nobody left to answer. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) await wait(ms, undefined, { signal: this.gone }).catch(() => undefined);
  }

  send({ status, headers, body }: Rendered): void {
    if (this.gone.aborted) return;
    this.#note(status);
    this.#response.writeHead(status, { ...headers, 'Content-Length': body.length }).end(body);
  }

  /** Promises more than it sends, then ends the connection as if that were all. */
  async sendPart(rendered: Rendered, sentBytes: number): Promise<void> {
    await this.#writeHead(rendered, `Content-Length: ${rendered.body.length}`);
    await this.#write(rendered.body.subarray(0, sentBytes));
    this.#request.socket.end();
  }

  /** The head, so many bytes of the body, then RST. */
  async sendPartAndReset(rendered: Rendered, sentBytes: number): Promise<void> {
    await this.#writeHead(rendered, `Content-Length: ${rendered.body.length}`);
    if (sentBytes > 0) await this.#write(rendered.body.subarray(0, sentBytes));
    this.reset();
  }

  /** Answers in full and ends the connection, which the answer does not announce. */
  async sendAndClose(rendered: Rendered): Promise<void> {
    this.send(rendered);
    if (!this.#response.writableFinished)
      await once(this.#response, 'finish', { signal: this.gone }).catch(() => undefined);
    this.#request.socket.end();
  }

  async sendBare(bytes: Buffer): Promise<void> {
    await this.#write(bytes);
    this.#request.socket.end();
  }

  /** A chunked body of `piece` over and over, until the bytes are reached or nobody reads any more. */
  async sendEndless(rendered: Rendered, { bytesPerSecond = Infinity, bytes = Infinity }): Promise<void> {
    const { status, headers, body: piece } = rendered;
    if (this.gone.aborted) return;
    this.#note(status);
    this.#response.writeHead(status, headers);
    const startMs = performance.now();
    let sent = 0;
    while (sent < bytes && !this.gone.aborted) {
      // Little at a time when slow: the pieces come as they would over a bad link.
      const most = Math.min(
        piece.length,
        bytes - sent,
        Math.max(1, Math.ceil(bytesPerSecond / PIECES_PER_SECOND)),
      );
      if (!this.#response.write(piece.subarray(0, most)))
        await once(this.#response, 'drain', { signal: this.gone }).catch(() => undefined);
      sent += most;
      await this.wait((sent / bytesPerSecond) * 1000 - (performance.now() - startMs));
    }
    this.#response.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #note(status: number): void {
    if (this.#record) this.#record.status = status;
  }

  /** Past the response object, which would see to it that the connection ends properly. */
  async #writeHead({ status, headers }: Rendered, framing: string): Promise<void> {
    this.#note(status);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, framing, '', ''];
    await this.#write(Buffer.from(head.join('\r\n'), 'latin1'));
  }

  /** Resolves when the kernel has the bytes, or the connection is gone. */
  async #write(bytes: Buffer): Promise<void> {
    const { socket } = this.#request;
    if (this.gone.aborted || !socket.writable) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.gone.removeEventListener('abort', done);
        resolve();
      };
      this.gone.addEventListener('abort', done);
      socket.write(bytes, done);
    });
  }
}
