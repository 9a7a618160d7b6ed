/** A real Node-RED inside the test process, with the built package in its user directory; deploys go through its Admin API. */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Node } from 'node-red';
import RED from 'node-red';

export type FlowNode = { id: string; type: string; z?: string } & Record<string, unknown>;
export type DeployType = 'full' | 'flows' | 'nodes';

export interface Received {
  readonly sink: string;
  readonly msg: Record<string, unknown>;
  readonly atMs: number;
}

/** What Function nodes of a test flow call: `global.get('sink')('name', msg)`. */
export class Sink extends EventEmitter<{ message: [Received] }> {
  readonly all: Received[] = [];

  readonly put = (sink: string, msg: Record<string, unknown>): void => {
    const received = { sink, msg, atMs: performance.now() };
    this.all.push(received);
    this.emit('message', received);
  };

  of(sink: string): Received[] {
    return this.all.filter((one) => one.sink === sink);
  }

  /** Resolves with what came to `sink` as soon as there are `count` of them that pass `test`. */
  async wait(
    sink: string,
    count = 1,
    test: (one: Received) => boolean = () => true,
    limitMs = 15_000,
  ): Promise<Received[]> {
    const matching = (): Received[] => this.of(sink).filter(test);
    const signal = AbortSignal.timeout(limitMs);
    while (matching().length < count)
      await once(this, 'message', { signal }).catch(() => {
        const seen = this.all
          .slice(-5)
          .map(({ sink: at, msg }) => `${at}: ${JSON.stringify(msg)?.slice(0, 300)}`);
        throw new Error(
          `Only ${matching().length} of ${count} messages at '${sink}' in ${limitMs} ms; last seen:\n${seen.join('\n')}`,
        );
      });
    return matching();
  }

  clear(): void {
    this.all.length = 0;
  }
}

export interface Status {
  readonly id: string;
  readonly text?: string;
  readonly fill?: string;
  readonly shape?: string;
}

export interface EmbeddedNodeRed {
  readonly url: string;
  readonly userDir: string;
  readonly sink: Sink;
  readonly deploy: (flows: readonly FlowNode[], type?: DeployType) => Promise<void>;
  readonly node: (id: string) => Node & Record<string, unknown>;
  readonly statuses: Status[];
  /** Resolves with the first status of the node, past ones included, that passes `test`. */
  readonly waitForStatus: (id: string, test: (status: Status) => boolean) => Promise<Status>;
  /** Node-RED's message hooks. */
  readonly hooks: Hooks;
  readonly stop: () => Promise<void>;
}

interface Hooks {
  readonly add: (name: string, handler: (event: { msg: object; node: { id: string } }) => void) => void;
  readonly remove: (name: string) => void;
}

interface RuntimeEvents extends EventEmitter {
  on(event: 'node-status', listener: (status: { id: string; status?: Record<string, string> }) => void): this;
}

/** Node-RED is one per process: start it once per test file, in before(), and stop it in after(). */
export async function startEmbeddedNodeRed(settings: Record<string, unknown> = {}): Promise<EmbeddedNodeRed> {
  const userDir = mkdtempSync(join(tmpdir(), 'sensr-flows-'));
  mkdirSync(join(userDir, 'node_modules'));
  symlinkSync(resolve('.'), join(userDir, 'node_modules', 'node-red-contrib-sensr'));
  const sink = new Sink();
  const statuses: { id: string }[] = [];
  const server: Server = createServer((request, response) => {
    (RED as unknown as { httpAdmin: RequestListener }).httpAdmin(request, response);
  });
  RED.init(server, {
    userDir,
    httpAdminRoot: '/',
    httpNodeRoot: '/',
    flowFile: 'flows.json',
    credentialSecret: 'test',
    logging: { console: { level: process.env['SENSR_TEST_LOG'] ?? 'off', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
    functionGlobalContext: { sink: sink.put },
    externalModules: { autoInstall: false },
    ...settings,
  } as never);
  const events = (RED as unknown as { events: RuntimeEvents }).events;
  // start() does not wait for the flows: the first deploy would take their start for its own.
  const running = once(events, 'flows:started', { signal: AbortSignal.timeout(20_000) });
  await RED.start();
  await running;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const onStatus = ({ id, status }: { id: string; status?: Record<string, string> }): void => {
    statuses.push({ id, ...status });
  };
  events.on('node-status', onStatus);

  return {
    url,
    userDir,
    sink,
    statuses: statuses as Status[],
    hooks: (RED as unknown as { hooks: Hooks }).hooks,
    deploy: async (flows, type = 'full') => {
      const started = once(events, 'flows:started', { signal: AbortSignal.timeout(20_000) });
      const response = await fetch(`${url}/flows`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': type },
        body: JSON.stringify(flows),
      });
      if (!response.ok) throw new Error(`Deploy answered ${response.status}: ${await response.text()}`);
      await started;
    },
    node: (id) => {
      const node: unknown = (RED as unknown as { nodes: { getNode(one: string): unknown } }).nodes.getNode(
        id,
      );
      if (!node) throw new Error(`No node ${id}`);
      return node as Node & Record<string, unknown>;
    },
    waitForStatus: async (id, test) => {
      const signal = AbortSignal.timeout(15_000);
      for (;;) {
        const found = (statuses as Status[]).find((one) => one.id === id && test(one));
        if (found) return found;
        await once(events, 'node-status', { signal }).catch(() => {
          throw new Error(`No such status of ${id}; seen: ${JSON.stringify(statuses)}`);
        });
      }
    },
    stop: async () => {
      events.off('node-status', onStatus);
      await RED.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}
