/** Node-RED in a process of its own, which does what the soaking process tells it, and counts what its flows saw. */
import type { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import RED from 'node-red';
import type { ServerReport } from '../../lib/server/server';
import {
  startEmbeddedNodeRed,
  type DeployType,
  type EmbeddedNodeRed,
} from '../../test/helpers/embedded-node-red';
import { eventKey } from '../checks';
import { configId } from './flows';
import type { NodeRedReport, Question } from './protocol';

interface Counts {
  messages: number;
  lastSequence: number;
}

interface EventPayload {
  readonly type: string;
  readonly timestamp: number;
  readonly zoneId?: number;
  readonly object?: { readonly id: number };
}

const MAX_LINES = 20;
const { events: runtimeEvents } = RED as unknown as { events: EventEmitter };
const servers = Number(process.argv[2]);
const sinks = new Map<string, Counts>();
const events: string[][] = Array.from({ length: servers }, () => []);
const errors: Record<string, number> = {};
const uncaught: string[] = [];
const outOfOrder: string[] = [];
let messages = 0;
const requests = { asked: 0, ended: 0 };
let isStalled = false;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** @returns 'hold' for a message that the flow shall not finish */
function note(sink: string, msg: Record<string, unknown>): string | undefined {
  if (sink === 'errors') {
    const { code = 'none' } = msg['error'] as { code?: string };
    errors[code] = (errors[code] ?? 0) + 1;
    const source = (msg['error'] as { source?: { type?: string } }).source;
    if (source?.type === 'sensr-api') requests.ended += 1;
    return undefined;
  }
  if (sink.startsWith('api-')) {
    requests.ended += 1;
    return undefined;
  }
  const { sequence } = msg['sensr'] as { sequence: number };
  let counts = sinks.get(sink);
  if (!counts) sinks.set(sink, (counts = { messages: 0, lastSequence: 0 }));
  counts.messages += 1;
  messages += 1;
  // Several events of one frame share its sequence.
  if (sequence < counts.lastSequence) outOfOrder.push(`${sink}: ${sequence} after ${counts.lastSequence}`);
  if (outOfOrder.length > MAX_LINES) outOfOrder.shift();
  counts.lastSequence = sequence;
  const [, server] = /^events-(\d+)$/.exec(sink) ?? [];
  if (server !== undefined) {
    const { type, timestamp, zoneId, object } = msg['payload'] as EventPayload;
    events[Number(server)]?.push(eventKey({ type, timestamp, zoneId, objectId: object?.id }));
  }
  return isStalled && sink.startsWith('points-') ? 'hold' : undefined;
}

function report(nodeRed: EmbeddedNodeRed): NodeRedReport {
  const serverReport = (server: number): ServerReport | undefined => {
    try {
      const node = nodeRed.node(configId(server)) as unknown as { server?: { report(): ServerReport } };
      return node.server?.report();
    } catch {
      // In the middle of a deploy.
      return undefined;
    }
  };
  return {
    sinks: Object.fromEntries(sinks),
    messages,
    outOfOrder,
    servers: events.map((_, server) => serverReport(server)),
    errors,
    requests,
    uncaught,
    heapUsedBytes: process.memoryUsage().heapUsed,
  };
}

/** A node that is made anew counts anew. */
function countAnew(type: DeployType): void {
  for (const counts of sinks.values()) counts.lastSequence = 0;
  if (type !== 'full') return;
  sinks.clear();
  Object.assign(requests, { asked: 0, ended: 0 });
}

async function main(): Promise<void> {
  for (const name of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(name, (error: unknown) => {
      uncaught.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  const nodeRed = await startEmbeddedNodeRed({ functionGlobalContext: { sink: note } });
  const answer = async (question: Question): Promise<unknown> => {
    switch (question.op) {
      case 'deploy':
        // Between the old nodes and the new: when the deploy has ended, the first messages may have arrived.
        runtimeEvents.once('flows:stopped', () => {
          countAnew(question.type);
        });
        await nodeRed.deploy(question.flows, question.type);
        return true;
      case 'report':
        return report(nodeRed);
      case 'events':
        return events;
      case 'block': {
        const endMs = performance.now() + question.ms;
        while (performance.now() < endMs);
        return true;
      }
      case 'stall':
        ({ isStalled } = question);
        return true;
      case 'ask':
        requests.asked += 1;
        (nodeRed.node(question.node) as unknown as { receive(msg: object): void }).receive({
          operation: question.operation,
        });
        return true;
      case 'collect':
        // Nobody looks at them here.
        nodeRed.statuses.length = 0;
        collect();
        return true;
      case 'stop':
        await nodeRed.stop();
        return true;
    }
  };
  process.on('message', ({ id, question }: { id: number; question: Question }) => {
    void answer(question).then(
      (value) => {
        process.send?.({ id, value });
        if (question.op === 'stop') process.disconnect();
      },
      (error: unknown) => process.send?.({ id, failure: String(error) }),
    );
  });
  process.send?.({ id: 0, value: true });
}

void main();
