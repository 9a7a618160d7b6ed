import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Delivery } from '../../../lib/stream/deliveries';
import type { HookEvent, HookedNode, Hooks } from '../../../nodes/common/red-types';
import { openCompletionTracker, type CompletionTracker } from '../../../nodes/sensr-stream/completion';

interface TestHooks extends Hooks {
  readonly trigger: (name: string, event: HookEvent) => void;
  readonly has: (name: string) => boolean;
}

/** The real ones of Node-RED. */
const real = createRequire(__filename)('@node-red/util').hooks as TestHooks;

/** As little as our tracker asks of them, so that nothing else is relied on. */
function fakeHooks(): TestHooks {
  const handlers = new Map<string, (event: HookEvent) => void>();
  const labelOf = (name: string): string => name.split('.')[1] ?? '';
  return {
    add: (name, handler) => {
      assert.equal(
        handler.length,
        1,
        'with two parameters it would have to call back, with none it stalls everything',
      );
      assert.ok(!handlers.has(name), `${name} is there already`);
      assert.ok(labelOf(name), 'without a label it could not be removed');
      handlers.set(name, handler);
    },
    remove: (name) => {
      assert.ok(name.startsWith('*.'));
      for (const key of [...handlers.keys()]) if (labelOf(key) === labelOf(name)) handlers.delete(key);
    },
    trigger: (name, event) => {
      for (const [key, handler] of handlers) if (key.split('.')[0] === name) handler(event);
    },
    has: (name) => [...handlers.keys()].some((key) => key.split('.')[0] === name),
  };
}

type Input = (message: object, send: (to: TestNode, message: object) => void, done: () => void) => void;

interface TestNode extends HookedNode {
  readonly input: Input;
  /** Deliveries such as link call's skip the hook before delivery. */
  readonly isDirect?: boolean;
}

const node = (id: string, input: Input, change: Partial<TestNode> = {}): TestNode => ({
  id,
  type: 'function',
  _expectedDoneCount: 1,
  ...change,
  input,
});

/** Nodes that are done at once; later, or never. */
const quick = (id: string): TestNode =>
  node(id, (_, __, done) => {
    done();
  });
const never = (id: string, change: Partial<TestNode> = {}): TestNode => node(id, () => undefined, change);

/** Delivers as Node-RED does: claimed before the hop, received in a later turn. */
function flow(hooks: TestHooks) {
  const deliver = (to: TestNode, msg: object): void => {
    const destination = { id: to.id, node: to };
    if (!to.isDirect) hooks.trigger('preDeliver', { msg, destination });
    setImmediate(() => {
      hooks.trigger('onReceive', { msg, destination });
      to.input(msg, deliver, () => {
        hooks.trigger('onComplete', { msg, node: { id: to.id, node: to } });
      });
      hooks.trigger('postReceive', { msg, destination });
    });
  };
  return deliver;
}

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

