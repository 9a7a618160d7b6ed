/** To be imported before lib/thread/host: that reads the built thread when it loads, and no test here runs it. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve } from 'node:path';

const built = join(resolve(__dirname, '../../../../lib/thread'), 'worker-entry.js');
const original = fs.readFileSync;

fs.readFileSync = ((path: unknown, ...rest: unknown[]) =>
  path === built
    ? "throw new Error('This thread was never built')"
    : (original as (...all: unknown[]) => unknown)(path, ...rest)) as typeof fs.readFileSync;
syncBuiltinESMExports();
