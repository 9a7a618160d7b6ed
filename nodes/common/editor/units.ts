/** Decides how a unit is shown: a symbol is the same in every language, a word has its text in the catalogue. */
import type { EditorNode } from './host';

export const isWord = (unit: string): boolean => /^[a-z]{3,}$/i.test(unit);

export const unitText = (node: EditorNode, unit: string): string =>
  isWord(unit) ? node._(`${node.type}.unit.${unit}`) : unit;
