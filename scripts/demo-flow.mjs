// The flow that `npm start` and the screenshots show: examples side by side, all on the server of the simulator.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const EXAMPLES = ['SENSR first look', 'SENSR dashboard'];
/** Pages of the dashboard's example, in the order of its menu. */
export const PAGES = ['dashboard/live', 'dashboard/connection'];
/** A crossing full of traffic; without points of each object a frame is small. */
export const SIMULATOR_OPTIONS = ['--busy', '--no-details'];

/** @param server properties of the server, such as its ports */
export function demoFlow(server) {
  const nodes = new Map();
  for (const name of EXAMPLES)
    for (const node of JSON.parse(readFileSync(join(root, `examples/${name}.json`), 'utf8')))
      nodes.set(node.id, node.type === 'sensr-config' ? { ...node, ...server } : node);
  return [...nodes.values()];
}
