/** Node-RED in a process of its own, told by its parent what to deploy, and reporting what its flows saw. */
import { getHeapStatistics } from 'node:v8';
import { startEmbeddedNodeRed, type FlowNode, type Received } from '../../test/helpers/embedded-node-red';
import { CONFIG } from '../../test/helpers/flows';
import type { ServerReport } from '../../lib/server/server';
import { eventKey } from '../checks';
import type { ChildReport, SinkReport, ToChild } from './protocol';

interface Tally {
  count: number;
  ages: number[];
  events: string[];
  lastSequence: number;
  outOfOrder: number;
  reportedDrops: number;
}

/** What is noted must not look like a leak: ages of the last ones, and the last statuses. */
const AGES_KEPT = 20_000;
const STATUSES_KEPT = 200;
const TRIM_MS = 1000;

interface SensrPart {
  readonly receivedAt: number;
  readonly sequence: number;
  readonly dropped: number;
}

interface EventPayload {
  readonly type: string;
  readonly timestamp: number;
  readonly zoneId?: number;
  readonly object?: { readonly id: number };
}

const tallies = new Map<string, Tally>();
const errors: ChildReport['errors'] = [];

function note({ sink, msg }: Received): void {
  if (sink === 'errors') {
    const { code, message } = msg['error'] as { code?: string; message: string };
    errors.push({ code: code ?? '', message });
    return;
  }
  let tally = tallies.get(sink);
  if (!tally)
    tallies.set(
      sink,
      (tally = { count: 0, ages: [], events: [], lastSequence: 0, outOfOrder: 0, reportedDrops: 0 }),
    );
  const sensr = msg['sensr'] as SensrPart;
  tally.ages[tally.count % AGES_KEPT] = Date.now() - sensr.receivedAt;
  tally.count += 1;
  // Several events of one frame share its sequence.
  if (sensr.sequence < tally.lastSequence) tally.outOfOrder += 1;
  tally.lastSequence = sensr.sequence;
  tally.reportedDrops += sensr.dropped;
  if (sink === 'events') {
    const { type, timestamp, zoneId, object } = msg['payload'] as EventPayload;
    tally.events.push(eventKey({ type, timestamp, zoneId, objectId: object?.id }));
  }
}

function summary({ count, ages, events, outOfOrder, reportedDrops, lastSequence }: Tally): SinkReport {
  const sorted = [...ages].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    count,
    outOfOrder,
    reportedDrops,
    lastSequence,
    ageMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    events,
  };
}

async function main(): Promise<void> {
  const nodeRed = await startEmbeddedNodeRed();
  nodeRed.sink.on('message', (received) => {
    note(received);
    // Payloads are the flow's; the test process keeps numbers only.
    nodeRed.sink.clear();
  });
  const report = (): ChildReport => {
    const config = nodeRed.node(CONFIG) as unknown as { server?: { report(): ServerReport } };
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    return {
      rss,
      heapUsed,
      external,
      arrayBuffers,
      heapLimit: getHeapStatistics().heap_size_limit,
      cpu: process.cpuUsage(),
      server: config.server?.report(),
      sinks: Object.fromEntries([...tallies].map(([name, tally]) => [name, summary(tally)])),
      errors,
      statuses: nodeRed.statuses
        .slice(-STATUSES_KEPT)
        .map(({ id, text, fill }) => `${id} ${fill ?? ''} ${text ?? ''}`),
    };
  };
  setInterval(() => nodeRed.statuses.splice(0, nodeRed.statuses.length - STATUSES_KEPT), TRIM_MS).unref();
  process.on('message', (message: ToChild) => {
    const reply = (value: unknown): void => void process.send?.({ id: message.id, value });
    if (message.op === 'deploy') void nodeRed.deploy(message.flows as FlowNode[]).then(() => reply(true));
    else if (message.op === 'report') reply(report());
    else
      void nodeRed.stop().then(() => {
        reply(true);
        process.disconnect();
      });
  });
  // Also when the parent was killed.
  process.once('disconnect', () => process.exit());
  process.send?.({ id: 0, value: 'ready' });
}

void main();
