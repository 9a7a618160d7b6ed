/** What the address of a proxy must be: sockets and HTTP session ask an HTTP proxy for a tunnel, and know no other kind. */
import { SensrError } from './errors';

/** @returns what was expected and what came, without user name and password; undefined for an address that can be used */
export function proxyProblem(address: string): string | undefined {
  if (!isHttpAddress(address))
    return `expected the address of an HTTP proxy, such as http://proxy:3128, got '${withoutCredentials(address)}'`;
  if (!hasReadableCredentials(new URL(address)))
    return 'expected user name and password of the proxy encoded as in URLs, got a % that stands for nothing (% itself is %25)';
  return undefined;
}

/** @throws SensrError SENSR_BAD_CONFIG */
export function checkProxyAddress(address: string): void {
  const problem = proxyProblem(address);
  if (problem !== undefined) throw new SensrError('SENSR_BAD_CONFIG', problem);
}

const isHttpAddress = (address: string): boolean =>
  URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);

function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Up to the last @: what cannot be parsed may have one in its password. */
const withoutCredentials = (address: string): string => address.replace(/\/\/.*@/, '//');
