// Packs the package as it would be published, and the same under a lower version to upgrade from.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../install.mjs';
import { npm } from './programs.mjs';

/** Lower than any version that will be published. */
const OLDER_VERSION = '0.0.1';

/**
 * @param older a tarball of an earlier release, or undefined for this code under a lower version
 * @returns both tarballs with what they are called
 */
export async function packTarballs(folder, older) {
  const current = await pack(root, folder);
  if (older) return { current, older: { file: older, version: manifestIn(older).version } };
  execFileSync('tar', ['-xzf', current.file, '-C', folder]);
  const path = join(folder, 'package/package.json');
  const manifest = { ...JSON.parse(readFileSync(path, 'utf8')), version: OLDER_VERSION };
  writeFileSync(path, JSON.stringify(manifest, null, 2));
  return { current, older: await pack(join(folder, 'package'), folder) };
}

async function pack(source, destination) {
  mkdirSync(destination, { recursive: true });
  const { stdout } = await npm(
    process.execPath,
    source,
    ...['pack', '--json', '--ignore-scripts', '--pack-destination', destination],
  );
  const [{ filename, version, name }] = Object.values(JSON.parse(stdout));
  return { file: join(destination, filename), version, name };
}

function manifestIn(tarball) {
  return JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));
}
