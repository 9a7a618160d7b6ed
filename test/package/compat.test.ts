import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Result {
  readonly pair: string;
  readonly nodeRed: string;
  readonly node: string;
  readonly steps: Readonly<Record<string, number>>;
  readonly failure?: string;
}

const STEPS = ['install', 'load', 'deliver', 'upgrade', 'restart', 'uninstall', 'reinstall', 'end'];
/** Downloads of Node.js and two versions of Node-RED on the first run included. */
const LIMIT_MS = 400_000;

describe('the package on the outermost pairs of Node-RED and Node.js', function () {
  this.timeout(LIMIT_MS);
  let results: readonly Result[];
  let output: string;

  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'sensr-compat-test-'));
    const json = join(folder, 'results.json');
    const args = ['scripts/compat.mjs', '--no-build', '--only', 'corners', '--json', json];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: LIMIT_MS });
    output = `${stdout}\n${stderr}`;
    try {
      ({ results } = JSON.parse(readFileSync(json, 'utf8')) as { results: readonly Result[] });
    } catch (cause) {
      throw new Error(`No results; it said:\n${output}`, { cause });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  for (const [pair, nodeRed, node] of [
    ['4.1:20', /^4\.1\./, /^20\./],
    ['5.0:24', /^5\.0\./, /^24\./],
  ] as const)
    it(`installs, delivers, upgrades in place, leaves and comes back on ${pair}`, () => {
      const result = results.find((one) => one.pair === pair);
      assert.ok(result, output);
      assert.equal(result.failure, undefined);
      assert.deepEqual(Object.keys(result.steps), STEPS);
      assert.match(result.nodeRed, nodeRed);
      assert.match(result.node, node);
    });
});
