/** The stream `health`, sensors of every generation, and keys that would reach a prototype. */
import assert from 'node:assert/strict';
import { alone, encode, type Model } from './helpers/protocol';
import { vector } from './helpers/vectors';
import { read, readOnly } from './helpers/wish';
import * as wire from './helpers/wire';

interface Node {
  status: string;
  sensors: Record<string, unknown>;
  edges: Record<string, { status: string; sensors: Record<string, unknown> }>;
}
interface Health {
  master: string;
  nodes: Record<string, Node>;
}

/** A frame whose health has one node `n` made of `fields`. */
const withNode = (...fields: Buffer[]): Buffer =>
  alone(wire.bytes(3, wire.bytes(102, wire.bytes(2, wire.bytes(1, 'n'), wire.bytes(2, ...fields)))));
const sensorsOf = (...fields: Buffer[]): unknown =>
  readOnly<Health>('health', withNode(...fields)).nodes['n']?.sensors;

describe('payload of health', () => {
  it('has master, nodes, sensors and edges', () => {
    const health = {
      master: 1,
      nodes: {
        algo_0000: {
          status: 1,
          sensors: { '/a': 1 },
          edges: { edge_0000: { status: 3, sensors: { '/b': 3 } } },
        },
      },
    };
    assert.deepStrictEqual(readOnly('health', encode('OutputMessage', { stream: { health } })), {
      master: 'OK',
      nodes: {
        algo_0000: {
          status: 'OK',
          sensors: { '/a': 'SENSOR_ALIVE' },
          edges: { edge_0000: { status: 'LOST_CONNECTION', sensors: { '/b': 'SENSOR_TILTED' } } },
        },
      },
    });
  });

  it('comes from the stream part only', () => {
    assert.deepEqual(read('health', vector('event_health_ok').frame()).payloads, []);
    assert.deepEqual(read('health', vector('one_object').frame()).payloads, []);
  });

  it('reads SensorInfo, in a node and in an edge, of the development line of 2023', () => {
    const frame = encode('PreOutputMessage', {
      stream: {
        health: {
          master: 1,
          nodes: {
            algo_0000: {
              status: 1,
              sensors: { '/a': { status: 1, topic: '/a', sensorName: 'A' }, '/dead': { topic: '/dead' } },
              edges: { edge_0000: { status: 1, sensors: { '/b': { status: 2, topic: '/b' } } } },
            },
          },
        },
      },
    });
    const node = readOnly<Health>('health', frame).nodes['algo_0000'];
    assert.deepStrictEqual(node?.sensors, { '/a': 'SENSOR_ALIVE', '/dead': 'SENSOR_DEAD' });
    assert.deepStrictEqual(node.edges['edge_0000']?.sensors, { '/b': 'SENSOR_ERRONEOUS' });
  });

  it('never says dead of a sensor whose value it cannot read', () => {
    const entry = (...value: Buffer[]): Buffer => wire.bytes(3, wire.bytes(1, '/x'), ...value);
    assert.deepStrictEqual(sensorsOf(entry(wire.float(2, 1))), {});
    assert.deepStrictEqual(sensorsOf(entry(wire.fixed64(2, Buffer.alloc(8)))), {});
    assert.deepStrictEqual(sensorsOf(entry(wire.group(2))), {});
    assert.deepStrictEqual(sensorsOf(entry(wire.bytes(2, wire.float(1, 1)))), {});
    assert.deepStrictEqual(sensorsOf(entry()), { '/x': 'SENSOR_DEAD' });
    assert.deepStrictEqual(sensorsOf(entry(wire.number(2, 1))), { '/x': 'SENSOR_ALIVE' });
    assert.deepStrictEqual(sensorsOf(entry(wire.float(2, 1), wire.number(2, 2))), {
      '/x': 'SENSOR_ERRONEOUS',
    });
    assert.deepStrictEqual(sensorsOf(entry(wire.number(2, 9))), { '/x': 9 });
  });

  it('keeps keys such as __proto__ as keys and pollutes nothing', () => {
    const entry = (field: number, key: string, ...value: Buffer[]): Buffer =>
      wire.bytes(field, wire.bytes(1, key), ...value);
    const health = wire.bytes(
      102,
      entry(2, '__proto__', wire.bytes(2, entry(3, '__proto__', wire.number(2, 1)), entry(3, 'constructor'))),
    );
    const payload = readOnly<Health>('health', alone(wire.bytes(3, health)));
    const nodes = Object.entries(payload.nodes);
    assert.deepEqual(
      nodes.map(([key]) => key),
      ['__proto__'],
    );
    const [, node] = nodes[0]!;
    assert.deepEqual(Object.entries(node.sensors), [
      ['__proto__', 'SENSOR_ALIVE'],
      ['constructor', 'SENSOR_DEAD'],
    ]);
    assert.equal(Object.getPrototypeOf(payload.nodes), Object.prototype);
    assert.equal(({} as Model)['status'], undefined);
  });
});
