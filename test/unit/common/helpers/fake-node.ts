/** A node of Node-RED as far as ours touch it: it notes what they do, and calls handlers as Node-RED does. */
import type { Node } from 'node-red';

type Handler = (...all: unknown[]) => unknown;

export class FakeNode {
  readonly statuses: Record<string, unknown>[] = [];
  readonly logs: string[] = [];
  readonly handlers = new Map<string, Handler>();

  readonly on = (event: string, handler: Handler): void => {
    this.handlers.set(event, handler);
  };
  readonly status = (status: Record<string, unknown>): void => {
    this.statuses.push(status);
  };
  readonly log = (text: string): void => {
    this.logs.push(text);
  };

  get asNode(): Node {
    return this as unknown as Node;
  }

  handler(event: string): Handler {
    const handler = this.handlers.get(event);
    if (!handler) throw new Error(`No handler for ${event}`);
    return handler;
  }
}
