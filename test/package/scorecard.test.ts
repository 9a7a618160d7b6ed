import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXAMPLES, readExample } from '../helpers/examples';
import { admits } from '../helpers/node-range';
import { definitionsIn } from '../helpers/node-page';
import { readDocument, tableAfter } from '../unit/docs/markdown';

/**
 * The rules by which the flow library scores a package, under its names for them, as far as they can be checked without
 * the network: not whether a similar name (P08) or type (N01) exists, nor whether dependencies are the newest (D03).
 */

type Texts = Readonly<Record<string, string>>;
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly files: readonly string[];
  readonly dependencies: Texts;
  readonly scripts: Texts;
  readonly repository?: string | { readonly url: string };
  readonly bugs?: string | { readonly url?: string };
  readonly homepage?: string;
  readonly 'node-red': { readonly version: string; readonly nodes: Texts };
}
interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { version?: string; dev?: boolean; engines?: { node?: string }; hasInstallScript?: boolean }
    >
  >;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const manifest = readJson('package.json') as Manifest;
const types = Object.keys(manifest['node-red'].nodes);
/** What is installed beside the package, with what that needs. */
const installed = Object.entries((readJson('package-lock.json') as Lock).packages).filter(
  ([path, { dev }]) => path !== '' && dev !== true,
);

/** The latest of each line that is supported, and the first one of all. */
const NODE_RED_VERSIONS = ['4.0.0', '4.1.15', '5.0.7'];
/** Our own oldest, what Node-RED 5 asks for at least, and a newer line. */
const NODE_VERSIONS = ['20.19.0', '22.9.0', '24.0.0'];
const MOST_DEPENDENCIES = 6;

describe('package.json, as the flow library scores it', () => {
  it('P01 has a licence, and its text is in the repository', () => {
    assert.equal(manifest.license, 'Apache-2.0');
    assert.match(readFileSync('LICENSE', 'utf8'), /Apache License\s+Version 2\.0/);
  });

  // Where the repository will be is not known yet, so P03 is not asserted: only that what is said can be opened.
  it('P03 names addresses of repository, bugs and homepage that can be opened, where it names them', () => {
    const { repository, bugs, homepage } = manifest;
    for (const address of [repository, bugs, homepage]) {
      if (address === undefined) continue;
      const url = typeof address === 'string' ? address : (address.url ?? '');
      assert.match(url, /^(git\+)?https:\/\/[^/\s]+\.[^/\s]+\/\S+$/);
    }
  });

  it('P04 has a name of the form node-red-contrib-…', () => {
    assert.match(manifest.name, /^node-red-contrib-[a-z][a-z-]*$/);
  });

  it('P05 has the keyword node-red, and words that people search for', () => {
    for (const word of ['node-red', 'sensr', 'lidar']) assert.ok(manifest.keywords.includes(word), word);
    assert.equal(new Set(manifest.keywords).size, manifest.keywords.length);
  });

  it('P06 admits every Node-RED that it is made for, and caps none', () => {
    assert.match(manifest['node-red'].version, /^>=[\d.]+$/);
    for (const version of NODE_RED_VERSIONS)
      assert.ok(admits(manifest['node-red'].version, version), version);
    assert.equal(admits(manifest['node-red'].version, '3.1.15'), false);
  });

  it('P07 admits the Node.js that Node-RED asks for', () => {
    for (const version of NODE_VERSIONS) assert.ok(admits(manifest.engines.node, version), version);
  });

  it('has a version, an author, and a sentence that fits into a list', () => {
    assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
    assert.ok(manifest.author);
    assert.match(manifest.description, /\.$/);
    assert.ok(manifest.description.length <= 160, `${manifest.description.length} characters`);
  });

  it('runs nothing when it is installed', () => {
    const found = Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name));
    assert.deepEqual(found, []);
  });

  it('leaves Node-RED to its user: no dependency and no peer', () => {
    assert.equal('peerDependencies' in manifest, false);
    assert.equal('node-red' in manifest.dependencies, false);
  });
});

