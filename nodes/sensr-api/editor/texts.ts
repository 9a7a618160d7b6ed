/** Texts of operations and parameters: the catalogue's where it has one, else the English of the operation table. */
import type { EditorNode } from '../../common/editor/host';

function translated(node: EditorNode, key: string, fallback: string): string {
  const text = node._(key);
  // Node-RED answers with the key, or its last part, when there is no text.
  return text === key || key.endsWith(text) ? fallback : text;
}

export const operationText = (node: EditorNode, name: string, summary: string): string =>
  translated(node, `sensr-api.operation.${name}`, summary);

export const paramText = (node: EditorNode, name: string, description: string): string =>
  translated(node, `sensr-api.param.${name}`, description);
