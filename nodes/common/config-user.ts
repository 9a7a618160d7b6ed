/** How a node finds its sensr-config, and what it is while it cannot work without one. */
import type { Node } from 'node-red';
import { SensrError } from '../../lib/errors';
import type { Server } from '../../lib/server/server';
import { onClose } from './close';
import { onInput } from './input';
import { reportAfterStart } from './messages';
import { isSensrConfig, type Red, type SavedNode, type SensrConfigNode } from './red-types';
import type { StatusLine } from './status';

export interface ConfigUserTexts {
  readonly noServer: string;
  readonly badConfig: string;
}

/**
 * Looks the node's server up and, while there is one, calls `run`. What goes wrong shows in the status, is told once,
 * and fails every message to the node.
 */
export function withServer(
  red: Red,
  node: Node,
  { saved, status, texts }: { saved: SavedNode; status: StatusLine; texts: ConfigUserTexts },
  run: (server: Server) => void,
): void {
  const config: unknown = red.nodes.getNode(String(saved['server'] ?? ''));
  if (!isSensrConfig(config)) {
    const message = 'server: expected a sensr-config node, but none is chosen, or it is missing or disabled';
    refuse(node, status, texts.noServer, new SensrError('SENSR_BAD_CONFIG', message), true);
    return;
  }
  useConfig(node, config);
  if (!config.server) {
    const message = 'server: the chosen sensr-config has wrong settings; it says itself which';
    refuse(node, status, texts.badConfig, new SensrError('SENSR_BAD_CONFIG', message), false);
    return;
  }
  try {
    run(config.server);
  } catch (error) {
    refuse(node, status, texts.badConfig, error, true);
  }
}

/** Node-RED forwards the errors of a config node to the Catch nodes beside those that it knows as its users. */
function useConfig(node: Node, config: SensrConfigNode): void {
  const users = (config.users ??= {});
  users[node.id] = node;
  onClose(node, () => {
    // A redeployed node has the same id and may have come first.
    if (users[node.id] === node) Reflect.deleteProperty(users, node.id);
    return Promise.resolve();
  });
}

/** The node cannot work: its status says so, and every message to it fails with the reason. */
function refuse(node: Node, status: StatusLine, text: string, error: unknown, report: boolean): void {
  status.show({ fill: 'red', shape: 'ring', text });
  if (report) reportAfterStart(node, error, { topic: node.name ?? node.type });
  onInput(node, () => {
    throw error;
  });
  onClose(node, () => {
    status.close();
    return Promise.resolve();
  });
}
