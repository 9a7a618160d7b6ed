/** Writes the health of the master, its algo nodes, their sensors and edge nodes. */

import type { GenerationTraits } from './generation';
import type { ProtobufWriter } from './protobuf-writer';
import type { EdgeNodeHealth, NodeHealth, SystemHealth } from './types';

/** The state is always written: in a map entry the reference encoder leaves no value out. */
const writeSensorStatus = (writer: ProtobufWriter, status: number): void => writer.int32Always(2, status);

const writeSensors = (
  writer: ProtobufWriter,
  field: number,
  sensors: Record<string, number> | undefined,
  traits: GenerationTraits,
): void => {
  if (!traits.sensorRecords) {
    writer.map(field, sensors, writeSensorStatus);
    return;
  }
  const records = Object.entries(sensors ?? {}).map(([topic, status]) => [topic, { topic, status }] as const);
  writer.map(field, Object.fromEntries(records), (entry, record) => {
    entry.message(2, record, (inner, { topic, status }) => {
      inner.int32(1, status);
      inner.string(2, topic);
      inner.string(3, `sensor ${topic}`);
    });
  });
};

export const writeHealth = (writer: ProtobufWriter, health: SystemHealth, traits: GenerationTraits): void => {
  const writeEdge = (inner: ProtobufWriter, edge: EdgeNodeHealth): void => {
    inner.int32(1, edge.status);
    writeSensors(inner, 2, edge.sensors, traits);
  };
  const writeNode = (inner: ProtobufWriter, node: NodeHealth): void => {
    inner.int32(1, node.status);
    writeSensors(inner, traits.sensorRecords ? 4 : 3, node.sensors, traits);
    if (!traits.edges) return;
    inner.map(5, node.edges, (entry, edge) => entry.message(2, edge, writeEdge));
  };
  writer.int32(1, health.master);
  writer.map(2, health.nodes, (entry, node) => entry.message(2, node, writeNode));
};
