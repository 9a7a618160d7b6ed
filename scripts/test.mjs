// npm test: installs, builds, checks types and style, and runs every test, on a fresh clone too.
// `npm test -- test/unit/socket` runs only the tests in that folder, after the same checks.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './install.mjs';

ensureInstalled();
run('scripts/ensure-chromium.mjs');
run('scripts/build.mjs');
for (const project of ['tsconfig.json', 'tsconfig.editor.json', 'tsconfig.test.json'])
  run('node_modules/typescript/bin/tsc', '--noEmit', '-p', project);
run('node_modules/eslint/bin/eslint.js', '.');
run('node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.');

const asked = process.argv.slice(2).map((path) => {
  const isFolder = existsSync(join(root, path)) && statSync(join(root, path)).isDirectory();
  return isFolder ? `${path}/**/*.test.ts` : path;
});
const specs = asked.length > 0 ? asked : ['test/**/*.test.ts'];
run('node_modules/c8/bin/c8.js', 'node_modules/mocha/bin/mocha.js', ...specs);
