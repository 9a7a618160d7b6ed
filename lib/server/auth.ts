/** Credentials to the header that REST and the WebSocket handshake send. */
import { SensrError } from '../errors';

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * HTTP Basic for a user name, Bearer for a token; a token wins, since it was asked for explicitly.
 * @throws SensrError SENSR_BAD_CONFIG for a token that no header can carry; the text does not show it
 */
export function authorizationHeaders({ username, password, token }: Credentials): Record<string, string> {
  // Pasted text likes to bring a line break along, which no header may have.
  const bearer = token?.trim();
  if (bearer) {
    if (!/^[\x21-\x7e]+$/.test(bearer))
      throw new SensrError(
        'SENSR_BAD_CONFIG',
        'token: expected letters, digits and signs without a space, got a character that cannot be sent',
      );
    return { authorization: `Bearer ${bearer}` };
  }
  if (!username && !password) return {};
  return { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}` };
}
