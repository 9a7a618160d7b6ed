/** The command as a user runs it, and that nothing is left of a closed simulator: each in a process of its own. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { parseCommandLine, parseFaultText } from '../../../simulator/cli-options';

const PROJECT = join(__dirname, '../../..');
const ANY_PORTS = ['output', 'points', 'rest', 'admin'].flatMap((kind) => [`--${kind}-port`, '0']);
/** Starting TypeScript takes a second; far beyond that something hangs. */
const PATIENCE_MS = 15_000;

interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly waitForText: (text: RegExp) => Promise<void>;
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
}

const children: ChildProcess[] = [];

const run = (file: string, args: readonly string[] = []): Child => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(PROJECT, file), ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const waiting: (() => void)[] = [];
  const onData = (data: Buffer): void => {
    output += data.toString();
    for (const check of waiting) check();
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  const exit = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  const waitForText = (text: RegExp): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(() => {
        if (text.test(output)) resolve();
      });
      onData(Buffer.of());
    });
  return { process: child, output: () => output, waitForText, exit };
};

describe('sensr-simulator command', function () {
  this.timeout(PATIENCE_MS);
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`says where it listens and ends cleanly on ${signal}`, async () => {
      const child = run('simulator/cli.ts', ANY_PORTS);
      await child.waitForText(/admin {2}http:\/\/127\.0\.0\.1:\d+\n/);
      const lines = child.output().trim().split('\n');
      assert.equal(lines.length, 4, child.output());
      const url = /output (ws:\/\/127\.0\.0\.1:\d+)/.exec(child.output())?.[1] ?? '';
      const socket = new WebSocket(url);
      await once(socket, 'message');
      const closed = once(socket, 'close');
      child.process.kill(signal);
      assert.deepEqual(await child.exit, { code: 0, signal: null });
      await closed;
    });

  it('explains itself', async () => {
    const child = run('simulator/cli.ts', ['--help']);
    assert.equal((await child.exit).code, 0);
    for (const word of ['--busy', '--link-bytes-per-second', '--fault', 'silentAccept', '--tls-key'])
      assert.ok(child.output().includes(word), word);
  });

  it('says what is wrong with an option and exits with 2', async () => {
    const child = run('simulator/cli.ts', ['--output-hz', 'fast']);
    assert.equal((await child.exit).code, 2);
    assert.match(child.output(), /--output-hz must be a number, not 'fast'/);
  });

  it('says that a port is taken and exits with 1, or takes another with --any-port', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    try {
      await once(blocker, 'listening');
      const { port } = blocker.address() as { port: number };
      const args = [...ANY_PORTS, '--points-port', String(port)];
      const refused = run('simulator/cli.ts', args);
      assert.equal((await refused.exit).code, 1);
      assert.match(refused.output(), new RegExp(`port ${port} is taken`));
      const other = run('simulator/cli.ts', [...args, '--any-port']);
      await other.waitForText(/admin/);
      assert.ok(!other.output().includes(`points ws://127.0.0.1:${port}\n`));
    } finally {
      blocker.close();
    }
  });
});

describe('sensr-simulator options', () => {
  it('turns units and totals into what the simulator takes', () => {
    const { options, faults } = parseCommandLine([
      ...['--points', '1000', '--send-buffer-mb', '2', '--ping-interval', '1.5', '--pong-timeout', '3'],
      ...['--link-bytes-per-second', '5000000', '--busy', '--no-details', '--user', 'a', '--seed', '4'],
      ...['--api', '2.4', '--version-prefix', 'v2.4.6', '--sensors', '50', '--zones', '20'],
      ...['--rest-delay', '20', '--mode-change', '100', '--save-delay', '300'],
      ...['--fault', 'points:link=1000', '--fault', 'close=1001:timeout'],
    ]);
    assert.deepEqual(options, {
      outputPort: 5050,
      pointsPort: 5051,
      restPort: 9080,
      adminPort: 9081,
      seed: 4,
      busy: true,
      details: false,
      groundPoints: 253,
      backgroundPoints: 747,
      flood: false,
      linkBytesPerSecond: 5_000_000,
      sendBufferBytes: 2 * 1024 * 1024,
      pingIntervalMs: 1500,
      pongTimeoutMs: 3000,
      api: '2.4',
      versionPrefix: 'v2.4.6',
      sensors: 50,
      zones: 20,
      restDelayMs: 20,
      modeChangeMs: 100,
      saveMs: 300,
      username: 'a',
    });
    assert.deepEqual(faults, [
      { name: 'link', port: 'points', bytesPerSecond: 1000 },
      { name: 'close', code: 1001, reason: 'timeout' },
    ]);
  });

  it('reads faults from short texts', () => {
    assert.deepEqual(parseFaultText('garbage'), { name: 'garbage' });
    assert.deepEqual(parseFaultText('oversize=70000000:3'), {
      name: 'oversize',
      bytes: 70_000_000,
      every: 3,
    });
    assert.deepEqual(parseFaultText('generation=3.0'), { name: 'generation', generation: '3.0' });
    for (const wrong of ['fire', 'link', 'link=fast', 'freeze=1', 'moon:freeze', 'text=0'])
      assert.throws(() => parseFaultText(wrong), /fault|port/, wrong);
  });

  it('names an option that cannot be', () => {
    for (const [args, message] of [
      [['--moon'], /--moon/],
      [['--tls-key', 'x'], /go together/],
      [['--tls-key', 'nowhere.pem', '--tls-cert', 'nowhere.pem'], /cannot read nowhere.pem/],
      [['extra'], /extra/],
    ] as const)
      assert.throws(() => parseCommandLine(args), message);
  });
});

describe('a closed simulator', function () {
  this.timeout(PATIENCE_MS);

  it('leaves nothing that keeps a process alive, whatever it was doing', async () => {
    const child = run('test/unit/simulator/helpers/close-child.ts');
    assert.deepEqual(await child.exit, { code: 0, signal: null }, child.output());
    assert.match(child.output(), /waiting ended: the simulator was closed/);
  });
});
