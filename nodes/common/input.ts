/** Wraps an input handler: whatever it throws reaches Catch, and every message is finished exactly once. */
import type { Node, NodeMessage } from 'node-red';
import { SensrError, messageOf } from '../../lib/errors';

/** A rejection that nobody handles would end Node-RED: handlers only throw, and this is where it ends. */
export function onInput(node: Node, handle: (message: NodeMessage & Record<string, unknown>) => void): void {
  // Three parameters: with fewer, Node-RED takes the node for one that never says when it is done.
  node.on('input', (message, _send, done) => {
    try {
      handle(message as NodeMessage & Record<string, unknown>);
    } catch (error) {
      done(
        error instanceof SensrError ? error : new SensrError('SENSR_BAD_REQUEST', messageOf(error), error),
      );
      return;
    }
    done();
  });
}
