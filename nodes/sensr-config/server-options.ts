/** Saved properties of a sensr-config to the options of a Server: units converted, everything checked. */
import { SensrError } from '../../lib/errors';
import { proxyFor, type Environment, type ProxyNode, type ProxySettings } from '../../lib/server/proxy';
import type { ServerOptions } from '../../lib/server/server';
import { secureOptions } from '../../lib/server/tls';
import type { Credentials } from '../../lib/server/auth';
import { megabytesToBytes, secondsToMs } from '../../lib/units';
import { readProperties } from '../common/read-properties';
import { PROPERTIES } from './properties';

/** What the node knows beside its own properties. */
export interface Surroundings {
  readonly credentials: Credentials;
  /** What the tls-config node filled in; absent without one. */
  readonly tls?: Readonly<Record<string, unknown>>;
  readonly proxy?: ProxyNode;
  readonly environment: Environment;
  readonly proxySettings?: ProxySettings;
}

/** @throws SensrError SENSR_BAD_CONFIG */
export function serverOptions(saved: Readonly<Record<string, unknown>>, around: Surroundings): ServerOptions {
  const values = readProperties(PROPERTIES, saved);
  checkHost(values.host);
  if (values.backoffMax < values.backoffInitial)
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      `backoffMax: expected at least backoffInitial (${values.backoffInitial} s), got ${values.backoffMax} s`,
    );
  const environment = { ...around.environment };
  return {
    name: values.name || values.host,
    host: values.host,
    ports: { output: values.outputPort, points: values.pointsPort },
    ...(around.tls ? { secure: secureOptions(around.tls, values.checkServerName) } : {}),
    credentials: around.credentials,
    proxyFor: (url) => proxyFor(url, around.proxy, environment, around.proxySettings),
    pingIntervalMs: secondsToMs(values.pingInterval),
    pongTimeoutMs: secondsToMs(values.pongTimeout),
    connectTimeoutMs: secondsToMs(values.connectTimeout),
    backoffInitialMs: secondsToMs(values.backoffInitial),
    backoffMaxMs: secondsToMs(values.backoffMax),
    maxFrameBytes: megabytesToBytes(values.maxFrameMB),
    http: {
      port: values.restPort,
      apiVersion: values.apiVersion,
      connections: values.connections,
      responseTimeoutMs: secondsToMs(values.responseTimeout),
      longResponseTimeoutMs: secondsToMs(values.longResponseTimeout),
      retries: values.retries,
      retryDelayMs: secondsToMs(values.retryDelay),
    },
  };
}

function checkHost(host: string): void {
  const expected = 'host: expected a host name or an IP address, such as 10.0.0.5';
  if (host === '') throw new SensrError('SENSR_BAD_CONFIG', `${expected}, got nothing`);
  // Node-RED leaves ${NAME} as it is when there is no such variable.
  if (/^\$\{.*\}$/.test(host))
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      `${expected}, got ${host}: there is no environment variable of that name`,
    );
  if (host.includes('://'))
    throw new SensrError('SENSR_BAD_CONFIG', `${expected}, without a scheme; got '${host}'`);
  if (/^\[.*\]$/.test(host))
    throw new SensrError('SENSR_BAD_CONFIG', `${expected}, without brackets; got '${host}'`);
  const isIPv6 = /^[0-9a-f:.]+(%\w+)?$/i.test(host) && host.split(':').length > 2;
  if (!isIPv6 && host.includes(':'))
    throw new SensrError('SENSR_BAD_CONFIG', `${expected}, the port in its own field; got '${host}'`);
  // A URL can carry no zone (%eth0), and no address that is out of range.
  const isInUrl = URL.canParse(`ws://${isIPv6 ? `[${host}]` : host}`);
  if (!isInUrl || (!isIPv6 && !/^[\p{L}\p{N}._-]+$/u.test(host)))
    throw new SensrError('SENSR_BAD_CONFIG', `${expected}, got '${host}'`);
}
