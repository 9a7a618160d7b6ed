import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OPERATION_NAMES } from '../../../lib/api/operations';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../../helpers/embedded-node-red';
import { Asker, flowFor } from './helpers';

const CODES = /^SENSR_(BAD_REQUEST|BAD_RESPONSE|DROPPED|TIMEOUT|UNREACHABLE|HTTP_\d{3})$/;

const cyclic = (): Record<string, unknown> => {
  const value: Record<string, unknown> = { name: 'loop' };
  value['self'] = value;
  return value;
};

/** What a flow may hold in a message, by mistake or by malice. */
const oddValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, maxDepth: 3 }),
  fc.constantFrom(
    '../../etc/passwd',
    '\r\nHost: elsewhere',
    '?a=b&c=d#e',
    '%00',
    '\ud800',
    NaN,
    -0,
    1e400,
    '__proto__',
  ),
  fc.constant(undefined),
  fc.constant(null).map(cyclic),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const PARAM_NAMES = [
  'zoneId',
  'zone-id',
  'sensorId',
  'nodeUri',
  'id',
  'time',
  'path',
  'method',
  'query',
  'mode',
];

const oddMessage = fc.record(
  {
    operation: fc.oneof(fc.constantFrom(...OPERATION_NAMES), oddValue),
    params: fc.oneof(fc.dictionary(fc.constantFrom(...PARAM_NAMES, '__proto__'), oddValue), oddValue),
    payload: oddValue,
    key: oddValue,
  },
  { requiredKeys: [] },
);

describe('odd messages to a sensr-api', function () {
  this.timeout(60_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    simulator = await startSimulator({ outputHz: 0, pointsHz: 0, modeChangeMs: 1 });
  });
  after(async () => {
    await nodeRed.stop();
    await simulator.close();
  });

  it('are each answered once, with an error that has a code and names what came, or with a result', async () => {
    const asker = new Asker(nodeRed);
    await asker.deploy(
      flowFor(simulator, {
        api: { allowWrites: true, queueSize: 1000 },
        config: { apiVersion: '3.5', retries: 0, responseTimeout: 2, longResponseTimeout: 2 },
      }),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(oddMessage, async (message) => {
        const ending = await asker.ask(message);
        nodeRed.sink.clear();
        if (ending.ok) return;
        refused += 1;
        assert.match(ending.error.code, CODES, ending.error.message);
        assert.ok(ending.error.message.length > 10, ending.error.message);
        assert.ok(ending.error.message.length < 2000, ending.error.message);
      }),
      { numRuns: 600, seed: 20_261_121 },
    );
    assert.ok(refused > 300);
    const { payload } = await asker.answer({ operation: 'health.get' });
    assert.ok(payload);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});
