/** One WebSocket from its first packet to its last: listeners that are all removed again, and one way out. */
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import type { SocketOptions } from '../thread/protocol';
import { checkProxyAddress } from '../proxy-address';
import { tlsConnectOptions } from '../tls-options';
import type { Ending } from './close-reason';

export interface LinkEvents {
  readonly onOpen: () => void;
  /** A message in full; `isBinary` false is a text message. */
  readonly onMessage: (data: Buffer, isBinary: boolean) => void;
  readonly onPong: () => void;
  /** Once, whatever the cause; nothing is called after it. */
  readonly onEnd: (ending: Ending) => void;
}

/** What a connection needs of its link; tests put their own in. */
export interface Link {
  readonly bytesRead: () => number;
  readonly ping: () => void;
  /** Close handshake; `onEnd` follows if the peer answers. */
  readonly close: () => void;
  /** Ends at once and silently: no event comes any more. */
  readonly destroy: () => void;
}

/** @throws Error for what cannot even be tried. No event comes before it has returned. */
export type OpenLink = (options: SocketOptions, events: LinkEvents) => Link;

const NORMAL_CLOSURE = 1000;

export const openLink: OpenLink = (options, events) => {
  /** Ends what is not the socket's yet: the connection to a proxy that has not answered. */
  const abortion = new AbortController();
  const socket = new WebSocket(options.url, clientOptions(options, abortion.signal));
  let transport: Socket | undefined;
  let opened = false;
  let failure: unknown;

  const end = (ending: Ending): void => {
    release();
    events.onEnd(ending);
  };
  const socketOnUpgrade = (response: IncomingMessage): void => {
    transport = response.socket;
  };
  const socketOnOpen = (): void => {
    opened = true;
    events.onOpen();
  };
  const socketOnMessage = (data: Buffer, isBinary: boolean): void => {
    events.onMessage(data, isBinary);
  };
  const socketOnError = (error: Error): void => {
    // 'close' follows an error of an open socket at once, and knows less.
    failure = error;
    end({ kind: 'error', error: failure, opened });
  };
  const socketOnClose = (code: number, reason: Buffer): void => {
    end({ kind: 'closed', code, reason: reason.toString() });
  };
  const socketOnUnexpectedResponse = (request: ClientRequest, response: IncomingMessage): void => {
    // The body may be endless; nothing in it is needed.
    request.destroy();
    end({ kind: 'http', status: response.statusCode ?? 0, statusText: response.statusMessage ?? '' });
  };

  socket.on('upgrade', socketOnUpgrade);
  socket.on('open', socketOnOpen);
  socket.on('message', socketOnMessage);
  socket.on('pong', events.onPong);
  socket.on('close', socketOnClose);
  socket.on('error', socketOnError);
  socket.on('unexpected-response', socketOnUnexpectedResponse);

  const unhook = (): void => {
    // First, so that there is never a moment without one: a late error that nobody hears would end the process.
    socket.on('error', ignoreLateError);
    socket.off('upgrade', socketOnUpgrade);
    socket.off('open', socketOnOpen);
    socket.off('message', socketOnMessage);
    socket.off('pong', events.onPong);
    socket.off('close', socketOnClose);
    socket.off('error', socketOnError);
    socket.off('unexpected-response', socketOnUnexpectedResponse);
  };

  const release = (): void => {
    unhook();
    socket.terminate();
    abortion.abort();
  };

  return {
    bytesRead: () => transport?.bytesRead ?? 0,
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close: () => {
      socket.close(NORMAL_CLOSURE);
    },
    destroy: release,
  };
};

/** terminate() of a socket that is still connecting reports an error; its owner has gone by then. */
function ignoreLateError(): void {
  return;
}

function clientOptions(options: SocketOptions, signal: AbortSignal): ClientOptions {
  const { secure, proxyUrl } = options;
  if (proxyUrl !== undefined) checkProxyAddress(proxyUrl);
  return {
    headers: { ...options.headers },
    maxPayload: options.maxFrameBytes,
    // SENSR never negotiates it, and for floats it costs much and saves little.
    perMessageDeflate: false,
    followRedirects: false,
    ...(proxyUrl === undefined ? {} : { agent: new HttpsProxyAgent(proxyUrl, { signal }) }),
    // The types of ws want a boolean from checkServerIdentity, Node.js wants undefined for "accepted".
    ...(secure ? (tlsConnectOptions(secure, new URL(options.url).hostname) as object) : {}),
  };
}
