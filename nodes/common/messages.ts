/** What goes out of a node: messages as Node-RED's types want them, and errors that reach Catch. */
import type { Node, NodeMessage } from 'node-red';

/** Any plain object is a message for Node-RED; its types ask for an index signature. */
export const asMessage = (message: object): NodeMessage => message as NodeMessage;

/** @param about small and descriptive: without a message an error never reaches a Catch node */
export function reportError(
  node: Node,
  error: unknown,
  about: Readonly<Record<string, unknown>> & { readonly topic: string },
): void {
  // The types ask for text; Node-RED copies code and cause of an Error to msg.error.
  node.error(error as string, asMessage(about));
}
