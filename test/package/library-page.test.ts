import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { EXAMPLES } from '../helpers/examples';
import { npm, type Packed } from '../helpers/npm';
import { readDocument } from '../unit/docs/markdown';

interface Manifest {
  readonly name: string;
  readonly 'node-red': { readonly nodes: Readonly<Record<string, string>> };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const types = Object.keys(manifest['node-red'].nodes);

describe('what is published, as the flow library shows it', function () {
  this.timeout(60_000);
  let paths: readonly string[];
  before(() => {
    const [packed] = JSON.parse(npm('.', 'pack', '--json', '--dry-run', '--ignore-scripts')) as Packed[];
    assert.ok(packed);
    paths = packed.files.map(({ path }) => path);
  });

  it('bundles no node_modules, and has README, licence and changes', () => {
    assert.equal('bundleDependencies' in manifest || 'bundledDependencies' in manifest, false);
    assert.deepEqual(
      paths.filter((path) => path.includes('node_modules')),
      [],
    );
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'])
      assert.ok(paths.includes(path), path);
  });

  it('holds every page that README.md links to', () => {
    for (const [, target = ''] of readDocument('README.md').matchAll(/\]\((docs\/[^)#\s]+)/g))
      assert.ok(paths.includes(target), target);
  });

  it('holds every example, each with the name of its file in the menu', () => {
    assert.deepEqual(
      paths
        .filter((path) => path.startsWith('examples/'))
        .map((path) => basename(path, '.json'))
        .sort(),
      [...EXAMPLES].sort(),
    );
  });
});

describe('README.md, as the flow library shows it', () => {
  const readme = readDocument('README.md');
  const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);

  it('begins with the name of the package and one sentence', () => {
    const [heading, , sentence = ''] = readme.split('\n');
    assert.equal(heading, `# ${manifest.name}`);
    assert.match(sentence, /^[A-Z][^.]+\.$/);
  });

  it('shows a flow in a picture that says in words what is in it', () => {
    const pictures = [...readme.matchAll(/<img alt="([^"]*)" src="([^"]+)">/g)];
    assert.ok(pictures.length > 0);
    for (const [, alt = '', file = ''] of pictures) {
      assert.ok(alt.length > 20, file);
      assert.ok(existsSync(file), file);
    }
  });

  it('says how to install, how to begin, what each node does, what may go wrong, and what it cannot do', () => {
    for (const wanted of ['Install', 'First flow in a minute', 'Examples', 'Status', 'Errors', 'Limits'])
      assert.ok(sections.includes(wanted), wanted);
    assert.ok(sections.includes('Troubleshooting by symptom'));
    for (const type of types)
      assert.ok(
        sections.some((heading) => heading.startsWith(`${type}: `)),
        type,
      );
    assert.ok(readme.includes(`npm install ${manifest.name}`));
  });

  it('lists its sections in the order in which they come', () => {
    const [top = ''] = readme.split('## Install\n');
    const contents = [...top.matchAll(/^- \[(.+)\]\(#.+\)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(
      contents,
      sections.filter((heading) => heading !== 'Licence'),
    );
  });
});
