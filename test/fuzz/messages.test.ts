/** Odd messages into the inputs of sensr-stream and sensr-health; those of sensr-api have a test of their own. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startSimulator, type Simulator } from '../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, TAB, tab } from '../helpers/flows';

const SEED = 20_261_121;
const MESSAGES = 400;

const oddValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.constantFrom('NEXT', ' next', 'constructor', 'toString', '__proto__', 'hasOwnProperty', NaN, undefined),
);
/** What would restart something is left out: it is not odd. */
const oddMessage = fc.record(
  { action: oddValue, kind: oddValue, level: oddValue, payload: oddValue, topic: oddValue },
  { requiredKeys: ['action'] },
);
const known = fc.constantFrom('next', 'pause', 'resume', 'flush');

describe('odd messages to nodes', function () {
  this.timeout(60_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  const uncaught: unknown[] = [];
  const keep = (error: unknown): void => {
    uncaught.push(error);
  };

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    process.on('unhandledRejection', keep);
    simulator = await startSimulator({ outputHz: 50, pointsHz: 0 });
    const place = { z: TAB, x: 0, y: 0 };
    await nodeRed.deploy([
      ...[
        tab(),
        config(simulator),
        stream('s1', 'objects', 'k1'),
        sinkNode('k1', 'objects'),
        ...catchNodes(),
      ],
      { id: 'h1', type: 'sensr-health', ...place, version: 1, wires: [['k2'], []] },
      sinkNode('k2', 'health'),
    ]);
    await nodeRed.sink.wait('objects');
  });
  after(async () => {
    process.off('unhandledRejection', keep);
    await nodeRed.stop();
    await simulator.close();
  });

  for (const [id, works, sink] of [
    ['s1', 'resume', 'objects'],
    ['h1', 'sample', 'health'],
  ] as const)
    it(`are each answered by ${id} with an error that has a code, and it works on`, async () => {
      const node = nodeRed.node(id) as unknown as { receive(msg: object): void };
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: oddMessage }, known), async (message) => {
          const msg = typeof message === 'string' ? { action: message } : message;
          const isKnown = typeof message === 'string' && id === 's1';
          nodeRed.sink.clear();
          node.receive({ _msgid: String(count++), ...msg });
          if (isKnown) return;
          const [error] = await nodeRed.sink.wait('errors', 1);
          const { code, message: text } = error?.msg['error'] as { code: string; message: string };
          assert.equal(code, 'SENSR_BAD_REQUEST', text);
          assert.ok(text.length < 2000, text);
        }),
        { numRuns: MESSAGES, seed: SEED },
      );
      nodeRed.sink.clear();
      node.receive({ action: works });
      await nodeRed.sink.wait(sink);
      assert.deepEqual(uncaught, []);
    });
});
