/** Decides what a client gets instead of the true answer when a fault hits its request. */

import { randomBytes } from 'node:crypto';
import type { HttpExchange, Rendered } from './http-exchange';
import type { RequestFaults } from './http-fault-fields';

type Ending = NonNullable<RequestFaults['ending']>;

const ENDLESS_PIECE_BYTES = 64 * 1024;
const GARBAGE_BYTES = 512;

const page = (status: number): string =>
  `<!DOCTYPE html>\n<html><head><title>Error ${status}</title></head>` +
  `<body><h1>Something went wrong</h1><p>The page could not be shown.</p></body></html>\n`;

const withText = (
  status: number,
  contentType: string,
  text: string,
  headers: Record<string, string> = {},
): Rendered => ({ status, headers: { 'Content-Type': contentType, ...headers }, body: Buffer.from(text) });

const half = ({ body }: Rendered): number => Math.floor(body.length / 2);

/** A head byte above 127 begins no HTTP version. */
const garbage = (): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), randomBytes(GARBAGE_BYTES)]);

const endlessArray = (): Rendered =>
  withText(200, 'application/json', `[${'0,'.repeat(ENDLESS_PIECE_BYTES / 2)}`);

/** Ends the exchange as the fault says; `answer` is the true answer where the request was carried out. */
export async function endExchange(exchange: HttpExchange, ending: Ending, answer: Rendered): Promise<void> {
  switch (ending.name) {
    case 'httpStatus': {
      const { status, retryAfter, body = '' } = ending;
      const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
      exchange.send(withText(status, 'text/plain; charset=utf-8', body, headers));
      return;
    }
    case 'httpHang':
      return;
    case 'httpReset':
      if (ending.when === 'afterHeaders') await exchange.sendPartAndReset(answer, 0);
      else if (ending.when === 'midBody') await exchange.sendPartAndReset(answer, half(answer));
      else exchange.reset();
      return;
    case 'httpTruncate':
      await exchange.sendPart(answer, half(answer));
      return;
    case 'httpHtml': {
      const { status = 200 } = ending;
      exchange.send(withText(status, 'text/html; charset=utf-8', page(status)));
      return;
    }
    case 'httpWrongJson': {
      const cut = answer.body.subarray(0, half(answer));
      const body = ending.json === undefined ? cut : Buffer.from(JSON.stringify(ending.json));
      exchange.send({ status: 200, headers: { 'Content-Type': 'application/json' }, body });
      return;
    }
    case 'httpEndless':
      await exchange.sendEndless(endlessArray(), ending);
      return;
    case 'httpGarbage':
      await exchange.sendBare(garbage());
      return;
    case 'httpCloseKeepAlive':
      await exchange.sendAndClose(answer);
      return;
    case 'httpRedirect':
      exchange.send(withText(302, 'text/plain; charset=utf-8', '', { Location: ending.to }));
      return;
  }
}
