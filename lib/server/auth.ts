/** Credentials to the header that REST and the WebSocket handshake send. */

export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** HTTP Basic for a user name, Bearer for a token; a token wins, since it was asked for explicitly. */
export function authorizationHeaders({ username, password, token }: Credentials): Record<string, string> {
  if (token) return { authorization: `Bearer ${token}` };
  if (!username && !password) return {};
  return { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}` };
}
