/** A Node-RED seen from outside: deploys through its Admin API, presses buttons, reads what its debug sidebar would show. */
import { EventEmitter, once } from 'node:events';
import WebSocket from 'ws';
import type { FlowNode } from './embedded-node-red';

export interface DebugMessage {
  readonly node: string;
  readonly topic: string;
  readonly payload: unknown;
}

interface CommsMessage {
  readonly topic: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const WAIT_LIMIT_MS = 15_000;

/** Node-RED marks in a debug message what JSON cannot say. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('__enc__' in value) return 'data' in value ? plain(value.data) : undefined;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

function debugMessage({ id, topic, format, msg }: Readonly<Record<string, unknown>>): DebugMessage {
  const isStructure = /^(Object|array|error)/.test(String(format));
  const payload = isStructure ? plain(JSON.parse(String(msg))) : format === 'number' ? Number(msg) : msg;
  return { node: String(id), topic: String(topic ?? ''), payload };
}

export class NodeRedClient extends EventEmitter<{ change: [] }> {
  readonly #url: string;
  readonly #socket: WebSocket;
  #debug: DebugMessage[] = [];
  readonly #statuses = new Map<string, string>();
  /** Of the flows that run: told when all their nodes have started. */
  #revision: unknown;

  static async connect(url: string): Promise<NodeRedClient> {
    const socket = new WebSocket(new URL('comms', url.replace(/^http/, 'ws')));
    await once(socket, 'open');
    for (const subscribe of ['debug', 'status/#']) socket.send(JSON.stringify({ subscribe }));
    return new NodeRedClient(url, socket);
  }

  private constructor(url: string, socket: WebSocket) {
    super();
    this.#url = url;
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      for (const { topic, data: content } of [JSON.parse(data.toString())].flat() as CommsMessage[]) {
        if (topic === 'notification/runtime-deploy') this.#revision = content['revision'];
        if (topic === 'debug') this.#debug.push(debugMessage(content));
        if (topic?.startsWith('status/'))
          this.#statuses.set(topic.slice('status/'.length), String(content?.['text'] ?? ''));
      }
      this.emit('change');
    });
  }

  /** Resolves when the nodes have started. */
  async deploy(flows: readonly FlowNode[]): Promise<void> {
    this.#revision = undefined;
    const answer = await this.#post('flows', { flows }, { 'Node-RED-API-Version': 'v2' });
    const { rev } = (await answer.json()) as { rev: string };
    await this.until(
      () => this.#revision === rev,
      () => `revision ${String(this.#revision)}, not ${rev}`,
    );
  }

  async press(injectId: string): Promise<void> {
    await this.#post(`inject/${injectId}`, {});
  }

  of(node: string): DebugMessage[] {
    return this.#debug.filter((one) => one.node === node);
  }

  status(node: string): string | undefined {
    return this.#statuses.get(node);
  }

  /** Resolves with the messages of a debug node that pass `test`, as soon as there are `count` of them. */
  async wait(
    node: string,
    count = 1,
    test: (one: DebugMessage) => boolean = () => true,
  ): Promise<[DebugMessage, ...DebugMessage[]]> {
    let found: DebugMessage[] = [];
    await this.until(
      () => (found = this.of(node).filter(test)).length >= count,
      () => `${found.length} of ${count} messages at ${node}: ${JSON.stringify(this.#debug.slice(-5))}`,
    );
    return found as [DebugMessage, ...DebugMessage[]];
  }

  /** Resolves when `test` holds, looked at after whatever Node-RED reports. */
  async until(test: () => boolean, seen: () => string): Promise<void> {
    const signal = AbortSignal.timeout(WAIT_LIMIT_MS);
    while (!test())
      await once(this, 'change', { signal }).catch(() => {
        throw new Error(`Not within ${WAIT_LIMIT_MS} ms; seen: ${seen()}`);
      });
  }

  clear(): void {
    this.#debug = [];
    this.#statuses.clear();
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  async #post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(new URL(path, this.#url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
