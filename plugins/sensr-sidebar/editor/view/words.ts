/** Texts for names that come from the runtime: from this catalogue or a neighbour's; a name without one stays as it is. */
import type { Text } from '../sidebar-plugin';

/** @param key with the name at its end */
export function wordsFor(text: Text, group: string, name: string): string {
  const found = text(`${group}.${name}`);
  return found.endsWith(`${group}.${name}`) ? name : found;
}

export type Neighbour = 'sensr-config' | 'sensr-stream' | 'sensr-health';

/** As the form of that node calls it, so that one thing has one name everywhere. */
export function neighbourText(
  neighbour: Neighbour,
  key: string,
  values?: Readonly<Record<string, string | number>>,
): string {
  return RED._(`node-red-contrib-sensr/${neighbour}:${neighbour}.${key}`, values);
}

export function neighbourWords(neighbour: Neighbour, group: string, name: string): string {
  return wordsFor((key) => neighbourText(neighbour, key), group, name);
}
