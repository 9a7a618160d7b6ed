import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HealthLog, type HealthLogOptions } from '../../../nodes/health/health-log';
import { outdated } from '../../../nodes/health/old-logs';
import { FakeClock } from '../../helpers/fake-clock';

type Line = Readonly<Record<string, unknown>>;

const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('HealthLog', () => {
  let directory = '';
  let path = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sensr-log-'));
    path = join(directory, 'sensr-health.log');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  function start(options: Partial<HealthLogOptions> = {}) {
    const clock = new FakeClock();
    const problems: string[] = [];
    const events = new EventEmitter();
    const [broken, recovered] = ['broken', 'recovered'].map((event) => once(events, event));
    const log = new HealthLog(
      { directory, ...options },
      {
        onProblem: (message) => {
          problems.push(message);
          events.emit('broken');
        },
        onRecovered: () => {
          events.emit('recovered');
        },
      },
      clock,
    );
    return { clock, problems, broken, recovered, log };
  }

  it('writes a line for each record, in order, and flushes on close', async () => {
    const { log, problems, clock } = start();
    for (let n = 0; n < 200; n += 1) log.write({ event: 'TEST', n });
    await log.close();
    assert.deepEqual(
      linesOf(path),
      Array.from({ length: 200 }, (_, n) => ({ event: 'TEST', n })),
    );
    assert.deepEqual(problems, []);
    assert.equal(clock.pending, 0);
  });

  it('goes on with the file of the process before', async () => {
    for (const n of [1, 2]) {
      const { log } = start();
      log.write({ n });
      await log.close();
    }
    assert.deepEqual(linesOf(path), [{ n: 1 }, { n: 2 }]);
  });

  it('does not join its first line to one that was cut off', async () => {
    writeFileSync(path, '{"n":1}\n{"n"');
    const { log } = start();
    log.write({ n: 3 });
    await log.close();
    assert.equal(readFileSync(path, 'utf8'), '{"n":1}\n{"n"\n{"n":3}\n');
  });

  it('makes no file before the first record', async () => {
    const { log } = start();
    await log.close();
    assert.deepEqual(readdirSync(directory), []);
  });

  it('rotates by size, and keeps five files of which none is larger than that and one line', async () => {
    const { log } = start({ maxFileBytes: 1000 });
    for (let n = 0; n < 200; n += 1) log.write({ n, text: 'x'.repeat(60) });
    await log.close();
    const names = readdirSync(directory).sort();
    assert.deepEqual(
      names,
      ['', '.1', '.2', '.3', '.4'].map((suffix) => `sensr-health.log${suffix}`),
    );
    for (const name of names) assert.ok(statSync(join(directory, name)).size < 1100, name);
    // The newest ones, without a gap, oldest file first.
    const kept = names
      .reverse()
      .flatMap((name) => linesOf(join(directory, name)).map(({ n }) => n as number));
    assert.ok(kept.length >= 45, `${kept.length} lines`);
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, index) => 200 - kept.length + index),
    );
  });

  it('removes what was rotated more than 30 days ago, and touches nothing else', async () => {
    const { log, clock } = start();
    const days = (count: number): number => clock.wallMs() / 1000 - count * 86_400;
    const ages = {
      'sensr-health.log.1': 10,
      'sensr-health.log.2': 31,
      'sensr-health.log.bak': 99,
      'flows.json': 99,
    };
    for (const [name, age] of Object.entries(ages)) {
      writeFileSync(join(directory, name), '{}\n');
      utimesSync(join(directory, name), days(age), days(age));
    }
    log.write({ n: 1 });
    await log.close();
    assert.deepEqual(readdirSync(directory).sort(), [
      'flows.json',
      'sensr-health.log',
      'sensr-health.log.1',
      'sensr-health.log.bak',
    ]);
  });

  it('tells once that it cannot write, however often it tries, and goes on when it can', async () => {
    // In the way like this, root can write there as little as anybody else.
    mkdirSync(path);
    const { log, clock, problems, broken, recovered } = start();
    log.write({ n: 1 });
    await broken;
    assert.match(problems[0] ?? '', /^The health log cannot be written: .*sensr-health\.log/);
    for (let n = 2; n < 5; n += 1) {
      log.write({ n });
      clock.advance(59_000);
    }
    rmSync(path, { recursive: true });
    clock.advance(60_000);
    log.write({ n: 5 });
    await recovered;
    await log.close();
    assert.equal(problems.length, 1);
    assert.deepEqual(
      linesOf(path).map(({ n }) => n),
      [1, 2, 3, 4, 5],
    );
  });

  it('holds no more than it may while it cannot write, and says how many were lost', async () => {
    mkdirSync(path);
    const { log, clock, broken } = start({ maxWaitingBytes: 100 });
    for (let n = 0; n < 1000; n += 1) log.write({ n });
    await broken;
    for (let n = 1000; n < 2000; n += 1) log.write({ n });
    rmSync(path, { recursive: true });
    clock.advance(60_000);
    log.write({ n: 2000 });
    await log.close();
    const lines = linesOf(path);
    const gap = lines.pop();
    assert.equal(gap?.['event'], 'LOG_GAP');
    assert.equal(gap['lost'], 2001 - lines.length);
    assert.deepEqual(
      lines.map(({ n }) => n),
      Array.from({ length: lines.length }, (_, n) => n),
    );
    assert.ok(lines.length >= 10 && lines.length <= 15, `${lines.length} lines`);
  });

  it('counts a record that has no JSON as lost', async () => {
    const { log } = start();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    log.write(circle);
    log.write({ big: 1n });
    log.write({ n: 1 });
    await log.close();
    const [first, gap] = linesOf(path);
    assert.deepEqual(first, { n: 1 });
    assert.deepEqual([gap?.['event'], gap?.['lost']], ['LOG_GAP', 2]);
  });

  it('survives a full disk: nothing is thrown, no line is spoilt, all that waited is written later', () => {
    // A file may become no larger than this process is allowed to make it: the error is one of write(), as on a full disk.
    const script = `
      const { HealthLog } = require('./nodes/health/health-log.ts');
      const { FakeClock } = require('./test/helpers/fake-clock.ts');
      const { renameSync } = require('node:fs');
      const directory = process.argv[1];
      const clock = new FakeClock();
      const told = [];
      const log = new HealthLog({ directory }, {
        onProblem: (message) => {
          told.push(message);
          renameSync(directory + '/sensr-health.log', directory + '/full');
          clock.advance(60000);
          log.write({ n: 1500 });
        },
        onRecovered: () => {
          told.push('recovered');
          void log.close().then(() => process.stdout.write(JSON.stringify(told)));
        },
      }, clock);
      for (let n = 0; n < 1500; n += 1) log.write({ n, text: 'x'.repeat(60) });
    `;
    const output = execFileSync(
      'sh',
      [
        '-c',
        'ulimit -S -f 128 && exec "$0" "$@"',
        process.execPath,
        '--import',
        'tsx',
        '-e',
        script,
        directory,
      ],
      { encoding: 'utf8', timeout: 20_000, env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
    );
    const told = JSON.parse(output) as string[];
    assert.equal(told.length, 2);
    assert.match(told[0] ?? '', /EFBIG/);
    assert.equal(told[1], 'recovered');
    const full = readFileSync(join(directory, 'full'), 'utf8');
    // The last line was cut off, and comes again.
    assert.ok(!full.endsWith('\n'));
    const before = full
      .slice(0, full.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    const numbers = [...before, ...linesOf(path)].map(({ n }) => n);
    assert.deepEqual(
      numbers,
      Array.from({ length: 1501 }, (_, n) => n),
    );
    assert.ok(before.length > 500);
  });

  it('ignores what comes after close, which may be called twice', async () => {
    const { log } = start();
    log.write({ n: 1 });
    await Promise.all([log.close(), log.close()]);
    log.write({ n: 2 });
    await log.close();
    assert.deepEqual(linesOf(path), [{ n: 1 }]);
  });

  it('closes while it cannot write, after one more attempt of which it does not tell again', async () => {
    mkdirSync(path);
    const { log, clock, problems, broken } = start();
    log.write({ n: 1 });
    await broken;
    await log.close();
    assert.equal(problems.length, 1);
    assert.equal(clock.pending, 0);
  });
});

describe('outdated', () => {
  const OPTIONS = { name: 'a.log', maxFiles: 3, maxAgeMs: 1000 };

  it('goes by number and by age', () => {
    const files = ['a.log', 'a.log.1', 'a.log.2', 'a.log.3', 'a.log.10', 'a.log.x', 'a.log.01', 'b.log.9'];
    const at = (changedMs: number) => files.map((name) => ({ name, changedMs }));
    assert.deepEqual(outdated(at(9500), OPTIONS, 10_000), ['a.log.3', 'a.log.10']);
    assert.deepEqual(outdated(at(0), OPTIONS, 10_000), ['a.log.1', 'a.log.2', 'a.log.3', 'a.log.10']);
  });
});
