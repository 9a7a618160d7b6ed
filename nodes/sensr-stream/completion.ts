/** Follows a message through the flow and tells when it and all its branches are done: one tracker for the process. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock } from '../../lib/clock';
import type { Delivery } from '../../lib/stream/deliveries';
import type { HookEvent, HookedNode, Hooks } from '../common/red-types';

/** One message of ours under way. Holds names and counts of nodes, never a message. */
interface Run {
  /** Node id to how many messages it has, and its name. */
  readonly holders: Map<string, { count: number; readonly name: string }>;
  onDone: (() => void) | undefined;
  checking: boolean;
}

interface Claim {
  readonly run: Run;
  readonly nodeId: string;
  /** The node never says when it is done: what it did at once is all we can wait for. */
  readonly isMute: boolean;
}

const LABEL = 'sensrStreamCompletion';

const under = new AsyncLocalStorage<Run>();
/** By message identity, since `_msgid` is no run: clones share it and split makes new ones. */
let claims = new WeakMap<object, Claim[]>();
let users = 0;

const nameOf = (node: HookedNode | undefined, id: string): string =>
  node ? `${node.type} '${node.name === undefined || node.name === '' ? id : node.name}'` : id;

/** A node was, or is about to be, handed a message that descends from one of ours. */
function claim({ msg, destination }: HookEvent): void {
  const run = under.getStore();
  if (!run?.onDone || !destination) return;
  const { id: nodeId, node } = destination;
  const present = claims.get(msg) ?? [];
  // preDeliver and onReceive tell of the same delivery; some deliveries have only the second.
  if (present.some((one) => one.run === run && one.nodeId === nodeId)) return;
  claims.set(msg, [...present, { run, nodeId, isMute: node?._expectedDoneCount === 0 }]);
  const holder = run.holders.get(nodeId);
  if (holder) holder.count += 1;
  else run.holders.set(nodeId, { count: 1, name: nameOf(node, nodeId) });
}

function settle(msg: object, nodeId: string, onlyMute: boolean): void {
  const present = claims.get(msg);
  const found = present?.find((one) => one.nodeId === nodeId && (!onlyMute || one.isMute));
  if (!present || !found) return;
  claims.set(
    msg,
    present.filter((one) => one !== found),
  );
  const holder = found.run.holders.get(nodeId);
  if (holder) holder.count -= 1;
  if (holder?.count === 0) found.run.holders.delete(nodeId);
  checkAtEndOfTurn(found.run);
}

/** Not at once: a node may be done with a message and send the next one in the same breath. */
function checkAtEndOfTurn(run: Run): void {
  if (run.checking || run.holders.size > 0) return;
  run.checking = true;
  // Outside of the run, or what follows would count as a part of it.
  under.exit(() =>
    systemClock.afterPoll(() => {
      run.checking = false;
      if (run.holders.size > 0) return;
      const { onDone } = run;
      run.onDone = undefined;
      onDone?.();
    }),
  );
}

/** What a message asks a stream to do is no part of that message: what the stream sends then must not hold it up. */
export const outsideOfRuns = (action: () => void): void => {
  under.exit(action);
};

function install(hooks: Hooks): void {
  hooks.remove(`*.${LABEL}`);
  hooks.add(`preDeliver.${LABEL}`, (event) => {
    claim(event);
  });
  hooks.add(`onReceive.${LABEL}`, (event) => {
    claim(event);
  });
  hooks.add(`postReceive.${LABEL}`, ({ msg, destination }) => {
    if (destination) settle(msg, destination.id, true);
  });
  hooks.add(`onComplete.${LABEL}`, ({ msg, node }) => {
    if (node) settle(msg, node.id, false);
  });
}

export interface CompletionTracker {
  /** Calls `send`, and `onDone` once, in a later turn, when the flow is done with what it sent. */
  readonly track: (send: () => void, onDone: () => void) => Delivery;
  readonly close: () => void;
}

/** The hooks are there only while some node needs them: they cost every message in the process a little. */
export function openCompletionTracker(hooks: Hooks): CompletionTracker {
  if (users === 0) install(hooks);
  users += 1;
  let isOpen = true;
  return {
    track: (send, onDone) => {
      const run: Run = { holders: new Map(), onDone, checking: false };
      under.run(run, send);
      checkAtEndOfTurn(run);
      return {
        holders: () => [...run.holders.values()].map(({ name }) => name),
        abandon: () => {
          run.onDone = undefined;
        },
      };
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      users -= 1;
      if (users > 0) return;
      hooks.remove(`*.${LABEL}`);
      claims = new WeakMap();
    },
  };
}
