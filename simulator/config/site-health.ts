/** Decides what the system health shows for a configuration: its nodes, edge nodes and sensors, all well unless known otherwise. */

import { NODE_STATUS, SENSOR_STATUS, SYSTEM_STATUS } from '../enums';
import type { EdgeNodeHealth, NodeHealth, SystemHealth } from '../types';
import type { SensorEntry, SiteConfig } from './site-config';

const sensorsHealth = (
  sensors: readonly SensorEntry[],
  known: Readonly<Record<string, number>> = {},
): Record<string, number> =>
  Object.fromEntries(
    sensors
      .filter(({ settings }) => settings.disabled !== true)
      .map(({ settings }) => String(settings.topic))
      .map((topic) => [topic, known[topic] ?? SENSOR_STATUS.SENSOR_ALIVE]),
  );

/** What is known already stays as it is: only what is new is taken to be well. */
export function siteHealth(
  { nodes, sensors, edges }: SiteConfig,
  { master, nodes: known = {} }: SystemHealth = {},
): SystemHealth {
  const edgesOf = (nodeUid: string): Record<string, EdgeNodeHealth> =>
    Object.fromEntries(
      edges
        .filter((edge) => edge.nodeUid === nodeUid && edge.settings.disabled !== true)
        .map(({ uid }) => {
          const old = known[nodeUid]?.edges?.[uid];
          const behind = sensors.filter(({ settings }) => settings.edge_uid === uid);
          return [
            uid,
            { status: old?.status ?? NODE_STATUS.OK, sensors: sensorsHealth(behind, old?.sensors) },
          ];
        }),
    );
  const nodeHealth = (uid: string): NodeHealth => {
    const old = known[uid];
    const direct = sensors.filter(({ nodeUid, settings }) => nodeUid === uid && !settings.edge_uid);
    return {
      status: old?.status ?? NODE_STATUS.OK,
      sensors: sensorsHealth(direct, old?.sensors),
      edges: edgesOf(uid),
    };
  };
  const shown = nodes.filter(({ settings }) => settings.disabled !== true);
  return {
    master: master ?? SYSTEM_STATUS.OK,
    nodes: Object.fromEntries(shown.map(({ uid }) => [uid, nodeHealth(uid)])),
  };
}
