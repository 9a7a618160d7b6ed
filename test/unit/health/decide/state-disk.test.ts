import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateDisk } from '../../../../lib/health/decide/state-disk';

describe('the state file on a disk', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sensr-state-'));
    path = join(directory, 'sensr-health.json');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('is whole, whoever else writes it at the same time', async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `${n} `.repeat(1000 * (n + 1)));
    await Promise.all(texts.map((text) => stateDisk.write(path, text, true)));
    assert.ok(texts.includes(readFileSync(path, 'utf8')), 'it is a mixture');
    assert.deepEqual(readdirSync(directory), ['sensr-health.json']);
  });

  it('is not read when it cannot be ours', async () => {
    assert.equal(await stateDisk.read(path), undefined);
    writeFileSync(path, 'x');
    assert.equal(await stateDisk.read(path), 'x');
    truncateSync(path, 400 * 2 ** 20);
    await assert.rejects(stateDisk.read(path), /expected a file of up to 1048576 bytes, got 419430400/);
    rmSync(path);
    mkdirSync(path);
    await assert.rejects(stateDisk.read(path), /expected a file of up to 1048576 bytes, got something else/);
  });
});
