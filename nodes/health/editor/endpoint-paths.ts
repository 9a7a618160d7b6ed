/** Decides what can be a prefix, and under which addresses the endpoints answer with it. */

/** Segments of what needs no escape in an address, with or without slashes around them. */
const PREFIX = /^\/?(?:[\w.~-]+(?:\/[\w.~-]+)*\/?)?$/;
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;

export const isPrefix = (text: string): boolean => PREFIX.test(text) && !DOTS.test(text);

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
  if (!isPrefix(prefix.trim())) return [];
  const root = side === 'admin' ? new URL('.', roots.editor) : new URL(roots.flows, roots.editor);
  const segments = [root.pathname, prefix.trim()].flatMap((part) => part.split('/')).filter(Boolean);
  return Object.entries(PATHS).map(([what, path]) => ({
    what,
    url: `${root.origin}/${[...segments, path].join('/')}`,
  }));
}
