/** Registers what to do when Node-RED closes a node: with the arity that makes it wait, an end in any case, and nothing swallowed. */
import type { Node } from 'node-red';
import { messageOf } from '../../lib/errors';

/** @param action gets true when the node was deleted or disabled, false when it is only redeployed */
export function onClose(node: Node, action: (removed: boolean) => Promise<void>): void {
  node.on('close', (removed: boolean, done: () => void) => {
    // Async, so that what is thrown at once ends here too.
    const run = async (): Promise<void> => action(removed);
    run()
      .catch((error: unknown) => {
        node.log(`Closing failed: ${messageOf(error)}`);
      })
      .finally(done);
  });
}