describe('the dependencies, as the flow library scores them', () => {
  it(`D01 are ${MOST_DEPENDENCIES} at most`, () => {
    assert.ok(Object.keys(manifest.dependencies).length <= MOST_DEPENDENCIES);
  });

  it('D02 have no agent-base below 6 among them, which breaks the https of everybody', () => {
    const old = installed.filter(
      ([path, { version = '' }]) => path.endsWith('node_modules/agent-base') && !admits('>=6', version),
    );
    assert.deepEqual(old, []);
  });

  it('all admit the same Node.js, since the palette installs with --engine-strict', () => {
    assert.ok(installed.length >= Object.keys(manifest.dependencies).length);
    for (const [path, { engines }] of installed)
      for (const version of NODE_VERSIONS)
        assert.ok(admits(engines?.node ?? '*', version), `${path} wants ${engines?.node}`);
  });

  it('neither compile nor run anything when they are installed', () => {
    assert.deepEqual(
      installed.filter(([, { hasInstallScript }]) => hasInstallScript),
      [],
    );
  });

  it('may become newer without a new version of this package', () => {
    for (const [name, range] of Object.entries(manifest.dependencies)) assert.match(range, /^\^/, name);
  });
});

describe('the nodes, as the flow library scores them', () => {
  it('all have types that begin with sensr-', () => {
    for (const type of types) assert.match(type, /^sensr-[a-z]+$/);
  });

  for (const [type, compiled] of Object.entries(manifest['node-red'].nodes))
    it(`${type} has a page in which the library finds it`, () => {
      assert.doesNotMatch(dirname(compiled), /\.js/, 'the library replaces the first .js of the path');
      const definitions = definitionsIn(readFileSync(compiled.replace('.js', '.html'), 'utf8'));
      assert.deepEqual([...definitions.keys()], [type]);
      const literals = definitions.get(type);
      const isConfig = literals?.get('category') === 'config';
      assert.equal(isConfig, type === 'sensr-config');
      const wanted = isConfig ? [] : ['category', 'color', 'icon', 'inputs', 'outputs'];
      for (const name of wanted) assert.ok(literals?.has(name), `${name} is no literal`);
    });
});

const CORE = 'node_modules/@node-red/nodes/core';
/** Types that Node-RED brings along, and what is in a flow beside nodes. */
const CORE_TYPES = new Set([
  'tab',
  'group',
  'subflow',
  'global-config',
  ...readdirSync(CORE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') && !path.includes('locales'))
    .flatMap((path) => [
      ...readFileSync(join(CORE, path), 'utf8').matchAll(/registerType\(\s*['"]([^'"]+)['"]/g),
    ])
    .map(([, type = '']) => type),
]);
/** This machine, and where the nodes of others are described. */
const OPEN_TO_ALL = /^(http:\/\/)?(127\.0\.0\.\d+|localhost)(:\d+)?$|^https:\/\/flows\.nodered\.org$/;
const DASHBOARD = '@flowfuse/node-red-dashboard';

describe('the examples, as the flow library scores them', () => {
  it('N02 show every node', () => {
    const shown = new Set(EXAMPLES.flatMap((name) => readExample(name).map(({ type }) => type)));
    for (const type of types) assert.ok(shown.has(type), type);
  });

  const rows = tableAfter(readDocument('README.md'), '## Examples');
  for (const name of EXAMPLES) {
    it(`${name} is a list of nodes with a name fit for a menu`, () => {
      assert.ok(Array.isArray(readExample(name)));
      assert.match(name, /^SENSR [\w ]+$/);
    });

    it(`${name} needs no nodes of others, unless README.md says which`, () => {
      const says = rows.find((row) => row['Example'] === name)?.['Shows'] ?? '';
      const foreign = readExample(name)
        .map(({ type }) => type)
        .filter((type) => !CORE_TYPES.has(type) && !types.includes(type));
      assert.equal(foreign.length > 0, says.includes(DASHBOARD), foreign.join(', '));
      for (const type of foreign) assert.match(type, /^ui-/);
    });

    it(`${name} holds neither credentials nor an address of anybody`, () => {
      const text = readFileSync(`examples/${name}.json`, 'utf8');
      assert.deepEqual(text.match(/"(credentials|password|token)":/g) ?? [], []);
      const addresses = text.match(/\b\d{1,3}(\.\d{1,3}){3}\b|\bhttps?:\/\/[^/\s"]+/g) ?? [];
      assert.deepEqual(
        addresses.filter((one) => !OPEN_TO_ALL.test(one)),
        [],
      );
    });
  }
});
