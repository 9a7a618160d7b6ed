/** Owns one soak: starts everything, troubles it by plan, checks it all the time, and says what held. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, type Random } from '../../simulator/random';
import { slopePerMinute, unbalanced, type Sampled } from '../checks';
import { checkEvents, falseDisconnects, miscounted } from './checks';
import { apiId, soakFlows } from './flows';
import { SoakedNodeRed } from './node-red';
import { nextNodeRedTrouble, nextServerTrouble } from './plan';
import type { NodeRedReport } from './protocol';
import { Site, type Window } from './site';

const MB = 1_048_576;
/** Two frames that were under way when something began or ended. */
const MARGIN_MS = 1000;
/** Frames of the last moment are under way, and a blocked loop is not done with them. */
const RECOVERY_LIMIT_MS = 30_000;
const DRAIN_LIMIT_MS = 30_000;
const CHECK_MS = 1000;
const ASK_MS = 500;
/** A slope over less is noise: heaps grow to their working size first. */
const SLOPE_MINUTES = 15;
const MAX_SLOPE_MB_PER_MIN = 2;
const WEIGH_MS = 60_000;
const MAX_RSS_MB = 900;
/** One socket thread, its neighbours in Node.js, and one more while a thread takes over. */
const MAX_THREADS = 40;
const MAX_FILES = 250;
const MAX_REST_CONNECTIONS = 20;
const OPERATIONS = ['health.get', 'zones.list', 'sensors.list'] as const;

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly servers: number;
  readonly say: (line: string) => void;
}

export interface SoakResult {
  readonly violations: readonly string[];
  readonly troubles: Readonly<Record<string, number>>;
  readonly events: { readonly expected: number; readonly received: number };
  readonly messages: number;
  readonly connections: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly checks: number;
  readonly slowestRecoveryMs: number;
  readonly peakRssMB: number;
  readonly slopeMBPerMin: number;
  /** Of the JavaScript heap without garbage, in which the events are that the soak itself remembers. */
  readonly aliveSlopeMBPerMin: number;
  readonly peakThreads: number;
  readonly peakFiles: number;
}

