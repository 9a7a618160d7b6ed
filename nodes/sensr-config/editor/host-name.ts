/** Decides whether a text can be a host: a name or an address, nothing around it. */
import type { Problem } from '../../common/editor/check';

/** Letters of all scripts, for internationalised names. */
const NAME_OR_IPV4 = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const IPV6 = /^[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*(%[\w.-]+)?$/i;

const isHost = (text: string): boolean => NAME_OR_IPV4.test(text) || IPV6.test(text);

/** @returns what is wrong with `value`; for a pasted address the host in it. */
export function hostProblem(value: unknown): Problem | undefined {
  const text = String(value ?? '').trim();
  if (isHost(text)) return undefined;
  if (/\$[{(]/.test(text)) return { key: 'hostVariable' };
  const host = hostIn(text);
  return isHost(host) ? { key: 'hostOnly', values: { host } } : { key: 'host' };
}

/** @returns `text` without scheme, user, port, path and brackets. */
function hostIn(text: string): string {
  const [authority = ''] = text.replace(/^[a-z][a-z\d+.-]*:\/\//i, '').split(/[/?#]/);
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  return (/^\[(.*)\](?::\d*)?$/.exec(place)?.[1] ?? place.replace(/:\d*$/, '')).trim();
}