for (const [kind, makeHooks] of [
  ['hooks of our own', fakeHooks],
  ['the hooks of Node-RED', () => real],
] as const)
  describe(`the completion tracker with ${kind}`, () => {
    let hooks: TestHooks;
    let tracker: CompletionTracker;
    let deliver: ReturnType<typeof flow>;

    beforeEach(() => {
      hooks = makeHooks();
      tracker = openCompletionTracker(hooks);
      deliver = flow(hooks);
    });
    afterEach(() => {
      tracker.close();
    });

    /** Sends to these nodes; `ends` counts how often the flow was said to be done. */
    const track = (...nodes: TestNode[]): { delivery: Delivery; ends: () => number } => {
      let ends = 0;
      const delivery = tracker.track(
        () => {
          nodes.forEach((to, n) => {
            deliver(to, { n });
          });
        },
        () => (ends += 1),
      );
      return { delivery, ends: () => ends };
    };

    it('says that nothing is to be waited for in a later turn, when no wire leads anywhere', async () => {
      const { ends } = track();
      assert.equal(ends(), 0);
      await turns(2);
      assert.equal(ends(), 1);
    });

    it('waits for a node that is done at once, and says so once', async () => {
      const { ends } = track(quick('a'));
      assert.equal(ends(), 0);
      await turns(10);
      assert.equal(ends(), 1);
    });

    it('waits for a node that is done later', async () => {
      let finish = (): void => undefined;
      const { ends, delivery } = track(node('a', (_, __, done) => (finish = done)));
      await turns(10);
      assert.equal(ends(), 0);
      assert.deepEqual(delivery.holders(), ["function 'a'"]);
      finish();
      await turns(3);
      assert.equal(ends(), 1);
      assert.deepEqual(delivery.holders(), []);
    });

    it('waits for all nodes behind one another, whatever message they pass on', async () => {
      let finish = (): void => undefined;
      const last = node('c', (_, __, done) => (finish = done));
      const middle = node('b', (msg, send, done) => {
        send(last, { ...msg });
        done();
      });
      const first = node('a', (msg, send, done) => {
        // Done before it sends: the flow must not seem to be done in between.
        done();
        send(middle, msg);
      });
      const { ends } = track(first);
      await turns(10);
      assert.equal(ends(), 0);
      finish();
      await turns(3);
      assert.equal(ends(), 1);
    });

    it('follows a message through timers and promises', async () => {
      let finish = (): void => undefined;
      const last = node('b', (_, __, done) => (finish = done));
      const first = node('a', (_, send, done) => {
        setTimeout(() => {
          void Promise.resolve().then(() => {
            send(last, { fresh: true });
            done();
          });
        }, 1);
      });
      const { ends, delivery } = track(first);
      while (delivery.holders()[0] !== "function 'b'") await turns(1);
      await turns(3);
      assert.equal(ends(), 0);
      finish();
      await turns(3);
      assert.equal(ends(), 1);
    });

    it('waits for all branches', async () => {
      const finishes: (() => void)[] = [];
      const slow = (id: string): TestNode => node(id, (_, __, done) => finishes.push(done));
      const { ends } = track(slow('a'), quick('b'), slow('c'));
      await turns(5);
      finishes[1]?.();
      await turns(5);
      assert.equal(ends(), 0);
      finishes[0]?.();
      await turns(5);
      assert.equal(ends(), 1);
    });

    it('waits for two messages at one node', async () => {
      const finishes: (() => void)[] = [];
      const slow = node('a', (_, __, done) => finishes.push(done));
      const { ends, delivery } = track(slow, slow);
      await turns(5);
      finishes[0]?.();
      await turns(5);
      assert.equal(ends(), 0);
      assert.deepEqual(delivery.holders(), ["function 'a'"]);
      finishes[1]?.();
      await turns(5);
      assert.equal(ends(), 1);
    });

    it('takes a second done of a message for nothing', async () => {
      const finishes: (() => void)[] = [];
      const slow = node('a', (_, __, done) => finishes.push(done));
      const { ends } = track(slow, slow);
      await turns(5);
      finishes[0]?.();
      finishes[0]?.();
      await turns(5);
      assert.equal(ends(), 0);
      finishes[1]?.();
      await turns(5);
      assert.equal(ends(), 1);
    });

    it('does not wait for a node that never says when it is done, but for what it does at once', async () => {
      let finish = (): void => undefined;
      const last = node('b', (_, __, done) => (finish = done));
      const mute = node(
        'a',
        (msg, send) => {
          send(last, msg);
        },
        { _expectedDoneCount: 0 },
      );
      const { ends } = track(mute);
      await turns(5);
      assert.equal(ends(), 0);
      finish();
      await turns(5);
      assert.equal(ends(), 1);
      const alone = track(never('m', { _expectedDoneCount: 0 }));
      await turns(5);
      assert.equal(alone.ends(), 1);
    });

    it('sees deliveries that skip the hook before them', async () => {
      let finish = (): void => undefined;
      const behind = node('b', (_, __, done) => (finish = done), { isDirect: true });
      const first = node('a', (msg, send, done) => {
        send(behind, msg);
        setImmediate(done);
      });
      const { ends } = track(first);
      await turns(10);
      assert.equal(ends(), 0);
      finish();
      await turns(5);
      assert.equal(ends(), 1);
    });

    it('names holders by type and name, or id where they have none', async () => {
      const { delivery } = track(
        never('a', { type: 'delay', name: 'wait' }),
        never('b', { type: 'join', name: '' }),
      );
      await turns(3);
      assert.deepEqual(delivery.holders(), ["delay 'wait'", "join 'b'"]);
    });

    it('keeps runs apart', async () => {
      const finishes: (() => void)[] = [];
      const slow = node('a', (_, __, done) => finishes.push(done));
      const [first, second] = [track(slow), track(slow)];
      await turns(5);
      finishes[1]?.();
      await turns(5);
      assert.deepEqual([first.ends(), second.ends()], [0, 1]);
      finishes[0]?.();
      await turns(5);
      assert.deepEqual([first.ends(), second.ends()], [1, 1]);
    });

    it('says nothing about an abandoned run', async () => {
      let finish = (): void => undefined;
      const { ends, delivery } = track(node('a', (_, __, done) => (finish = done)));
      await turns(3);
      delivery.abandon();
      finish();
      await turns(5);
      assert.equal(ends(), 0);
    });

    it('does not count what follows an end as a part of it', async () => {
      let inner: ReturnType<typeof track> | undefined;
      let outerEnds = 0;
      const finishes: (() => void)[] = [];
      const slow = node('slow', (_, __, done) => finishes.push(done));
      tracker.track(
        () => {
          deliver(quick('a'), {});
        },
        () => {
          outerEnds += 1;
          inner = track(slow);
        },
      );
      await turns(10);
      assert.deepEqual([outerEnds, inner?.ends()], [1, 0]);
      finishes[0]?.();
      await turns(5);
      assert.deepEqual([outerEnds, inner?.ends()], [1, 1]);
    });

    it('lets alone messages that are not ours', async () => {
      const { ends, delivery } = track(never('a'));
      await turns(3);
      deliver(never('b'), {});
      deliver(quick('a'), {});
      await turns(5);
      assert.deepEqual(delivery.holders(), ["function 'a'"]);
      assert.equal(ends(), 0);
    });

    it('has its hooks in place only while somebody needs them', () => {
      const names = ['preDeliver', 'onReceive', 'postReceive', 'onComplete'];
      const present = (): boolean[] => names.map((name) => hooks.has(name));
      const other = openCompletionTracker(hooks);
      assert.deepEqual(present(), [true, true, true, true]);
      tracker.close();
      tracker.close();
      assert.deepEqual(present(), [true, true, true, true]);
      other.close();
      assert.deepEqual(present(), [false, false, false, false]);
      tracker = openCompletionTracker(hooks);
      assert.deepEqual(present(), [true, true, true, true]);
    });
  });
