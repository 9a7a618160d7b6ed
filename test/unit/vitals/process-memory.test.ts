import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createMemoryReader } from '../../../lib/vitals/process-memory';

describe('createMemoryReader', () => {
  it('gives what was read last where nothing can be read, and the peak before that', () => {
    let read = (): { rss: number; arrayBuffers: number } => assert.fail('no file can be opened');
    const memory = createMemoryReader(
      () => read(),
      () => 300,
    );
    assert.deepEqual(memory(), { rss: 307_200, arrayBuffers: 0 });
    read = () => ({ rss: 2e8, arrayBuffers: 5e6 });
    assert.deepEqual(memory(), { rss: 2e8, arrayBuffers: 5e6 });
    read = () => assert.fail('no file can be opened');
    assert.deepEqual(memory(), { rss: 2e8, arrayBuffers: 5e6 });
  });

  it('lets a process without a file descriptor to spare read all that health looks at', () => {
    const script = `
      const { openSync } = require('node:fs');
      const { readHeap, readOldUsed } = require('./lib/vitals/heap.ts');
      const { startMainThread } = require('./lib/health/sampling/main-thread.ts');
      const { startThreadAnswers } = require('./lib/thread/answers.ts');
      const { systemClock } = require('./lib/clock.ts');
      const main = startMainThread(systemClock);
      const before = main.read();
      const code = (action) => { try { action(); } catch (error) { return error.code; } };
      while (code(() => openSync('/dev/null')) === undefined);
      const refused = code(() => process.memoryUsage());
      const after = main.read();
      void startThreadAnswers(systemClock).answer('measures').then(({ heap }) => {
        const read = [after.rss === before.rss, after.heap.used > 0, heap.used > 0, readHeap().limit > 0, readOldUsed() > 0];
        require('node:fs').writeSync(1, JSON.stringify({ refused, read }));
        process.exit();
      });
    `;
    const shell = `ulimit -n 100; exec "${process.execPath}" --import tsx -e "$SCRIPT"`;
    const printed = execFileSync('sh', ['-c', shell], {
      encoding: 'utf8',
      env: { ...process.env, SCRIPT: script },
      timeout: 20_000,
    });
    assert.deepEqual(JSON.parse(printed), { refused: 'EMFILE', read: [true, true, true, true, true] });
  });
});
