import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { checkParams } from '../../../lib/api/check-params';
import { OPERATIONS } from '../../../lib/api/operations';
import { SensrError } from '../../../lib/errors';

const operation = (name: string) => OPERATIONS.find((one) => one.name === name)!;
const check = (name: string, params: unknown) => checkParams(operation(name), params);
const refused = (name: string, params: unknown, message: string): void => {
  assert.throws(() => check(name, params), { code: 'SENSR_BAD_REQUEST', message });
};

describe('checkParams', () => {
  it('names the parameter, what it has to be, and what came', () => {
    refused('zones.get', { zoneId: 'abc' }, "zones.get: params.zoneId: expected a whole number, got 'abc'");
    refused('zones.get', { zoneId: 1.5 }, 'zones.get: params.zoneId: expected a whole number, got 1.5');
    refused('zones.get', {}, 'zones.get: params.zoneId: expected a whole number, got nothing');
    refused('nodes.get', { nodeUri: {} }, 'nodes.get: params.nodeUri: expected text, got an object');
    refused(
      'zones.list',
      { details: 'yes' },
      "zones.list: params.details: expected true or false, got 'yes'",
    );
    refused('zones.get', [1], 'zones.get: params: expected an object of parameters by name, got a list of 1');
    refused('request', { path: '/x', query: 'a=b' }, "request: params.query: expected an object, got 'a=b'");
  });

  it('names the known parameters, for one that is unknown', () => {
    refused('zones.get', { zone: 1 }, "zones.get: params: expected only zoneId, got 'zone'");
    refused('sensors.list', { uri: 1 }, "sensors.list: params: expected only nodeUri, details, got 'uri'");
    refused('health.get', { a: 1 }, "health.get: params: expected none, got 'a'");
    refused('zones.get', { constructor: 1 }, "zones.get: params: expected only zoneId, got 'constructor'");
  });

  it('takes numbers as text, and texts that are numbers', () => {
    for (const zoneId of [1203, '1203', ' 1203 '])
      assert.deepEqual(check('zones.get', { zoneId }), { zoneId: 1203 });
    assert.deepEqual(check('parameters.get', { configKey: 7 }), { configKey: '7' });
    for (const zoneId of [
      '0x10',
      '1e400',
      ' ',
      '12a',
      NaN,
      Infinity,
      2 ** 53,
      true,
      [1],
      { valueOf: () => 1 },
    ])
      assert.throws(() => check('zones.get', { zoneId }), { code: 'SENSR_BAD_REQUEST' });
  });

  it("takes the manual's spelling too, but not both", () => {
    assert.deepEqual(check('zones.get', { 'zone-id': 7 }), { zoneId: 7 });
    refused(
      'zones.get',
      { 'zone-id': 7, zoneId: 7 },
      "zones.get: params: expected either zoneId or zone-id, got 'both'",
    );
    assert.deepEqual(check('zones.get', { 'zone-id': '', zoneId: 7 }), { zoneId: 7 });
  });

  it('takes what is null or empty for absent', () => {
    assert.deepEqual(check('sensors.list', { nodeUri: '', details: null }), {});
    assert.deepEqual(check('sensors.list', undefined), {});
    refused('zones.get', { zoneId: '' }, 'zones.get: params.zoneId: expected a whole number, got nothing');
  });

  it('gives the parameters in the order of the row, and fills in defaults', () => {
    assert.deepEqual(Object.keys(check('algorithm.get', { configId: 'c', nodeUri: 'n', nodeType: 'algo' })), [
      'nodeType',
      'nodeUri',
      'configId',
    ]);
    assert.deepEqual(check('zones.status', {}), { zoneId: 0 });
  });

  it('takes choices in small and capital letters', () => {
    assert.deepEqual(check('commands.start', { mode: 'Runtime' }), { mode: 'runtime' });
    refused(
      'commands.start',
      { mode: 'record' },
      "commands.start: params.mode: expected one of runtime, calibration, got 'record'",
    );
  });

  it('sends each kind of time as RFC 3339 in UTC', () => {
    const ms = Date.UTC(2024, 4, 6, 7, 8, 9, 250);
    const foreign: unknown = runInNewContext(`new Date(${ms})`);
    for (const time of [
      ms,
      String(ms),
      new Date(ms),
      foreign,
      '2024-05-06T07:08:09.250Z',
      '2024-05-06 09:08:09.25+02:00',
    ])
      assert.deepEqual(check('objects.shape', { id: 1, time }), { id: 1, time: '2024-05-06T07:08:09.250Z' });
    for (const time of [
      'now',
      '07:08.250',
      '2024',
      'May 2024',
      new Date(NaN),
      NaN,
      1e20,
      Object.create(Date.prototype),
    ])
      assert.throws(() => check('objects.shape', { id: 1, time }), { code: 'SENSR_BAD_REQUEST' });
  });

  it('refuses what no URL can carry', () => {
    refused(
      'parameters.get',
      { configKey: 'a\ud800' },
      "parameters.get: params.configKey: expected text of whole characters, got 'a\ud800'",
    );
  });

  it('throws nothing but SENSR_BAD_REQUEST, and else gives what is allowed, whatever comes', () => {
    const params = fc.oneof(
      fc.anything({ withDate: true, withBigInt: true, withNullPrototype: true, withSparseArray: true }),
      fc.dictionary(
        fc.constantFrom('zoneId', 'zone-id', 'id', 'time', 'nodeUri', 'mode', 'details', 'path', 'query'),
        fc.anything({ withDate: true, withBigInt: true }),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...OPERATIONS), params, (one, given) => {
        try {
          const checked = checkParams(one, given);
          for (const [name, value] of Object.entries(checked)) {
            const { type } = one.params.find((param) => param.name === name)!;
            if (type === 'int') assert.ok(Number.isSafeInteger(value));
            if (type === 'time') assert.match(String(value), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
          }
        } catch (error) {
          assert.ok(error instanceof SensrError && error.code === 'SENSR_BAD_REQUEST', String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
