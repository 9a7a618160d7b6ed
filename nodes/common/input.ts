/** Wraps input handlers: whatever they throw reaches Catch, and every message is finished exactly once. */
import type { Node, NodeMessage } from 'node-red';
import { SensrError, messageOf } from '../../lib/errors';

export type InputMessage = NodeMessage & Record<string, unknown>;

/** A rejection that nobody handles would end Node-RED: handlers only throw, and this is where it ends. */
export function onInput(node: Node, handle: (message: InputMessage) => void): void {
  // Three parameters: with fewer, Node-RED takes the node for one that never says when it is done.
  node.on('input', (message, _send, done) => {
    try {
      handle(message as InputMessage);
    } catch (error) {
      done(known(error));
      return;
    }
    done();
  });
}

/**
 * The same for work that takes time: the message is finished when the promise settles.
 * @param handle sends by itself what it has to send
 */
export function onInputAsync(
  node: Node,
  handle: (message: InputMessage, send: (message: NodeMessage) => void) => Promise<void>,
): void {
  node.on('input', (message, send, done) => {
    // Async, so that what is thrown at once ends here too.
    const run = async (): Promise<void> => handle(message as InputMessage, send);
    run()
      .then(
        () => {
          done();
        },
        (error: unknown) => {
          done(known(error));
        },
      )
      // Of what Node-RED calls from done(): one more rejection would end it.
      .catch((error: unknown) => {
        node.log(`Finishing a message failed: ${messageOf(error)}`);
      });
  });
}

const known = (error: unknown): SensrError =>
  error instanceof SensrError ? error : new SensrError('SENSR_BAD_REQUEST', messageOf(error), error);
