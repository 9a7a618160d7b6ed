/** What a sensr-config takes from other nodes and from Node-RED's settings: TLS, proxy, credentials. */
import { SensrError } from '../../lib/errors';
import type { Credentials } from '../../lib/server/auth';
import type { ProxyNode, ProxySettings } from '../../lib/server/proxy';
import type { Red, SavedNode, SensrConfigNode } from '../common/red-types';
import type { Surroundings } from './server-options';

interface TlsNode {
  /** False when the node's files could not be read. */
  readonly valid?: boolean;
  readonly addTLSOptions: (options: Record<string, unknown>) => Record<string, unknown>;
}

const isTlsNode = (node: unknown): node is TlsNode =>
  typeof node === 'object' &&
  node !== null &&
  'addTLSOptions' in node &&
  typeof node.addTLSOptions === 'function';

/** @throws SensrError SENSR_BAD_CONFIG when a node that is chosen is not there or not usable */
export function surroundingsOf(red: Red, saved: SavedNode, { credentials }: SensrConfigNode): Surroundings {
  const tls = tlsOptions(red, saved['tls']);
  const proxy = proxyNode(red, saved['proxy']);
  const settings = (red.settings as unknown as { proxyOptions?: ProxySettings }).proxyOptions;
  return {
    // After an import there may be none at all.
    credentials: (credentials as Credentials | undefined) ?? {},
    environment: process.env,
    ...(tls ? { tls } : {}),
    ...(proxy ? { proxy } : {}),
    ...(settings ? { proxySettings: settings } : {}),
  };
}

function tlsOptions(red: Red, id: unknown): Record<string, unknown> | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node: unknown = red.nodes.getNode(id);
  if (!isTlsNode(node))
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      'tls: expected a TLS configuration, but the chosen one is missing or disabled',
    );
  if (node.valid === false)
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      "tls: the TLS configuration's certificate or key could not be read",
    );
  return node.addTLSOptions({});
}

function proxyNode(red: Red, id: unknown): ProxyNode | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node: unknown = red.nodes.getNode(id);
  const url = typeof node === 'object' && node !== null && 'url' in node ? node.url : undefined;
  if (typeof url !== 'string' || url === '')
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      'proxy: expected an HTTP proxy with an address, but the chosen one has none, is missing or disabled',
    );
  const { noproxy, credentials } = node as {
    noproxy?: unknown;
    credentials?: { username?: string; password?: string };
  };
  return {
    url,
    noProxy: Array.isArray(noproxy) ? noproxy.map(String) : [],
    ...(credentials?.username ? { username: credentials.username } : {}),
    ...(credentials?.password ? { password: credentials.password } : {}),
  };
}
