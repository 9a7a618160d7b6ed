import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRecord } from '../../../../lib/health/decide/record';
import { stateDisk } from '../../../../lib/health/decide/state-disk';
import {
  StateFile,
  type StateFileProblem,
  type StateStorage,
} from '../../../../lib/health/decide/state-file';
import { FakeClock } from '../../../helpers/fake-clock';
import { MemoryStorage } from './helpers/memory-storage';

const PATH = '/user/sensr-health.json';

class Host {
  readonly clock = new FakeClock();
  readonly storage = new MemoryStorage();
  readonly problems: StateFileProblem[] = [];

  open(
    bootId: string,
    path: string | undefined = PATH,
    storage: StateStorage = this.storage,
  ): Promise<StateFile> {
    return StateFile.open(
      { path, bootId, uptimeMs: 5000 },
      { storage, clock: this.clock, onProblem: (problem) => this.problems.push(problem) },
    );
  }

  get saved(): ReturnType<typeof emptyRecord> {
    return JSON.parse(this.storage.files.get(PATH) ?? 'null') as ReturnType<typeof emptyRecord>;
  }
}

describe('the state file', () => {
  it('is written at once, so that a crash shows', async () => {
    const host = new Host();
    const file = await host.open('a');
    assert.equal(file.isWritable, true);
    assert.deepEqual(host.saved, file.record);
    assert.deepEqual([file.record.cleanExit, file.record.bootId], [false, 'a']);
    assert.equal(file.record.startedAt, host.clock.wallMs() - 5000);
    assert.deepEqual(host.problems, []);
  });

  it('counts a crash, but no clean exit', async () => {
    const host = new Host();
    await (await host.open('a')).close();
    host.clock.advance(60_000);
    assert.deepEqual((await host.open('b')).record.history, []);
    const third = await host.open('c');
    assert.deepEqual(
      third.record.history.map(({ cause, reason }) => [cause, reason]),
      [['crash', 'crash']],
    );
  });

  it('makes changes durable when asked, and beats cheaply', async () => {
    const host = new Host();
    const file = await host.open('a');
    file.change((record) => ({ ...record, backoffMin: 20 }));
    assert.equal(host.saved.backoffMin, 0);
    assert.equal(await file.save(), true);
    assert.equal(host.saved.backoffMin, 20);
    host.clock.advance(60_000);
    assert.equal(await file.heartbeat(), 'beaten');
    assert.equal(host.saved.heartbeatAt, host.clock.wallMs());
    assert.deepEqual(
      host.storage.writes.map(({ isDurable }) => isDurable),
      [true, true, false],
    );
  });

  it('tells when somebody has removed it', async () => {
    const host = new Host();
    const file = await host.open('a');
    host.storage.files.clear();
    assert.equal(await file.heartbeat(), 'removed');
    assert.equal(await file.heartbeat(), 'beaten');
  });

  it('says once that it cannot be written, and goes on trying', async () => {
    const host = new Host();
    host.storage.failure = new Error('EROFS: read-only file system');
    const file = await host.open('a');
    assert.equal(file.isWritable, false);
    assert.equal(await file.save(), false);
    assert.equal(await file.heartbeat(), 'beaten');
    assert.deepEqual(
      host.problems.map(({ kind }) => kind),
      ['unwritable'],
    );
    assert.match(host.problems[0]?.message ?? '', /sensr-health\.json.*EROFS/);
    host.storage.failure = undefined;
    assert.equal(await file.save(), true);
    assert.equal(file.isWritable, true);
    host.storage.failure = new Error('ENOSPC');
    assert.equal(await file.save(), false);
    assert.equal(file.isWritable, false);
    assert.equal(host.problems.length, 1);
  });

  it('does without a directory', async () => {
    const host = new Host();
    const file = await StateFile.open(
      { path: undefined, bootId: 'a', uptimeMs: 0 },
      { storage: host.storage, clock: host.clock, onProblem: (problem) => host.problems.push(problem) },
    );
    await file.heartbeat();
    await file.close();
    assert.equal(file.isWritable, false);
    assert.deepEqual(
      host.problems.map(({ kind }) => kind),
      ['unwritable'],
    );
  });

  for (const [kind, text] of [
    ['corrupt', '{"v":1,'],
    ['newer', '{"v":9}'],
  ] as const)
    it(`puts a ${kind} file aside, and is locked for ten minutes`, async () => {
      const host = new Host();
      host.storage.files.set(PATH, text);
      const file = await host.open('a');
      assert.equal(host.storage.files.get(`${PATH}.${kind}`), text);
      assert.equal(file.record.lockedUntil, file.nowMs() + 600_000);
      assert.equal(file.record.lockedBy, `${kind}StateFile`);
      assert.deepEqual(host.saved, file.record);
      assert.deepEqual(
        host.problems.map((problem) => problem.kind),
        [kind],
      );
    });

  it('is closed once, and no late heartbeat takes that back', async () => {
    const host = new Host();
    const file = await host.open('a');
    const beat = file.heartbeat();
    const closed = file.close();
    assert.equal(file.close(), closed);
    await Promise.all([beat, closed, file.save(), file.heartbeat()]);
    assert.equal(host.saved.cleanExit, true);
    await host.open('b');
    await Promise.all([file.save(), file.heartbeat()]);
    assert.equal(host.saved.bootId, 'b');
  });

  it('keeps its time when the wall clock is set', async () => {
    const host = new Host();
    const file = await host.open('a');
    const startMs = file.nowMs();
    Object.assign(host.clock, { wallMs: () => 0 });
    host.clock.advance(1000);
    assert.equal(file.nowMs() - startMs, 1000);
  });
});

describe('the state file on a disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sensr-health-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('survives its process, whole and alone in its folder', async () => {
    const host = new Host();
    const path = join(folder, 'sensr-health.json');
    const file = await host.open('a', path, stateDisk);
    file.change((record) => ({ ...record, backoffMin: 40 }));
    await Promise.all([file.save(), file.heartbeat(), file.save()]);
    await file.close();
    assert.deepEqual(await readdir(folder), ['sensr-health.json']);
    assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), file.record);
    assert.equal((await host.open('b', path, stateDisk)).record.backoffMin, 40);
    assert.deepEqual(host.problems, []);
  });

  it('keeps a damaged one beside', async () => {
    const host = new Host();
    const path = join(folder, 'sensr-health.json');
    await writeFile(path, '\0\0\0');
    await host.open('a', path, stateDisk);
    assert.deepEqual((await readdir(folder)).sort(), ['sensr-health.json', 'sensr-health.json.corrupt']);
  });

  it('does without a folder that is not there', async () => {
    const host = new Host();
    const file = await host.open('a', join(folder, 'gone', 'sensr-health.json'), stateDisk);
    assert.equal(file.isWritable, false);
    assert.match(host.problems[0]?.message ?? '', /ENOENT/);
  });

  it('does with a path that is a folder', async () => {
    const host = new Host();
    const file = await host.open('a', folder, stateDisk);
    assert.equal(file.record.lockedBy, 'corruptStateFile');
    await rm(`${folder}.corrupt`, { recursive: true, force: true });
  });
});
