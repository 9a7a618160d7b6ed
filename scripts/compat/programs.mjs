// Where the Node.js and Node-RED versions to try come from: npm packages, kept between runs below node_modules/.cache.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../install.mjs';

const run = promisify(execFile);
const CACHE = join(root, 'node_modules/.cache/sensr-compat');
/** The package `node` is a shell around one of these, which hold the program and nothing to run at installation. */
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;
const NODE_PACKAGE = `node-${PLATFORM}-${process.arch}`;

/** Node-RED brings this npm with it, and uses it for the palette. */
const NPM = join(root, 'node_modules/npm/bin/npm-cli.js');
const NPM_OPTIONS = ['--engine-strict', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** npm, run by the Node.js that is tried. */
export const npm = (node, folder, ...args) =>
  run(node, [NPM, ...args, ...NPM_OPTIONS], { cwd: folder, env: cleanEnvironment() });

/** Neither the coverage of the test run nor the settings of an npm that runs us may reach what we try. */
export function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_V8_COVERAGE$|NODE_OPTIONS$)/i.test(name)),
  );
}

/** @returns the program and its exact version */
export async function nodeProgram(line) {
  if (process.versions.node.split('.')[0] === line)
    return { program: process.execPath, version: process.versions.node };
  const module = await installed(`node-${line}`, process.execPath, NODE_PACKAGE, line);
  const program = join(module.folder, PLATFORM === 'win' ? 'bin/node.exe' : 'bin/node');
  return { program, version: module.version };
}

/** @returns the script to start and its exact version */
export async function nodeRedProgram(line, node) {
  const module = await installed(`node-red-${line}`, node, 'node-red', `~${line}.0`);
  return { script: join(module.folder, 'red.js'), version: module.version };
}

async function installed(name, node, module, range) {
  const folder = join(CACHE, name);
  const manifest = join(folder, 'node_modules', module, 'package.json');
  if (!existsSync(manifest)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await npm(node, folder, 'install', `${module}@${range}`);
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return { folder: join(folder, 'node_modules', module), version };
}
