/** The sidebar's plugin at run time: registers it, and the routes that it asks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { healthHub } from '../../lib/health/hub';
import { threadHost } from '../../lib/thread/host';
import type { Red } from '../../nodes/common/red-types';
import { registerRoutes } from './routes';

/** Read when the package loads: an upgrade on disk cannot mix versions of the two sides. */
const VIEW_SCRIPT = readFileSync(join(__dirname, 'view.js'), 'utf8');

export = (red: Red): void => {
  red.plugins.registerPlugin('sensr-sidebar', { type: 'sensr-sidebar' });
  registerRoutes(red, { health: healthHub, recycle: () => threadHost.recycle(), viewScript: VIEW_SCRIPT });
};
