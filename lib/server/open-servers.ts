/** Every server that a deployed sensr-config describes, for whoever reports on all of them. */
import type { Server } from './server';

export interface OpenServer {
  /** The config node's id, under which flows know it. */
  readonly id: string;
  readonly server: Server;
}

const open = new Map<string, Server>();

/** @returns what takes it out again */
export function addServer(id: string, server: Server): () => void {
  open.set(id, server);
  return () => {
    // A redeployed config node has the id of the one before it, and may have come first.
    if (open.get(id) === server) open.delete(id);
  };
}

/** In the order in which they were deployed. */
export const openServers = (): readonly OpenServer[] => [...open].map(([id, server]) => ({ id, server }));
