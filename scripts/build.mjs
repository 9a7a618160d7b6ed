// Builds dist/: generated frame reader, compiled runtime, the bundled socket thread, pages of nodes and plugins, locales and icons.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const require = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
run('scripts/generate-reader.mjs');
run(require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json');

// The thread is one file with all it needs, read when the package loads: an upgrade on disk cannot mix versions in it.
const thread = await build({
  entryPoints: ['lib/thread/worker-entry.ts'],
  outfile: 'dist/lib/thread/worker-entry.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['bufferutil', 'utf-8-validate'],
  allowOverwrite: true,
  metafile: true,
  legalComments: 'inline',
});
// What only the thread uses is in the bundle; the main thread shares two of these files with it.
for (const path of [
  'lib/thread/thread-main.js',
  'lib/queue',
  'lib/socket/connection.js',
  'lib/socket/link.js',
])
  rmSync(join('dist', path), { recursive: true });

for (const compiled of Object.values(manifest['node-red'].nodes)) {
  const folder = dirname(compiled).replace(/^dist\//, '');
  const type = basename(compiled, '.js');
  const script = await browserScript(join(folder, 'editor/editor.ts'));
  const dialog = readFileSync(join(folder, 'editor/dialog.html'), 'utf8');
  writeFileSync(
    join('dist', folder, `${type}.html`),
    `<script type="text/javascript">\n${script.outputFiles[0].text}</script>\n${dialog}`,
  );
  if (existsSync(join(folder, 'locales')))
    cpSync(join(folder, 'locales'), join('dist', folder, 'locales'), { recursive: true });
}

// A plugin's page is loaded with the editor, so it is small; what its tab shows is fetched when it is first seen.
const bundled = [thread.metafile];
for (const compiled of Object.values(manifest['node-red'].plugins)) {
  const folder = dirname(compiled).replace(/^dist\//, '');
  const page = await browserScript(join(folder, 'editor/plugin.ts'));
  const view = await browserScript(join(folder, 'editor/view/main.ts'));
  // One class around all rules, the library's too: none reaches another part of the editor.
  const rules = ['uplot/dist/uPlot.min.css'].map((path) => readFileSync(require.resolve(path), 'utf8'));
  const nested = `.${basename(compiled, '.js')} { ${rules.join('')} }`;
  const own = readFileSync(join(folder, 'editor/sidebar.css'), 'utf8');
  const style = await transform(`${nested}\n${own}`, { loader: 'css', target: 'chrome100', minify: true });
  writeFileSync(
    compiled.replace(/\.js$/, '.html'),
    `<script type="text/javascript">\n${page.outputFiles[0].text}</script>\n<style>\n${style.code}</style>\n`,
  );
  writeFileSync(join('dist', folder, 'view.js'), view.outputFiles[0].text);
  bundled.push(view.metafile);
  cpSync(join(folder, 'locales'), join('dist', folder, 'locales'), { recursive: true });
}
writeFileSync('dist/THIRD-PARTY.txt', notices(bundled));

// Node-RED looks for icons beside a node's own file, and by package: one copy serves all.
const icons = 'dist/nodes/sensr-config/icons';
mkdirSync(icons, { recursive: true });
cpSync('icons', icons, { recursive: true });

function browserScript(entry) {
  return build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    minify: true,
    metafile: true,
  });
}

/** The licences of what the bundles contain, as those licences ask. */
function notices(metafiles) {
  const packages = new Set(
    metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join('node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = ['LICENSE', 'LICENSE.md', 'license', 'README.md']
        .map((one) => join(folder, one))
        .find(existsSync);
      return `${name} ${version} (${license})\n\n${file ? licenceText(readFileSync(file, 'utf8')) : ''}`;
    })
    .join('\n\n----\n\n');
}

/** Some packages keep their licence as the last section of the README. */
function licenceText(text) {
  const heading = text.search(/^#*\s*licen[cs]e\s*$/im);
  return heading > 0 && text.length > 4000 ? text.slice(heading) : text;
}