export class Soak {
  readonly #options: SoakOptions;
  readonly #sites: Site[];
  readonly #violations: string[] = [];
  readonly #troubles: Record<string, number> = {};
  readonly #rss: Sampled[] = [];
  readonly #alive: Sampled[] = [];
  readonly #peaks = { threads: 0, files: 0, restConnections: 0 };
  #nodeRed!: SoakedNodeRed;
  #generation = 0;
  #isOver = false;
  #isDeploying = false;
  #checks = 0;
  #requests = 0;
  #slowestRecoveryMs = 0;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#sites = Array.from({ length: options.servers }, (_, index) => new Site(options.seed + index));
  }

  async run(): Promise<SoakResult> {
    const { minutes, seed } = this.#options;
    await Promise.all(this.#sites.map((site) => site.start()));
    const starts = this.#sites.map(({ windows }) => open(windows, 'start', 0));
    this.#nodeRed = await SoakedNodeRed.start(this.#sites.length);
    try {
      await this.#deploy('full');
      await Promise.all(this.#sites.map((_, index) => this.#recovered(index)));
      for (const start of starts) start.untilMs = Date.now() + MARGIN_MS;
      const loops = [
        ...this.#sites.map((site, index) =>
          this.#troubleServer(site, index, createRandom(seed * 1000 + index)),
        ),
        this.#troubleNodeRed(createRandom(seed * 1000 + 999)),
        this.#watch(),
        this.#askRest(),
      ];
      await Promise.race([wait(minutes * 60_000), ...loops]);
      this.#isOver = true;
      await Promise.all(loops);
      return await this.#result();
    } finally {
      this.#isOver = true;
      await this.#nodeRed.stop();
      await Promise.all(this.#sites.map((site) => site.stop()));
    }
  }

  // ---- trouble ----

  async #troubleServer(site: Site, index: number, random: Random): Promise<void> {
    await wait(random.between(500, 2500));
    while (!this.#isOver) {
      const trouble = nextServerTrouble(random);
      const lastsMs = Math.round(random.between(500, 5000));
      this.#note(`server ${index}: ${trouble.name} for ${lastsMs} ms`, trouble.name);
      const window = trouble.isHarmless ? undefined : open(site.windows, trouble.name);
      if (trouble.restarts) {
        await site.kill();
        await wait(lastsMs);
        await site.start();
      } else {
        for (const fault of trouble.faults) await site.setFault(fault);
        await wait(lastsMs);
        await site.clearFaults();
      }
      await this.#recovered(index);
      if (window) window.untilMs = Date.now() + MARGIN_MS;
      await wait(random.between(1500, 4000));
    }
  }

  async #troubleNodeRed(random: Random): Promise<void> {
    while (!this.#isOver) {
      await wait(random.between(2000, 6000));
      const trouble = nextNodeRedTrouble(random);
      const how = trouble.kind === 'deploy' ? trouble.type : `for ${trouble.ms} ms`;
      this.#note(
        `Node-RED: ${trouble.kind} ${how}`,
        `${trouble.kind}${trouble.kind === 'deploy' ? ` ${how}` : ''}`,
      );
      if (trouble.kind === 'deploy') await this.#deploy(trouble.type);
      else if (trouble.kind === 'block') await this.#nodeRed.ask({ op: 'block', ms: trouble.ms });
      else {
        await this.#nodeRed.ask({ op: 'stall', isStalled: true });
        await wait(trouble.ms);
        await this.#nodeRed.ask({ op: 'stall', isStalled: false });
      }
    }
  }

  /** Nodes that are made anew listen anew: connections may end, events of that moment are for nobody. */
  async #deploy(type: 'full' | 'nodes' | 'flows'): Promise<void> {
    this.#generation += 1;
    this.#isDeploying = true;
    const windows = this.#sites.map(({ windows: all }) => open(all, `deploy ${type}`));
    const flows = soakFlows(
      this.#sites.map(({ ports }) => ports),
      this.#generation,
    );
    await this.#nodeRed.ask({ op: 'deploy', flows, type });
    this.#isDeploying = false;
    for (const window of windows) window.untilMs = Number.POSITIVE_INFINITY;
    void Promise.all(
      windows.map(async (window, index) => {
        await this.#recovered(index);
        window.untilMs = Date.now() + MARGIN_MS;
      }),
    );
  }

  async #askRest(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      await wait(ASK_MS);
      if (this.#isDeploying) continue;
      const operation = OPERATIONS[turn % OPERATIONS.length] ?? OPERATIONS[0];
      this.#requests += 1;
      await this.#nodeRed.ask({ op: 'ask', node: apiId(turn % this.#sites.length), operation });
    }
  }

  // ---- checks ----

  async #watch(): Promise<void> {
    let weighMs = Date.now() + WEIGH_MS;
    while (!this.#isOver) {
      await wait(CHECK_MS);
      const { rssBytes, threads, sockets } = this.#nodeRed.usage();
      this.#rss.push({ atMs: Date.now(), value: rssBytes / MB });
      this.#peaks.threads = Math.max(this.#peaks.threads, threads);
      this.#peaks.files = Math.max(this.#peaks.files, sockets);
      if (this.#isDeploying) continue;
      const report = await this.#nodeRed.report();
      this.#checks += 1;
      if (Date.now() >= weighMs) {
        weighMs += WEIGH_MS;
        await this.#weigh();
      }
      for (const server of report.servers)
        if (server) this.#violations.push(...unbalanced(server).map((line) => `books: ${line}`));
    }
  }

  /** What is alive, without garbage: RSS has free pieces of the allocator in it. */
  async #weigh(): Promise<void> {
    await this.#nodeRed.ask({ op: 'collect' });
    const { heapUsedBytes } = await this.#nodeRed.report();
    this.#alive.push({ atMs: Date.now(), value: heapUsedBytes / MB });
    this.#options.say(`alive: ${(heapUsedBytes / MB).toFixed(1)} MB`);
  }

  /** Both sockets of the server are open, in the eyes of Node-RED, and messages come. */
  async #recovered(index: number): Promise<void> {
    const startMs = performance.now();
    for (;;) {
      const report = await this.#nodeRed.report();
      const server = report.servers[index];
      if (server?.output.status.state === 'open' && server.points.status.state === 'open') break;
      const tookMs = performance.now() - startMs;
      if (tookMs > RECOVERY_LIMIT_MS) {
        this.#violations.push(
          `recovery: server ${index} is ${server?.output.status.state} after ${tookMs} ms`,
        );
        return;
      }
      await wait(100);
    }
    this.#slowestRecoveryMs = Math.max(this.#slowestRecoveryMs, performance.now() - startMs);
  }

  async #drained(): Promise<NodeRedReport> {
    const endMs = Date.now() + DRAIN_LIMIT_MS;
    for (;;) {
      const report = await this.#nodeRed.report();
      const queued = report.servers
        .flatMap((server) => Object.values(server?.streams ?? {}))
        .reduce((sum, one) => sum + one.queued, 0);
      const { asked, ended } = report.requests;
      if ((queued === 0 && asked === ended) || Date.now() > endMs) {
        if (queued > 0) this.#violations.push(`queues: ${queued} frames are never emitted`);
        if (asked !== ended) this.#violations.push(`requests: ${asked} asked, ${ended} ended`);
        return report;
      }
      await wait(200);
    }
  }

  async #result(): Promise<SoakResult> {
    // From here on all messages are counted, with nothing between them and the end.
    await this.#deploy('full');
    await Promise.all(this.#sites.map((_, index) => this.#recovered(index)));
    await wait(2 * MARGIN_MS);
    const untilMs = Date.now();
    await wait(MARGIN_MS);
    await Promise.all(this.#sites.map((site) => site.quiet()));
    const report = await this.#drained();
    const received = await this.#nodeRed.events();
    let expected = 0;
    let connections = 0;
    for (const [index, site] of this.#sites.entries()) {
      const who = `server ${index}`;
      const server = report.servers[index];
      if (server) {
        this.#violations.push(...unbalanced(server).map((line) => `books: ${line}`));
        this.#violations.push(...miscounted(server, report.sinks).map((line) => `counts: ${line}`));
      }
      const all = await site.connections();
      connections += all.length;
      this.#violations.push(
        ...falseDisconnects(all, site.windows).map((line) => `false disconnect: ${who} ${line}`),
      );
      const events = checkEvents(await site.publishedEvents(), received[index] ?? [], site.windows, untilMs);
      expected += events.expected;
      if (events.lost.length > 0)
        this.#violations.push(
          `events lost: ${who} ${events.lost.length}: ${events.lost.slice(0, 3).join(', ')}`,
        );
      if (events.twice.length > 0)
        this.#violations.push(
          `events twice: ${who} ${events.twice.length}: ${events.twice.slice(0, 3).join(', ')}`,
        );
      if (events.outOfOrder > 0) this.#violations.push(`events out of order: ${who} ${events.outOfOrder}`);
      const { ports } = await site.stats();
      for (const kind of ['output', 'points'] as const)
        if (ports[kind].connectionsNow !== 1)
          this.#violations.push(`sockets: ${who} has ${ports[kind].connectionsNow} ${kind} connections`);
      if (ports.rest.connectionsMost > MAX_REST_CONNECTIONS)
        this.#violations.push(`sockets: ${who} had ${ports.rest.connectionsMost} REST connections`);
    }
    this.#violations.push(...report.outOfOrder.map((name) => `order: ${name}`));
    this.#violations.push(...report.uncaught.map((line) => `uncaught: ${line}`));
    if (report.errors['none']) this.#violations.push(`errors: ${report.errors['none']} without a code`);
    await this.#nodeRed.ask({ op: 'collect' });
    const count = received.reduce((sum, all) => sum + all.length, 0);
    return this.#summary(report, { expected, received: count }, connections);
  }

  #summary(report: NodeRedReport, events: SoakResult['events'], connections: number): SoakResult {
    const peakRssMB = Math.max(...this.#rss.map(({ value }) => value));
    const slopeMBPerMin = slopePerMinute(this.#rss.slice(Math.floor(this.#rss.length / 4)));
    if (peakRssMB > MAX_RSS_MB) this.#violations.push(`memory: ${peakRssMB.toFixed(0)} MB`);
    if (this.#options.minutes >= SLOPE_MINUTES && slopeMBPerMin > MAX_SLOPE_MB_PER_MIN)
      this.#violations.push(`memory: grows by ${slopeMBPerMin.toFixed(1)} MB a minute`);
    if (this.#peaks.threads > MAX_THREADS) this.#violations.push(`threads: ${this.#peaks.threads}`);
    if (this.#peaks.files > MAX_FILES) this.#violations.push(`open files: ${this.#peaks.files}`);
    return {
      violations: this.#violations,
      troubles: this.#troubles,
      events,
      messages: report.messages,
      connections,
      errors: report.errors,
      requests: this.#requests,
      checks: this.#checks,
      slowestRecoveryMs: Math.round(this.#slowestRecoveryMs),
      peakRssMB: Math.round(peakRssMB),
      slopeMBPerMin: Math.round(slopeMBPerMin * 10) / 10,
      aliveSlopeMBPerMin: Math.round(slopePerMinute(this.#alive) * 100) / 100,
      peakThreads: this.#peaks.threads,
      peakFiles: this.#peaks.files,
    };
  }

  #note(line: string, name: string): void {
    this.#troubles[name] = (this.#troubles[name] ?? 0) + 1;
    this.#options.say(line);
  }
}

/** Open until somebody sets its end. */
function open(windows: Window[], why: string, fromMs = Date.now() - MARGIN_MS): Window {
  const window = { fromMs, untilMs: Number.POSITIVE_INFINITY, why };
  windows.push(window);
  return window;
}
