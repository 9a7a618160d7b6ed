/** The few things of Node-RED that we rely on, and what a sensr-config node offers the others. */
import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Credentials } from '../../lib/server/auth';
import type { Server } from '../../lib/server/server';

export type Red = NodeAPI;

/** A node as it was saved: whatever an editor, an older version or a hand wrote. */
export type SavedNode = NodeDef & Readonly<Record<string, unknown>>;

export interface SensrConfigNode extends Node {
  readonly credentials: Credentials;
  /** Absent when the settings are wrong: the node has said so. */
  server?: Server;
  /**
   * Nodes that use this one, by id. Node-RED forwards the errors of a global config node to the Catch nodes beside
   * each of them; the name is Node-RED's.
   */
  users?: Record<string, Node>;
}

export const isSensrConfig = (node: unknown): node is SensrConfigNode =>
  typeof node === 'object' && node !== null && 'type' in node && node.type === 'sensr-config';

/** An event of Node-RED's message hooks. */
export interface HookEvent {
  readonly msg: object;
  readonly destination?: { readonly id: string; readonly node?: HookedNode };
  readonly node?: { readonly id: string; readonly node?: HookedNode };
}

export interface HookedNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  /** How many of the node's input handlers will say that they are done; 0 = nobody will. Node-RED's own counter. */
  readonly _expectedDoneCount?: number;
}

/** Not in the published types. One declared parameter makes a handler synchronous. */
export interface Hooks {
  readonly add: (name: string, handler: (event: HookEvent) => void) => void;
  readonly remove: (name: string) => void;
}

export const hooksOf = (red: Red): Hooks | undefined => (red as unknown as { hooks?: Hooks }).hooks;

/** What our routes use of a request to the Admin API, and of its answer: Express, as Node-RED hands it out. */
export interface AdminRequest {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Parsed JSON. */
  readonly body: unknown;
}

export interface AdminResponse {
  readonly on: (event: 'close', listener: () => void) => unknown;
  readonly set: (name: string, value: string) => AdminResponse;
  readonly status: (code: number) => AdminResponse;
  readonly json: (body: unknown) => unknown;
  readonly send: (body: string) => unknown;
}

type Handler = (request: AdminRequest, response: AdminResponse) => void;

/** Routes are put behind the permission check that Node-RED makes. */
export interface AdminApp {
  readonly get: (path: string, permission: unknown, handler: Handler) => unknown;
  readonly post: (path: string, permission: unknown, handler: Handler) => unknown;
}
