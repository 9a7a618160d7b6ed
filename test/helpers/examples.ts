/** The flows under Import > Examples, as they ship but for the ports of the test's simulator. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Simulator } from '../../simulator/server';
import type { FlowNode } from './embedded-node-red';

export const EXAMPLES: readonly string[] = readdirSync('examples')
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

/** What the dashboard's example needs beside this package. */
export const DASHBOARD = '@flowfuse/node-red-dashboard';

export const readExample = (name: string): FlowNode[] =>
  JSON.parse(readFileSync(`examples/${name}.json`, 'utf8')) as FlowNode[];

/** @param env replaces values of the tab's environment variables */
export function forSimulator(
  flow: readonly FlowNode[],
  { outputPort, pointsPort, restPort }: Simulator,
  env: Readonly<Record<string, string>> = {},
): FlowNode[] {
  return flow.map((node) => {
    if (node.type === 'sensr-config') return { ...node, outputPort, pointsPort, restPort };
    if (node.type !== 'tab' || !Array.isArray(node['env'])) return node;
    const settings = node['env'] as { name: string; value: string }[];
    return { ...node, env: settings.map((one) => ({ ...one, value: env[one.name] ?? one.value })) };
  });
}

/** The id of the example's node of this type and name. */
export function idOf(flow: readonly FlowNode[], type: string, name: string): string {
  const found = flow.find((node) => node.type === type && node['name'] === name);
  if (!found) throw new Error(`No ${type} '${name}' in ${String(flow[0]?.['label'])}`);
  return found.id;
}
