/** The browser of the editor tests: Debian's Chromium, without any traffic of its own. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';
const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The caller closes it. @throws where Chromium is not installed. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE))
    throw new Error(
      `${EXECUTABLE} is missing: run 'node scripts/ensure-chromium.mjs', or install Debian's package chromium`,
    );
  return chromium.launch({ executablePath: EXECUTABLE, args: QUIET });
}
