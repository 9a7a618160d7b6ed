/** What the status of a sensr-api says: what runs and waits, else how the last request ended. */
import type { NodeStatusLine } from '../common/status';

export interface ApiSituation {
  readonly running: number;
  readonly waiting: number;
  readonly droppedInLastMinute: number;
  readonly applying: boolean;
  readonly last: LastRequest | undefined;
}

export type LastRequest =
  | { readonly operation: string; readonly durationMs: number; readonly cached: boolean }
  | { readonly operation: string; readonly code: string }
  /** The server took the changes over. */
  | { readonly applied: number };

export type StatusText = (key: string, values?: Readonly<Record<string, string>>) => string;

export function statusLine(situation: ApiSituation, text: StatusText): NodeStatusLine {
  const { running, waiting, droppedInLastMinute: dropped } = situation;
  const line = lineOf(situation, text);
  const suffix = dropped > 0 ? text('dropped', { count: String(dropped) }) : '';
  return { ...line, text: line.text + suffix, sensr: { ...line.sensr, running, waiting, dropped } };
}

function lineOf({ running, waiting, applying, last }: ApiSituation, text: StatusText): NodeStatusLine {
  if (running > 0)
    return {
      fill: 'blue',
      shape: 'dot',
      text:
        waiting > 0
          ? text('waiting', { running: String(running), waiting: String(waiting) })
          : text('running', { running: String(running) }),
    };
  if (applying) return { fill: 'blue', shape: 'ring', text: text('applying') };
  if (!last) return { fill: 'grey', shape: 'ring', text: text('ready') };
  if ('applied' in last) return { fill: 'green', shape: 'dot', text: text('applied') };
  const { operation } = last;
  if ('code' in last)
    return {
      fill: 'red',
      shape: 'ring',
      text: codeText(last.code, text),
      sensr: { operation, code: last.code },
    };
  if (last.cached) return { fill: 'green', shape: 'ring', text: text('cached', { operation }) };
  const duration = String(Math.max(1, Math.round(last.durationMs)));
  return { fill: 'green', shape: 'dot', text: text('done', { operation, duration }) };
}

/** Codes with a short text of their own in the catalogue. */
const KNOWN = new Set([
  'SENSR_TIMEOUT',
  'SENSR_UNREACHABLE',
  'SENSR_TLS',
  'SENSR_BAD_REQUEST',
  'SENSR_BAD_RESPONSE',
  'SENSR_DROPPED',
]);

function codeText(code: string, text: StatusText): string {
  const status = /^SENSR_HTTP_(\d+)$/.exec(code)?.[1];
  if (status !== undefined) return text('http', { status });
  return KNOWN.has(code) ? text(code) : code;
}
