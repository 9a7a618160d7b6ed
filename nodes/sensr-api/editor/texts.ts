/** Texts of operations and parameters: the catalogue's where it has one, else the English of the operation table. */
import type { EditorNode } from '../../common/editor/host';

function translated(node: EditorNode, keys: readonly string[], fallback: string): string {
  for (const key of keys) {
    const text = node._(key);
    // Node-RED answers with the key when there is no text.
    if (text !== '' && text !== key) return text;
  }
  return fallback;
}

export const operationText = (node: EditorNode, name: string, summary: string): string =>
  translated(node, [`sensr-api.operation.${name}`], summary);

/** A text for this operation's parameter wins over one for all parameters of that name. */
export const paramText = (node: EditorNode, operation: string, name: string, description: string): string =>
  translated(node, [`sensr-api.param.${operation}.${name}`, `sensr-api.param.any.${name}`], description);
