/** What the editor has to load for us, all together. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

interface Entries {
  readonly nodes: Readonly<Record<string, string>>;
  readonly plugins: Readonly<Record<string, string>>;
}
const BUDGET_BYTES = 60 * 1024;
/** A plugin's page comes with the editor, whether its tab is ever seen or not. */
const TAB_BUDGET_BYTES = 2 * 1024;

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly 'node-red': Entries };
const { nodes, plugins } = manifest['node-red'];

function scriptsOf(compiled: string): string {
  const page = readFileSync(compiled.replace(/\.js$/, '.html'), 'utf8');
  const scripts = [...page.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)];
  assert.ok(scripts.length > 0, compiled);
  return scripts.map(([, script]) => script).join('\n');
}
const packed = (script: string): number => gzipSync(script, { level: 9 }).length;

describe('scripts of the editor', () => {
  const tabs = Object.values(plugins).map((compiled) => packed(scriptsOf(compiled)));
  const views = Object.values(plugins).map((compiled) =>
    packed(readFileSync(compiled.replace(/[^/]+$/, 'view.js'), 'utf8')),
  );

  it('are 60 KB at most, packed, for all nodes and the sidebar together', () => {
    const dialogs = Object.values(nodes).map((compiled) => packed(scriptsOf(compiled)));
    const total = [...dialogs, ...tabs, ...views].reduce((sum, size) => sum + size, 0);
    assert.ok(total > 20_000 && total <= BUDGET_BYTES, `${total} bytes`);
  });

  it('leave what the sidebar shows to be fetched when it is seen', () => {
    for (const size of tabs) assert.ok(size <= TAB_BUDGET_BYTES, `${size} bytes`);
    for (const size of views) assert.ok(size > TAB_BUDGET_BYTES);
  });

  it('name the licence of the chart library', () => {
    assert.match(readFileSync('dist/THIRD-PARTY.txt', 'utf8'), /^uplot \S+ \(MIT\)[\s\S]*Copyright/m);
  });
});
