// Makes sure that Debian's Chromium is there for the editor tests: installs it as root, else says what to do.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CHROMIUM = '/usr/bin/chromium';
const apt = (...args) =>
  execFileSync('apt-get', args, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });

if (!existsSync(CHROMIUM)) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(`${CHROMIUM} is missing. The editor tests need it: sudo apt-get install chromium`);
    process.exit(1);
  }
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
  try {
    // For pictures of the editor in Korean; the tests pass without.
    apt('install', '-y', '--no-install-recommends', 'fonts-nanum');
  } catch {
    console.error('No Korean font: pictures of the editor in Korean show boxes.');
  }
}
