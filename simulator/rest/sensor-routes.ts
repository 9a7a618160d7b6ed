/** Owns `settings/sensor-ext`: sensors by algo node, topics unique within one. */

import { isSensorType, SENSOR_DEFAULTS, SENSOR_FIELDS, type SensorType } from '../config/field-tables';
import { mergeSettings, type Settings, SettingsError, shown } from '../config/fields';
import type { SensorEntry } from '../config/site-config';
import { HttpError, type Route } from '../http-routes';
import { DONE, type RestContext } from './context';
import { bodyObject, requiredText } from './request-values';

const show = ({ uid, settings }: SensorEntry): Settings => ({ ...settings, uid });

export const sensorRoutes = ({ store, edition }: RestContext): readonly Route[] => {
  const at = `${edition.settingsPrefix}/settings/sensor-ext`;
  const known = (uid: unknown): SensorEntry => {
    const sensor = store.pending.sensors.find((one) => one.uid === uid);
    if (!sensor) throw new SettingsError(`there is no sensor ${shown(uid)}`);
    return sensor;
  };
  const knownNode = (uid: string): string => {
    if (!store.pending.nodes.some((node) => node.uid === uid))
      throw new SettingsError(`there is no node "${uid}"`);
    return uid;
  };
  const checked = (
    type: SensorType,
    nodeUid: string,
    given: Settings,
    { uid, settings }: Pick<SensorEntry, 'uid' | 'settings'>,
  ): Settings => {
    const { uid: _own, ...merged } = mergeSettings(
      'sensor',
      SENSOR_FIELDS[type],
      { ...given, uid },
      settings,
    );
    const { topic, edge_uid: edgeUid } = merged;
    if (topic === '') throw new SettingsError('sensor.topic must not be empty');
    const sameTopic = store.pending.sensors.find(
      (one) => one.nodeUid === nodeUid && one.uid !== uid && one.settings.topic === topic,
    );
    if (sameTopic)
      throw new SettingsError(`sensor.topic ${shown(topic)} is used by ${sameTopic.uid} of ${nodeUid}`);
    const isThrough = merged.connected_to_edge_node === true;
    if (isThrough && !store.pending.edges.some((edge) => edge.uid === edgeUid && edge.nodeUid === nodeUid))
      throw new SettingsError(`sensor.edge_uid must be an edge node of ${nodeUid}, not ${shown(edgeUid)}`);
    return type === 'lidar' ? { ...merged, edge_uid: isThrough ? edgeUid : '' } : merged;
  };
  return [
    {
      method: 'GET',
      path: `${at}/list`,
      handle: ({ query }) => {
        const type = query.get('sensor-type');
        if (!isSensorType(type)) throw new HttpError(404, `there is no sensor-type ${shown(type)}`);
        return { json: [SENSOR_FIELDS[type]] };
      },
    },
    {
      method: 'GET',
      path: at,
      handle: ({ query }) => {
        const uid = query.get('sensor-id');
        if (uid !== null) return { json: show(known(uid)) };
        const node = query.get('node-uri');
        const all = store.pending.sensors;
        const asked = node === null ? all : all.filter(({ nodeUid }) => nodeUid === knownNode(node));
        return { json: asked.map((sensor) => sensor.uid) };
      },
    },
    {
      method: 'PUT',
      path: at,
      handle: ({ query, body }) => {
        const nodeUid = knownNode(requiredText(query, 'node-uri'));
        const type = requiredText(query, 'sensor-type');
        if (!isSensorType(type)) throw new SettingsError(`there is no sensor-type "${type}"`);
        const settings = checked(type, nodeUid, bodyObject(body), {
          uid: '',
          settings: SENSOR_DEFAULTS[type],
        });
        const uid = store.nextUid(type);
        store.change({ sensors: [...store.pending.sensors, { uid, type, nodeUid, settings }] });
        return { json: uid };
      },
    },
    {
      method: 'POST',
      path: at,
      handle: ({ body }) => {
        const given = bodyObject(body);
        const before = known(given.uid);
        const settings = checked(before.type, before.nodeUid, given, before);
        const sensors = store.pending.sensors.map((one) => (one === before ? { ...one, settings } : one));
        store.change({ sensors });
        return DONE;
      },
    },
    {
      method: 'DELETE',
      path: at,
      handle: ({ query }) => {
        const gone = known(requiredText(query, 'sensor-id'));
        store.change({ sensors: store.pending.sensors.filter((sensor) => sensor !== gone) });
        return DONE;
      },
    },
  ];
};
