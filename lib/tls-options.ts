/** How a secure connection is checked and signed: the one shape that sockets and HTTP share, and what Node.js makes of it. */
import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';

/** Names and meaning as in Node.js' tls, cut down to what can cross a thread; `checkServerName` is ours. */
export interface SecureOptions {
  readonly ca?: string | Uint8Array;
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  readonly pfx?: string | Uint8Array;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly ALPNProtocols?: readonly string[];
  readonly rejectUnauthorized?: boolean;
  readonly checkServerName: boolean;
}

/** @param host the host that was asked for, brackets of an IPv6 address allowed */
export function tlsConnectOptions(
  { checkServerName, ca, cert, key, pfx, ALPNProtocols, ...rest }: SecureOptions,
  host: string,
): ConnectionOptions {
  const name = rest.servername ?? host.replace(/^\[|\]$/g, '');
  const bytes = (value: string | Uint8Array): string | Buffer =>
    typeof value === 'string' ? value : Buffer.from(value);
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: bytes(ca) }),
    ...(cert === undefined ? {} : { cert: bytes(cert) }),
    ...(key === undefined ? {} : { key: bytes(key) }),
    ...(pfx === undefined ? {} : { pfx: bytes(pfx) }),
    ...(ALPNProtocols === undefined ? {} : { ALPNProtocols: [...ALPNProtocols] }),
    // The chain is still checked: Node.js calls this only after that.
    // With the name given: through a proxy an address would get lost, and Node.js would check for 'localhost'.
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      checkServerName ? checkServerIdentity(name, certificate) : undefined,
  };
}
