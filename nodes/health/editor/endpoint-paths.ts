/** Decides what can be a prefix, and under which addresses the endpoints answer with it. */

/** What needs no escape in an address. */
const SEGMENT = /^[\w.~-]+$/;
const MAX_LENGTH = 200;

/** @param text with or without slashes around it */
export function isPrefix(text: string): boolean {
  const path = text.trim().replace(/^\/+|\/+$/g, '');
  const isPlain = path.split('/').every((part) => SEGMENT.test(part) && part !== '.' && part !== '..');
  return text.length <= MAX_LENGTH && (path === '' || isPlain);
}

const PATHS = {
  state: 'sensr/health',
  details: 'sensr/health/detailed',
  samples: 'sensr/health/metrics',
  prometheus: 'sensr/metrics',
} as const;

export interface Roots {
  /** The address of the editor. */
  readonly editor: string;
  /** Where the flows' own addresses begin, on the same server. */
  readonly flows: string;
}

/** @returns the addresses; none where the prefix, a variable for example, does not say them. */
export function endpointPaths(
  side: string,
  prefix: string,
  roots: Roots,
): readonly { readonly what: string; readonly url: string }[] {
  if (!isPrefix(prefix)) return [];
  const root = side === 'admin' ? new URL('.', roots.editor) : new URL(roots.flows, roots.editor);
  const segments = [root.pathname, prefix.trim()].flatMap((part) => part.split('/')).filter(Boolean);
  return Object.entries(PATHS).map(([what, path]) => ({
    what,
    url: `${root.origin}/${[...segments, path].join('/')}`,
  }));
}
