import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StatusLine, type NodeStatusLine } from '../../../nodes/common/status';
import { FakeClock } from '../../helpers/fake-clock';
import { FakeNode } from './helpers/fake-node';

function setup() {
  const clock = new FakeClock();
  const node = new FakeNode();
  const line = new StatusLine(node.asNode, clock);
  const show = (text: string, change: Partial<NodeStatusLine> = {}): void => {
    line.show({ fill: 'green', shape: 'dot', text, ...change });
  };
  const texts = (): unknown[] => node.statuses.map(({ text }) => text);
  return { clock, node, line, show, texts };
}

describe('StatusLine', () => {
  it('shows the first status at once', () => {
    const { show, node } = setup();
    show('a', { sensr: { code: 1 } });
    assert.deepEqual(node.statuses, [{ fill: 'green', shape: 'dot', text: 'a', sensr: { code: 1 } }]);
  });

  it('shows at most one a second, and of several the newest', () => {
    const { clock, show, texts } = setup();
    show('a');
    show('b');
    clock.advance(500);
    show('c');
    clock.advance(499);
    assert.deepEqual(texts(), ['a']);
    clock.advance(1);
    assert.deepEqual(texts(), ['a', 'c']);
    show('d');
    assert.deepEqual(texts(), ['a', 'c']);
    clock.advance(1000);
    assert.deepEqual(texts(), ['a', 'c', 'd']);
    clock.advance(5000);
    show('e');
    assert.deepEqual(texts(), ['a', 'c', 'd', 'e']);
    assert.equal(clock.pending, 0);
  });

  it('shows nothing that stands there already', () => {
    const { clock, show, texts, node } = setup();
    show('a');
    clock.advance(2000);
    show('a', { sensr: { rate: 5 } });
    assert.deepEqual(texts(), ['a']);
    show('a', { fill: 'red' });
    clock.advance(1000);
    show('a', { fill: 'red', shape: 'ring' });
    assert.deepEqual(
      node.statuses.map(({ fill, shape }) => `${String(fill)} ${String(shape)}`),
      ['green dot', 'red dot', 'red ring'],
    );
  });

  it('shows nothing when a change was taken back in time', () => {
    const { clock, show, texts } = setup();
    show('a');
    show('b');
    show('a');
    clock.advance(5000);
    assert.deepEqual(texts(), ['a']);
  });

  it('clears the status when closed, once, and shows nothing after', () => {
    const { clock, node, line, show } = setup();
    show('a');
    show('b');
    line.close();
    line.close();
    assert.equal(clock.pending, 0);
    show('c');
    clock.advance(5000);
    assert.deepEqual(node.statuses.slice(1), [{}]);
  });

  it('ends with the newest, never two within a second, whatever is shown', () => {
    const step = fc.record({
      text: fc.constantFrom('a', 'b', 'c'),
      waitMs: fc.integer({ min: 0, max: 1500 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        const { clock, node, show, texts } = setup();
        const timesMs: number[] = [];
        const original = node.statuses.push.bind(node.statuses);
        node.statuses.push = (...all) => {
          timesMs.push(clock.monotonicMs());
          return original(...all);
        };
        for (const { text, waitMs } of steps) {
          show(text);
          clock.advance(waitMs);
        }
        clock.advance(1000);
        assert.equal(texts().at(-1), steps.at(-1)?.text);
        timesMs.slice(1).forEach((ms, n) => {
          assert.ok(ms - (timesMs[n] ?? 0) >= 1000);
        });
      }),
    );
  });
});
