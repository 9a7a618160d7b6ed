/** What goes out of a node: messages as Node-RED's types want them, and errors that reach Catch. */
import type { Node, NodeMessage } from 'node-red';
import { systemClock } from '../../lib/clock';

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

/** The same from a constructor: the Catch nodes of the flow are not there yet, and would miss it. */
export function reportAfterStart(node: Node, error: unknown, about: Parameters<typeof reportError>[2]): void {
  const cancel = systemClock.afterPoll(() => {
    reportError(node, error, about);
  });
  node.on('close', () => {
    cancel();
  });
}
