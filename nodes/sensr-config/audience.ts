/** Which users of a server speak for it, so that each Catch node hears of an outage once and not once for each user. */
import type { Node } from 'node-red';
import type { Red } from '../common/red-types';

interface SavedCatch {
  readonly type: string;
  readonly z?: string;
  readonly d?: boolean;
  /** Ids of nodes, `group`, or null for the whole flow. */
  readonly scope?: unknown;
}

type Users = Readonly<Record<string, Node>>;

/** Node-RED passes an error of a config node to the Catch nodes beside each of its `users`: the fewest that reach all. */
export function audienceOf(red: Red, users: Users): Record<string, Node> {
  const scopes = new Map<string, unknown[]>();
  red.nodes.eachNode((node) => {
    const { type, z = '', d = false, scope } = node as SavedCatch;
    if (type === 'catch' && !d) scopes.set(z, [...(scopes.get(z) ?? []), scope]);
  });
  const chosen: Record<string, Node> = {};
  for (const [z, nodes] of byFlow(users))
    for (const node of speakersOf(nodes, scopes.get(z) ?? [])) chosen[node.id] = node;
  return chosen;
}

function byFlow(users: Users): Map<string, Node[]> {
  const flows = new Map<string, Node[]>();
  for (const node of Object.values(users)) flows.set(node.z, [...(flows.get(node.z) ?? []), node]);
  return flows;
}

function speakersOf(nodes: readonly Node[], scopes: readonly unknown[]): Set<Node> {
  // A Catch node of a group hears nodes of that group only: which ones is Node-RED's to know.
  if (scopes.includes('group')) return new Set(nodes);
  const chosen = new Set<Node>();
  for (const scope of scopes.filter((one): one is unknown[] => Array.isArray(one))) {
    const heard = nodes.filter(({ id }) => scope.includes(id));
    if (heard[0] && !heard.some((node) => chosen.has(node))) chosen.add(heard[0]);
  }
  if (chosen.size === 0 && nodes[0]) chosen.add(nodes[0]);
  return chosen;
}
