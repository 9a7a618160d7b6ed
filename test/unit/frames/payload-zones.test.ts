/** The stream `zones`: presence, shape, the zones filter. */
import assert from 'node:assert/strict';
import { encode, type Model } from './helpers/protocol';
import { read, readOnly } from './helpers/wish';

const frame = (stream: Model): Buffer => encode('OutputMessage', { stream });
const zones = [
  {
    id: 1,
    name: 'Gate',
    type: 1,
    pbox: {
      points: [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
      minZ: -1,
      maxZ: 2.5,
    },
  },
  { id: 2, type: 4 },
];

describe('payload of zones', () => {
  it('has every zone with outline and height range', () => {
    assert.deepStrictEqual(readOnly('zones', frame({ zones, hasZones: true })), [
      {
        id: 1,
        name: 'Gate',
        type: 'ZONE_TYPE_EVENT',
        minZ: -1,
        maxZ: 2.5,
        points: [
          { x: 1, y: 2 },
          { x: 3, y: 4 },
        ],
      },
      { id: 2, name: '', type: 4, minZ: 0, maxZ: 0, points: [] },
    ]);
  });

  it('follows the flag, and accepts zones from servers older than it', () => {
    assert.deepEqual(readOnly('zones', frame({ hasZones: true })), []);
    assert.equal(readOnly<unknown[]>('zones', frame({ zones })).length, 2);
    assert.deepEqual(read('zones', frame({ hasObjects: true })).payloads, []);
  });

  it('honors the zones and skipEmpty options', () => {
    assert.deepEqual(
      readOnly<Model[]>('zones', frame({ zones }), { zones: [2] }).map(({ id }) => id),
      [2],
    );
    assert.deepEqual(readOnly('zones', frame({ zones }), { zones: [3] }), []);
    assert.deepEqual(read('zones', frame({ zones }), { zones: [3], skipEmpty: true }).payloads, []);
  });
});
