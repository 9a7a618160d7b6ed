/** Owns `settings/node`, its transform and its detection range; nodes cannot be listed. */

import { NODE_DEFAULTS, NODE_FIELDS, NO_TRANSFORM, WHOLE_SITE_RANGE } from '../config/field-tables';
import { SettingsError, shown } from '../config/fields';
import { nodeRange, nodeSettings, nodeTransform } from '../config/node-rules';
import type { NodeEntry } from '../config/site-config';
import type { Route, RouteRequest } from '../http-routes';
import { DONE, type RestContext } from './context';
import { bodyObject, requiredText } from './request-values';

type Part = 'transform' | 'range';
const PART_RULES = { transform: nodeTransform, range: nodeRange };
const PART_PATHS: Readonly<Record<Part, string>> = { transform: 'transform', range: 'detection-range' };

export const nodeRoutes = ({ store, edition }: RestContext): readonly Route[] => {
  const at = `${edition.settingsPrefix}/settings/node`;
  const fields = edition.nodeFields;
  const known = (uid: unknown): NodeEntry => {
    const node = store.pending.nodes.find((one) => one.uid === uid);
    if (!node) throw new SettingsError(`there is no node ${shown(uid)}`);
    return node;
  };
  const asked = ({ query }: RouteRequest): NodeEntry => known(requiredText(query, 'node-uri'));
  const replace = (before: NodeEntry, part: Partial<NodeEntry>): void =>
    store.change({
      nodes: store.pending.nodes.map((node) => (node === before ? { ...node, ...part } : node)),
    });
  const partRoutes = (part: Part): Route[] => [
    {
      method: 'GET',
      path: `${at}-${PART_PATHS[part]}`,
      handle: (request) => ({ json: asked(request)[part] }),
    },
    {
      method: 'POST',
      path: `${at}-${PART_PATHS[part]}`,
      handle: (request) => {
        const node = asked(request);
        replace(node, { [part]: PART_RULES[part](bodyObject(request.body), node[part]) });
        return DONE;
      },
    },
  ];
  return [
    { method: 'GET', path: `${at}/list`, handle: () => ({ json: [NODE_FIELDS[fields]] }) },
    {
      method: 'GET',
      path: at,
      handle: (request) => {
        const { uid, settings } = asked(request);
        return { json: { uid, ...settings } };
      },
    },
    {
      method: 'PUT',
      path: at,
      handle: ({ body }) => {
        const { nodes } = store.pending;
        const settings = nodeSettings(bodyObject(body), NODE_DEFAULTS[fields], fields, nodes);
        const uid = store.nextUid('algo');
        const node = { uid, settings, transform: NO_TRANSFORM, range: WHOLE_SITE_RANGE };
        store.change({ nodes: [...nodes, node] });
        return { json: uid };
      },
    },
    {
      method: 'POST',
      path: at,
      handle: ({ body }) => {
        const given = bodyObject(body);
        const node = known(given.uid);
        const others = store.pending.nodes.filter((one) => one !== node);
        replace(node, { settings: nodeSettings(given, node.settings, fields, others) });
        return DONE;
      },
    },
    {
      method: 'DELETE',
      path: at,
      handle: (request) => {
        const gone = asked(request);
        const { nodes, sensors, edges } = store.pending;
        store.change({
          nodes: nodes.filter((node) => node !== gone),
          sensors: sensors.filter(({ nodeUid }) => nodeUid !== gone.uid),
          edges: edges.filter(({ nodeUid }) => nodeUid !== gone.uid),
        });
        return DONE;
      },
    },
    ...partRoutes('transform'),
    ...partRoutes('range'),
  ];
};
