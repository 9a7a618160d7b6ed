/** Decides whether a request carries the credentials that the simulator was started with. */

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

/** Without configured credentials everybody may pass; with both kinds either will do. */
export function isAuthorized(
  authorization: string | undefined,
  { username, password, token }: Credentials,
): boolean {
  const accepted: string[] = [];
  if (username !== undefined || password !== undefined)
    accepted.push(`Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`);
  if (token !== undefined) accepted.push(`Bearer ${token}`);
  return accepted.length === 0 || (authorization !== undefined && accepted.includes(authorization));
}
