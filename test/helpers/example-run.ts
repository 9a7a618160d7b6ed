/** Runs examples in one real Node-RED: deploys one after the other, and reads their debug nodes by name. */
import { startNodeRed, type NodeRed } from '../editor/node-red';
import type { Simulator } from '../../simulator/server';
import type { FlowNode } from './embedded-node-red';
import { DASHBOARD, forSimulator, idOf, readExample } from './examples';
import { NodeRedClient, type DebugMessage } from './node-red-client';

/** Large enough that no debug message of an example is cut short. */
const DEBUG_MAX_LENGTH = 100_000;

export class ExampleRun {
  readonly client: NodeRedClient;
  readonly url: string;
  readonly #nodeRed: NodeRed;
  #flow: readonly FlowNode[] = [];

  static async start(): Promise<ExampleRun> {
    const settings = { debugMaxLength: DEBUG_MAX_LENGTH };
    const nodeRed = await startNodeRed({ settings, packages: [DASHBOARD] });
    return new ExampleRun(nodeRed, await NodeRedClient.connect(nodeRed.url));
  }

  private constructor(nodeRed: NodeRed, client: NodeRedClient) {
    this.#nodeRed = nodeRed;
    this.client = client;
    this.url = nodeRed.url;
  }

  /** @param change a last change to the flow, for what a test cannot do without */
  async deploy(
    name: string,
    simulator: Simulator,
    env: Readonly<Record<string, string>> = {},
    change: (node: FlowNode) => FlowNode = (node) => node,
  ): Promise<void> {
    this.#flow = readExample(name);
    await this.client.deploy([]);
    this.client.clear();
    await this.client.deploy(forSimulator(this.#flow, simulator, env).map(change));
  }

  id(type: string, name: string): string {
    return idOf(this.#flow, type, name);
  }

  async press(button: string): Promise<void> {
    await this.client.press(this.id('inject', button));
  }

  of(debug: string): DebugMessage[] {
    return this.client.of(this.id('debug', debug));
  }

  async wait(
    debug: string,
    count = 1,
    test?: (one: DebugMessage) => boolean,
  ): Promise<[DebugMessage, ...DebugMessage[]]> {
    return this.client.wait(this.id('debug', debug), count, test);
  }

  /** The next message from now on. */
  async next(debug: string): Promise<DebugMessage> {
    const before = this.of(debug).length;
    const all = await this.wait(debug, before + 1);
    return all[before] ?? all[0];
  }

  log(): string {
    return this.#nodeRed.log();
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.#nodeRed.stop();
  }
}
