/** The stream node: wires a Subscription to Node-RED's send, status, errors and close. */
import type { Node } from 'node-red';
import { systemClock } from '../../lib/clock';
import { SensrError } from '../../lib/errors';
import type { Server } from '../../lib/server/server';
import { RateMeter } from '../../lib/stream/rate-meter';
import { Subscription, type SubscriptionOptions } from '../../lib/stream/subscription';
import { onClose } from '../common/close';
import { withServer } from '../common/config-user';
import { onInput } from '../common/input';
import { asMessage, reportError } from '../common/messages';
import { migrate } from '../common/migrate';
import { hooksOf, type Red, type SavedNode } from '../common/red-types';
import { StatusLine } from '../common/status';
import { actionOf } from './actions';
import { openCompletionTracker, outsideOfRuns, type CompletionTracker } from './completion';
import { MIGRATIONS } from './migrations';
import { statusLine, type StatusText } from './status-line';
import { subscriptionOptions } from './subscription-options';

const STATUS_PERIOD_MS = 1000;
/** Long enough that 10 Hz reads as 10.0, short enough that a stop shows. */
const RATE_WINDOW_MS = 5000;
const DROPS_WINDOW_MS = 60_000;

export = (red: Red): void => {
  function SensrStream(this: Node, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const status = new StatusLine(this, systemClock);
    const text: StatusText = (key, values) => red._(`sensr-stream.status.${key}`, values);
    const texts = { noServer: text('noServer'), badConfig: text('badConfig') };
    withServer(red, this, { saved, status, texts }, (server) => {
      const options = subscriptionOptions(migrate(saved, MIGRATIONS));
      const tracker = options.pacing.mode === 'complete' ? completionTracker(red) : undefined;
      run(this, { server, options, tracker, status, text });
    });
  }
  red.nodes.registerType('sensr-stream', SensrStream);
};

interface Parts {
  readonly server: Server;
  readonly options: SubscriptionOptions;
  readonly tracker: CompletionTracker | undefined;
  readonly status: StatusLine;
  readonly text: StatusText;
}

function run(node: Node, { server, options, tracker, status, text }: Parts): void {
  const rate = new RateMeter(RATE_WINDOW_MS);
  const drops = new RateMeter(DROPS_WINDOW_MS);

  const subscription = new Subscription(
    server,
    options,
    {
      send: (message) => {
        node.send(asMessage(message));
      },
      sendTracked: (message, onDone) => {
        const send = (): void => {
          node.send(asMessage(message));
        };
        if (!tracker) throw new Error('Pacing complete without a tracker');
        return tracker.track(send, onDone);
      },
      onStatus: () => {
        showStatus();
      },
      onProblem: (error, count) => {
        const message = count > 1 ? `${error.message} (${count} times)` : error.message;
        const known = new SensrError(error.code, message, error.cause);
        const { name } = server.options;
        reportError(node, known, {
          topic: `${name}/${options.wish.stream}`,
          sensr: { server: name, count },
        });
      },
    },
    systemClock,
  );

  const showStatus = (): void => {
    const nowMs = systemClock.monotonicMs();
    const situation = {
      socket: subscription.socketStatus,
      paused: subscription.paused,
      ratePerS: rate.read(nowMs, subscription.messages).perS,
      droppedInLastMinute: drops.read(nowMs, subscription.counts.dropped).grown,
      backoffMaxMs: server.options.backoffMaxMs,
    };
    status.show(statusLine(situation, text));
  };
  showStatus();
  const stopStatus = systemClock.every(STATUS_PERIOD_MS, showStatus);

  onInput(node, (message) => {
    const action = actionOf(message);
    outsideOfRuns(() => {
      subscription[action]();
      showStatus();
    });
  });
  onClose(node, async (removed) => {
    stopStatus();
    status.close();
    tracker?.close();
    await subscription.close(!removed);
  });
}

function completionTracker(red: Red): CompletionTracker {
  const hooks = hooksOf(red);
  if (!hooks)
    throw new SensrError(
      'SENSR_BAD_CONFIG',
      'pacing: complete needs the message hooks of Node-RED, which this one does not offer',
    );
  return openCompletionTracker(hooks);
}
