import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { npm, type Packed } from '../helpers/npm';

interface Manifest {
  readonly name: string;
  readonly 'node-red': {
    readonly nodes: Readonly<Record<string, string>>;
    readonly plugins: Readonly<Record<string, string>>;
  };
  readonly bin: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

describe('the package', function () {
  this.timeout(120_000);
  let folder: string;
  let packed: Packed;
  let paths: string[];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sensr-package-'));
    const [first] = JSON.parse(
      npm('.', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
    ) as Packed[];
    assert.ok(first);
    packed = first;
    paths = first.files.map(({ path }) => path);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds each node with its page, texts and help, the icons, an example and the licences', () => {
    for (const compiled of Object.values(manifest['node-red'].nodes)) {
      const type = basename(compiled, '.js');
      const beside = dirname(compiled);
      for (const path of [
        compiled,
        `${beside}/${type}.html`,
        ...['en-US', 'ko'].flatMap((language) => [
          `${beside}/locales/${language}/${type}.json`,
          `${beside}/locales/${language}/${type}.html`,
        ]),
      ])
        assert.ok(paths.includes(path), `${path} is missing`);
    }
    for (const [name, compiled] of Object.entries(manifest['node-red'].plugins)) {
      const beside = dirname(compiled);
      for (const path of [
        compiled,
        `${beside}/${name}.html`,
        `${beside}/view.js`,
        `${beside}/locales/en-US/${name}.json`,
      ])
        assert.ok(paths.includes(path), `${path} is missing`);
    }
    assert.ok(paths.some((path) => /^dist\/nodes\/sensr-config\/icons\/.*\.svg$/.test(path)));
    assert.ok(paths.some((path) => /^examples\/.*\.json$/.test(path)));
    for (const path of [
      'README.md',
      'README.ko.md',
      'LICENSE',
      'dist/THIRD-PARTY.txt',
      manifest.bin['sensr-simulator'],
    ])
      assert.ok(path !== undefined && paths.includes(path), `${path} is missing`);
  });

  it('holds only what users need, and little of it', () => {
    const foreign = paths.filter(
      (path) =>
        !/^(dist\/|docs\/|examples\/|package\.json$|README(\.ko)?\.md$|CHANGELOG\.md$|LICENSE$)/.test(path),
    );
    assert.deepEqual(foreign, []);
    assert.deepEqual(
      paths.filter((path) => /\.ts$|\.map$|test/.test(path) && path !== 'docs/testing.md'),
      [],
    );
    const bytes = packed.files.reduce((sum, { size }) => sum + size, 0);
    assert.ok(bytes < 2_050_000, `${bytes} bytes unpacked`);
  });

  it('installs with --engine-strict into an empty folder and loads there without a thread or a socket', () => {
    writeFileSync(join(folder, 'package.json'), '{"name":"user-directory","private":true}');
    npm(folder, 'install', '--engine-strict', '--prefer-offline', '--no-audit', '--no-fund', packed.filename);
    const { nodes, plugins } = manifest['node-red'];
    const entries = [...Object.entries(nodes), ...Object.entries(plugins)];
    const script = `
      const before = require('node:fs').readdirSync('/proc/self/task').length;
      const types = [];
      const routes = { get: () => undefined, post: () => undefined };
      const auth = { needsPermission: () => undefined };
      const red = { nodes: { registerType: (type) => types.push(type) }, httpAdmin: routes, auth };
      red.plugins = { registerPlugin: (id) => types.push(id) };
      for (const path of ${JSON.stringify(entries.map(([, path]) => path))}) require('${manifest.name}/' + path)(red);
      const threads = require('node:fs').readdirSync('/proc/self/task').length - before;
      console.log(JSON.stringify({ types, threads, resources: process.getActiveResourcesInfo().filter((one) => /TCP|Timeout|Worker|MessagePort/.test(one)) }));`;
    const result = execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(result), {
      types: entries.map(([name]) => name),
      threads: 0,
      resources: [],
    });
    assert.ok(existsSync(join(folder, 'node_modules/.bin/sensr-simulator')));
    const help = execFileSync(
      process.execPath,
      [join(folder, 'node_modules/.bin/sensr-simulator'), '--help'],
      { encoding: 'utf8' },
    );
    assert.match(help, /--busy/);
  });

  it('names no registry host in its lock file', () => {
    assert.doesNotMatch(readFileSync('package-lock.json', 'utf8'), /"resolved": *"http/);
  });
});
