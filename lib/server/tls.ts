/** What a core tls-config node hands out, checked and cut down to what crosses the thread. */
import { SensrError } from '../errors';
import type { SecureOptions } from '../tls-options';

type Material = string | Uint8Array;

const isMaterial = (value: unknown): value is Material =>
  (typeof value === 'string' && value !== '') || (value instanceof Uint8Array && value.byteLength > 0);

/**
 * @param options what the tls-config node's `addTLSOptions` filled in: Node.js tls names
 * @throws SensrError SENSR_BAD_CONFIG when something in it has a type that Node.js would not take
 */
export function secureOptions(
  options: Readonly<Record<string, unknown>>,
  checkServerName: boolean,
): SecureOptions {
  const material = (name: string): Record<string, Material> => {
    const value = options[name];
    if (value === undefined || value === null || value === '') return {};
    if (!isMaterial(value))
      throw new SensrError('SENSR_BAD_CONFIG', `tls: expected ${name} as text or bytes, got ${typeof value}`);
    // A Buffer may be a slice of a pool; the thread gets a copy of just these bytes.
    return { [name]: typeof value === 'string' ? value : new Uint8Array(value) };
  };
  const text = (name: string): Record<string, string> => {
    const value = options[name];
    return typeof value === 'string' && value !== '' ? { [name]: value } : {};
  };
  const protocols = options['ALPNProtocols'];
  return {
    ...material('ca'),
    ...material('cert'),
    ...material('key'),
    ...material('pfx'),
    ...text('passphrase'),
    ...text('servername'),
    ...(Array.isArray(protocols) && protocols.length > 0 ? { ALPNProtocols: protocols.map(String) } : {}),
    // Anything but an explicit false keeps the check on.
    rejectUnauthorized: options['rejectUnauthorized'] !== false,
    checkServerName,
  };
}
