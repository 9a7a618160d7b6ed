/** The stream `events`: one payload an event, its shape by kind, and the filters. */
import assert from 'node:assert/strict';
import { encode, type Model } from './helpers/protocol';
import { vector } from './helpers/vectors';
import { read } from './helpers/wish';

const zero = { x: 0, y: 0, z: 0 };
const at = (seconds: number) => ({ seconds, nanos: 250_000 });
const frame = (event: Model): Buffer => encode('OutputMessage', { timestamp: at(100), event });

const ALL = {
  zone: [
    {
      timestamp: at(1),
      id: 7,
      type: 1,
      object: { id: 70, position: { x: 1, y: 2, z: 3 }, heading: 0.5, velocity: { x: 4, y: 5, z: 6 } },
    },
    { timestamp: at(2), id: 8, type: 2, object: { id: 80 } },
    { id: 9, type: 3 },
    { id: 9, type: 4 },
    { id: 9, type: 42 },
    { id: 9 },
  ],
  losing: [{ timestamp: at(3), id: 71, position: { x: 1, y: 1, z: 1 }, heading: -0.5 }],
  health: { master: 3, nodes: { algo: { status: 1 } } },
  onlineRecalibration: [
    {
      timestamp: at(4),
      topic: '/lidar',
      translation: { x: 1, y: 0, z: 0 },
      rotation: { qw: 1, qx: 0, qy: 0, qz: 0 },
    },
    {},
  ],
};

const types = (options = {}): unknown[] =>
  read('events', frame(ALL), options).payloads.map((payload) => (payload as Model)['type']);

describe('payload of events', () => {
  it('is one for each event, every field in it', () => {
    const { payloads, timestampMs } = read('events', frame(ALL));
    const object = { id: 0, position: zero, heading: 0, velocity: zero };
    assert.equal(timestampMs, 100_000.25);
    assert.deepStrictEqual(payloads, [
      {
        type: 'ENTRY',
        timestamp: 1000.25,
        zoneId: 7,
        object: { id: 70, position: { x: 1, y: 2, z: 3 }, heading: 0.5, velocity: { x: 4, y: 5, z: 6 } },
      },
      { type: 'EXIT', timestamp: 2000.25, zoneId: 8, object: { ...object, id: 80 } },
      { type: 'LOITERING', timestamp: null, zoneId: 9, object },
      { type: 'EXCEEDS_SPEED', timestamp: null, zoneId: 9, object },
      { type: 42, timestamp: null, zoneId: 9, object },
      { type: 'NONE', timestamp: null, zoneId: 9, object },
      {
        type: 'LOSING',
        timestamp: 3000.25,
        object: { id: 71, position: { x: 1, y: 1, z: 1 }, heading: -0.5 },
      },
      {
        type: 'HEALTH',
        timestamp: 100_000.25,
        health: { master: 'SLOWDOWN', nodes: { algo: { status: 'OK', sensors: {}, edges: {} } } },
      },
      {
        type: 'RECALIBRATION',
        timestamp: 4000.25,
        topic: '/lidar',
        translation: { x: 1, y: 0, z: 0 },
        rotation: { qw: 1, qx: 0, qy: 0, qz: 0 },
      },
      {
        type: 'RECALIBRATION',
        timestamp: null,
        topic: '',
        translation: zero,
        rotation: { qw: 0, qx: 0, qy: 0, qz: 0 },
      },
    ]);
  });

  it('honors the types option; unknown zone events pass only without one', () => {
    assert.deepEqual(types({ types: ['ENTRY', 'LOSING'] }), ['ENTRY', 'LOSING']);
    assert.deepEqual(types({ types: ['EXIT', 'LOITERING', 'EXCEEDS_SPEED'] }), [
      'EXIT',
      'LOITERING',
      'EXCEEDS_SPEED',
    ]);
    assert.deepEqual(types({ types: ['HEALTH'] }), ['HEALTH']);
    assert.deepEqual(types({ types: ['RECALIBRATION'] }), ['RECALIBRATION', 'RECALIBRATION']);
    assert.equal(types().includes(42), true);
  });

  it('honors the zones option, for zone events alone', () => {
    assert.deepEqual(types({ zones: [8] }), ['EXIT', 'LOSING', 'HEALTH', 'RECALIBRATION', 'RECALIBRATION']);
  });

  it('gives nothing for frames without an event', () => {
    assert.deepEqual(read('events', frame({})).payloads, []);
    assert.deepEqual(read('events', vector('sixty_objects').frame()).payloads, []);
    assert.deepEqual(read('events', vector('empty').frame()).payloads, []);
  });

  it('has no time for health in a frame without one', () => {
    const { payloads } = read('events', encode('OutputMessage', { event: { health: {} } }));
    assert.deepStrictEqual(payloads, [
      { type: 'HEALTH', timestamp: null, health: { master: 'NONE', nodes: {} } },
    ]);
  });
});
