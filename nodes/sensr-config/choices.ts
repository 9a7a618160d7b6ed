/** What the editor's pickers offer: a server's zones, sensors, nodes, edges and projects, as value and label. */
import { SensrError } from '../../lib/errors';
import type { Server } from '../../lib/server/server';

export const CHOICE_KINDS = ['zones', 'sensors', 'nodes', 'edges', 'projects'] as const;
export type ChoiceKind = (typeof CHOICE_KINDS)[number];

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A dialog is opened again and again; what it offers may be some seconds old. */
const CACHE_MS = 5000;

type Row = Readonly<Record<string, unknown>>;

const OPERATION_OF: Readonly<Record<ChoiceKind, readonly [operation: string, params: Row]>> = {
  zones: ['zones.list', { details: true }],
  sensors: ['sensors.list', { details: true }],
  nodes: ['nodes.list', {}],
  edges: ['edges.list', {}],
  projects: ['project.list', {}],
};

/** @throws SensrError as the operation behind it does */
export async function choicesOf(server: Server, kind: ChoiceKind, signal: AbortSignal): Promise<Choice[]> {
  const [operation, params] = OPERATION_OF[kind];
  const prepared = server.api.prepare(operation, params, undefined);
  const { payload } = await server.api.run(prepared, { cacheMs: CACHE_MS, signal });
  if (!Array.isArray(payload))
    throw new SensrError('SENSR_BAD_RESPONSE', `${operation}: expected a list, got ${typeof payload}`);
  return payload.map(choiceOf);
}

function choiceOf(item: unknown): Choice {
  if (typeof item !== 'object' || item === null) return { value: String(item), label: String(item) };
  const { id, uid, name, topic } = item as Row;
  const value = String(id ?? uid);
  const words = [name, topic].find((word) => typeof word === 'string' && word !== '');
  return { value, label: words === undefined ? value : `${value} · ${String(words)}` };
}
