/** Which proxy a connection goes through: the proxy node's, else the environment's, read as Node-RED's own nodes read it. */
import { SensrError } from '../errors';
import { proxyProblem } from '../proxy-address';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Node-RED's setting `proxyOptions`. */
export interface ProxySettings {
  readonly mode?: 'strict' | 'legacy';
  readonly favourUpperCase?: boolean;
  readonly lowerCaseOnly?: boolean;
  readonly excludeNpm?: boolean;
}

/** A core `http proxy` node. */
export interface ProxyNode {
  readonly url: string;
  readonly noProxy: readonly string[];
  readonly username?: string;
  readonly password?: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'ws:': 80,
  'https:': 443,
  'wss:': 443,
};

/**
 * @returns the proxy's URL, or undefined for a direct connection. That of the environment is as it was found: it may be
 *   of no use for one kind of address, and the other is not to suffer from it
 * @throws SensrError SENSR_BAD_CONFIG for a proxy node whose address cannot be used
 */
export function proxyFor(
  target: string,
  node: ProxyNode | undefined,
  environment: Environment,
  settings: ProxySettings = {},
): string | undefined {
  const url = new URL(target);
  if (node) return isExcluded(url, node.noProxy) ? undefined : withCredentials(node);
  const asked = environment['NR_PROXY_MODE'];
  const mode = asked === 'legacy' || asked === 'strict' ? asked : settings.mode;
  return mode === 'legacy' ? legacyProxy(target, environment) : strictProxy(url, environment, settings);
}

function withCredentials({ url, username, password }: ProxyNode): string {
  const address = withScheme(url);
  const problem = proxyProblem(address);
  if (problem !== undefined) throw new SensrError('SENSR_BAD_CONFIG', `proxy: ${problem}`);
  const proxy = new URL(address);
  // Encoded here: the setters leave a % as it is, and whoever reads the URL decodes it.
  if (username) proxy.username = encodeURIComponent(username);
  if (password) proxy.password = encodeURIComponent(password);
  return proxy.href;
}

/** The scheme's own variable (`ws_proxy`), else `all_proxy`; a `ws:` address is not matched against `http_proxy`. */
function strictProxy(url: URL, environment: Environment, settings: ProxySettings): string | undefined {
  const read = (name: string): string | undefined => readVariable(name, environment, settings);
  const npm = (name: string): string | undefined =>
    settings.excludeNpm ? undefined : read(`npm_config_${name}`);
  const excluded = npm('no_proxy') ?? read('no_proxy') ?? '';
  if (isExcluded(url, excluded.split(/[,\s]+/))) return undefined;
  const scheme = url.protocol.slice(0, -1);
  const proxy = npm(`${scheme}_proxy`) ?? read(`${scheme}_proxy`) ?? npm('proxy') ?? read('all_proxy');
  return proxy === undefined ? undefined : withScheme(proxy);
}

const withScheme = (proxy: string): string => (proxy.includes('://') ? proxy : `http://${proxy}`);

function readVariable(name: string, environment: Environment, settings: ProxySettings): string | undefined {
  const lower = environment[name] || undefined;
  if (settings.lowerCaseOnly) return lower;
  const upper = environment[name.toUpperCase()] || undefined;
  return settings.favourUpperCase ? (upper ?? lower) : (lower ?? upper);
}

/** Before Node-RED 3.1: one proxy for all schemes, and exclusions match anywhere in the address. */
function legacyProxy(target: string, environment: Environment): string | undefined {
  const read = (name: string): string => environment[name.toUpperCase()] || (environment[name] ?? '');
  const proxy = read('http_proxy');
  const excluded = read('no_proxy')
    .split(',')
    .map((part) => part.trim());
  const isOut = excluded.some((part) => part !== '' && target.includes(part));
  return proxy === '' || isOut ? undefined : withScheme(proxy);
}

/** Entries: `*`, a host, `.domain`, `*.domain`, each with an optional `:port`. */
function isExcluded(url: URL, entries: readonly string[]): boolean {
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol];
  return entries.some((entry) => {
    const [, host = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.trim().toLowerCase()) ?? [];
    if (host === '') return false;
    if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
    if (host.startsWith('*')) return url.hostname.endsWith(host.slice(1));
    return host.startsWith('.') ? url.hostname.endsWith(host) : url.hostname === host;
  });
}
