/** Where this Node-RED's own Admin API is: from its server and settings, or as the user says. */
import type { Server as HttpServer } from 'node:http';
import { SensrError } from '../../lib/errors';

/** What a request needs to reach it; `socketPath` where Node-RED listens on a pipe. */
export interface AdminAddress {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string;
  /** Starts and ends with a slash. */
  readonly root: string;
  /** Node-RED itself, over loopback: its certificate is for other names. */
  readonly own: boolean;
}

export interface AdminSurroundings {
  /** Node-RED's HTTP server; absent when it is embedded in something else. */
  readonly server: HttpServer | undefined;
  /** False: Node-RED was started without an Admin API. */
  readonly httpAdminRoot: string | false | undefined;
  /** Overrides the rest: Node-RED's address as its editor is opened, e.g. `https://host:1880/admin`. */
  readonly url: string;
}

/** @throws SensrError SENSR_ADMIN_API when there is none, or none can be told */
export function adminAddress({ server, httpAdminRoot, url }: AdminSurroundings): AdminAddress {
  if (url !== '') return fromUrl(url);
  if (httpAdminRoot === false)
    throw new SensrError(
      'SENSR_ADMIN_API',
      'Flows cannot be restarted: Node-RED was started without its Admin API (httpAdminRoot is false)',
    );
  const address = server?.address();
  if (!server || !address)
    throw new SensrError(
      'SENSR_ADMIN_API',
      'Flows cannot be restarted: expected the address of Node-RED, got none; enter it under Admin URL',
    );
  const protocol = 'setSecureContext' in server ? 'https:' : 'http:';
  const root = rooted(httpAdminRoot ?? '/');
  if (typeof address === 'string')
    return { protocol, host: 'localhost', port: 0, socketPath: address, root, own: true };
  return { protocol, host: reachable(address.address), port: address.port, root, own: true };
}

/** A server that listens on every address is reached over loopback. */
function reachable(address: string): string {
  if (address === '::') return '::1';
  return address === '0.0.0.0' ? '127.0.0.1' : address;
}

const rooted = (path: string): string => `/${path}/`.replace(/\/+/g, '/');

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const;

function fromUrl(text: string): AdminAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url?.protocol;
  if (!url || (protocol !== 'http:' && protocol !== 'https:'))
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      `adminUrl: expected an address such as http://127.0.0.1:1880, got '${text}'`,
    );
  const port = url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port);
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    root: rooted(url.pathname),
    own: false,
  };
}
