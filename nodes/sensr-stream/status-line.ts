/** What the status of a sensr-stream says: from the socket's state and the node's numbers to colour, shape and text. */
import type { SocketStatus } from '../../lib/thread/protocol';
import type { NodeStatusLine } from '../common/status';

export interface StreamSituation {
  readonly socket: SocketStatus;
  readonly paused: boolean;
  /** Messages a second over the last seconds. */
  readonly ratePerS: number;
  readonly droppedInLastMinute: number;
  /** The longest wait between attempts, to tell a long outage from a short one. */
  readonly backoffMaxMs: number;
}

/** Fetches a text of the catalogue's `status` section. */
export type StatusText = (key: string, values?: Readonly<Record<string, string>>) => string;

/** From this share of the longest wait on, the wait itself is no news any more; the reason is. */
const LONG_OUTAGE_SHARE = 0.75;

export function statusLine(situation: StreamSituation, text: StatusText): NodeStatusLine {
  const line = socketLine(situation, text);
  const { socket, droppedInLastMinute: dropped, ratePerS } = situation;
  const suffix = dropped > 0 ? text('dropped', { count: String(dropped) }) : '';
  const { state, attempt, retryInMs, reason } = socket;
  return {
    ...line,
    text: line.text + suffix,
    sensr: { state, attempt, retryInMs, code: reason?.code, rate: ratePerS, dropped },
  };
}

function socketLine(
  { socket, paused, ratePerS, backoffMaxMs }: StreamSituation,
  text: StatusText,
): NodeStatusLine {
  switch (socket.state) {
    case 'open':
      if (paused) return { fill: 'grey', shape: 'ring', text: text('paused') };
      return ratePerS > 0
        ? { fill: 'green', shape: 'dot', text: text('rate', { rate: ratePerS.toFixed(1) }) }
        : { fill: 'green', shape: 'ring', text: text('idle') };
    case 'waiting':
      return waitingLine(socket, backoffMaxMs, text);
    case 'connecting':
      return socket.reason && isForAPerson(socket, backoffMaxMs)
        ? reasonLine(socket, text)
        : { fill: 'yellow', shape: 'ring', text: text('connecting') };
    case 'idle':
    case 'closing':
    case 'closed':
      return { fill: 'yellow', shape: 'ring', text: text('connecting') };
  }
}

function waitingLine(socket: SocketStatus, backoffMaxMs: number, text: StatusText): NodeStatusLine {
  if (isForAPerson(socket, backoffMaxMs)) return reasonLine(socket, text);
  const seconds = String(Math.max(1, Math.round((socket.retryInMs ?? 0) / 1000)));
  return { fill: 'yellow', shape: 'ring', text: text('retry', { seconds, attempt: String(socket.attempt) }) };
}

/** Red: waiting alone will hardly help, or has gone on for long. */
function isForAPerson({ reason, retryInMs }: SocketStatus, backoffMaxMs: number): boolean {
  return reason?.needsPerson === true || (retryInMs ?? 0) >= backoffMaxMs * LONG_OUTAGE_SHARE;
}

function reasonLine({ reason }: SocketStatus, text: StatusText): NodeStatusLine {
  const status = /^SENSR_HTTP_(\d+)$/.exec(reason?.code ?? '')?.[1] ?? '';
  const limit = /of more than (\S+) MB/.exec(reason?.message ?? '')?.[1] ?? '';
  return { fill: 'red', shape: 'ring', text: text(reason?.textKey ?? 'closed', { status, limit }) };
}
