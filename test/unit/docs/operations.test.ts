import assert from 'node:assert/strict';
import { checkBody } from '../../../lib/api/check-body';
import { OPERATIONS, type Operation } from '../../../lib/api/operations';
import { OBJECTS, expectationOf, type ObjectBody } from '../../../scripts/document-fields';
import { operationsPage } from '../../../scripts/document-operations';
import { readDocument, tableAfter } from './markdown';

const page = readDocument('docs/operations.md');

/** Whole objects, with each field that is ever needed. */
const SAMPLES: Readonly<Record<ObjectBody, Readonly<Record<string, unknown>>>> = {
  zone: {
    id: 1001,
    name: 'dock',
    zone_type: 'Event',
    vertices: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  },
  sensor: { uid: 'lidar_0000', name: 'roof' },
  node: { uid: 'algo_0000', ip: '10.0.0.6', name: 'yard' },
  transform: {
    base_to_origin: { tx: 1, ty: 2 },
    sensor_to_base: { tz: 0, qw: 1, qx: 0, qy: 0, qz: 0 },
  },
  range: { x_range: [-1, 1], y_range: [-1, 1], z_range: [-1, 1] },
  edge: { uid: 'edge_0000', algo_uid: 'algo_0000', ip: '10.0.0.7' },
};

const without = (body: Readonly<Record<string, unknown>>, field: string): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));

function isRefused(operation: Operation, payload: unknown): boolean {
  try {
    checkBody(operation, payload);
    return false;
  } catch {
    return true;
  }
}

describe('docs/operations.md', () => {
  it('is what the operation table says; else run npx tsx scripts/document-operations.ts', () => {
    assert.equal(page, operationsPage());
  });

  it('has every operation under its noun, and every parameter with its meaning', () => {
    for (const { name, params } of OPERATIONS) {
      const rows = tableAfter(page, `\n## ${name.split('.')[0]}\n`);
      assert.ok(
        rows.some((row) => row['Operation'] === name),
        name,
      );
      for (const param of params)
        assert.ok(page.includes(param.description) && page.includes(`\`${param.name}\``), param.name);
    }
  });

  it('says which operations may take longer', () => {
    const long = OPERATIONS.filter(({ timeout }) => timeout === 'long').map(({ noun }) => noun);
    const usual = OPERATIONS.filter(({ timeout }) => timeout !== 'long').map(({ noun }) => noun);
    assert.deepEqual([...new Set(long)], ['project', 'commands']);
    assert.ok(!usual.some((noun) => long.includes(noun)));
  });

  it('says of each field what its check expects', () => {
    const expected = (body: ObjectBody, field: string): string | undefined =>
      tableAfter(page, `\n### ${body}\n`).find((row) => row['Field'] === field)?.['What it has to be'];
    assert.equal(expected('zone', 'id'), 'a whole number');
    assert.equal(expected('zone', 'min_z'), 'a number');
    assert.equal(expected('zone', 'speed_limit'), 'a number from 0');
    assert.equal(expected('zone', 'vertices'), 'a list of at least 3 pairs [x, y]');
    assert.equal(expected('sensor', 'base_to_origin'), 'object with `tx`, `ty` (numbers)');
    assert.equal(expected('sensor', 'disabled'), 'true or false');
    assert.equal(expected('node', 'port'), 'a port from 1 to 65535');
    assert.equal(expected('range', 'x_range'), '[min, max] with min not above max');
    for (const { body, fields } of OBJECTS)
      for (const [field, check] of Object.entries(fields))
        assert.notEqual(expectationOf(check), '', `${body}.${field}`);
  });

  for (const { body, fields, toCreate, toChange } of OBJECTS)
    it(`names exactly the fields that are needed: ${body}`, () => {
      for (const operation of OPERATIONS.filter((one) => one.body === body)) {
        const sample = SAMPLES[body];
        assert.ok(!isRefused(operation, sample), `${operation.name} takes the sample`);
        const needed = Object.keys(fields).filter((field) => isRefused(operation, without(sample, field)));
        const told = operation.creates ? toCreate : toChange;
        assert.deepEqual([...needed].sort(), [...told].sort(), operation.name);
      }
    });
});
