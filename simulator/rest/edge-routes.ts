/** Owns `settings/edge-node`: neither a list nor the parent can be read back. */

import { EDGE_DEFAULTS, EDGE_FIELDS } from '../config/field-tables';
import { mergeSettings, type Settings, SettingsError, shown } from '../config/fields';
import type { EdgeEntry } from '../config/site-config';
import type { Route } from '../http-routes';
import { DONE, type RestContext } from './context';
import { bodyObject, requiredText } from './request-values';

export const edgeRoutes = ({ store, edition }: RestContext): readonly Route[] => {
  const path = `${edition.settingsPrefix}/settings/edge-node`;
  const known = (uid: unknown): EdgeEntry => {
    const edge = store.pending.edges.find((one) => one.uid === uid);
    if (!edge) throw new SettingsError(`there is no edge node ${shown(uid)}`);
    return edge;
  };
  const checked = (given: Settings, before: Settings, others: readonly EdgeEntry[]): Settings => {
    const { uid: _uid, ...settings } = mergeSettings('edge node', EDGE_FIELDS, given, before);
    if (settings.ip === '') throw new SettingsError('edge node.ip must not be empty');
    const same = others.find((edge) => edge.settings.ip === settings.ip);
    if (same) throw new SettingsError(`edge node.ip ${shown(settings.ip)} is the address of ${same.uid}`);
    return settings;
  };
  return [
    {
      method: 'GET',
      path,
      handle: ({ query }) => {
        const { uid, settings } = known(requiredText(query, 'edge-node-uri'));
        return { json: { uid, ...settings } };
      },
    },
    {
      method: 'PUT',
      path,
      handle: ({ body }) => {
        const given = bodyObject(body);
        const { nodes, edges } = store.pending;
        const parent = nodes.find(({ uid }) => uid === given.algo_uid);
        if (!parent)
          throw new SettingsError(`edge node.algo_uid must be a node's uid, not ${shown(given.algo_uid)}`);
        const settings = checked(given, EDGE_DEFAULTS, edges);
        const uid = store.nextUid('edge');
        store.change({ edges: [...edges, { uid, nodeUid: parent.uid, settings }] });
        return { json: uid };
      },
    },
    {
      method: 'POST',
      path,
      handle: ({ body }) => {
        const given = bodyObject(body);
        const before = known(given.uid);
        const { edges } = store.pending;
        const others = edges.filter((edge) => edge !== before);
        const settings = checked(given, before.settings, others);
        store.change({ edges: edges.map((edge) => (edge === before ? { ...edge, settings } : edge)) });
        return DONE;
      },
    },
    {
      method: 'DELETE',
      path,
      handle: ({ query }) => {
        const gone = known(requiredText(query, 'edge-node-uri'));
        const { edges, sensors } = store.pending;
        store.change({
          edges: edges.filter((edge) => edge !== gone),
          sensors: sensors.map((sensor) => {
            if (sensor.settings.edge_uid !== gone.uid) return sensor;
            const settings = { ...sensor.settings, connected_to_edge_node: false, edge_uid: '' };
            return { ...sensor, settings };
          }),
        });
        return DONE;
      },
    },
  ];
};
